"""A network's graph made free in its input size and its number of pictures, kept beside the weights.

IS-Net is published with every upsampling's target size written into the graph for
1024x1024 pixels. What each upsampling really has to match is the feature map that it is
joined with (``_upsample_like`` in Qin et al., "Highly Accurate Dichotomous Image
Segmentation", ECCV 2022), so that is what the rewritten graph says, and the same weights
then take pictures of other sizes. On the way half-precision weights become single ones,
which a CPU computes with anyway, and outputs that nobody reads go, with all that only
they need.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.errors import ModelFailed
from pipelines.models.digests import digest_of, fits

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto

_EDITION: Final = 2
"""Part of a kept graph's name; another one when the rewriting changes."""

_ZERO, _TWO, _FOUR = "cutaway/0", "cutaway/2", "cutaway/4"


def flexible_graph(source: Path, folder: Path) -> Path | bytes:
    """The rewritten graph of a weights file, from the folder where it is kept, else made.

    Args:
        source: the published file, already verified.
        folder: where rewritten graphs are kept, each with its checksum beside it; one that
            does not fit its checksum is made again.
    Returns:
        Its path; its content where the folder cannot be written.
    Raises:
        ModelFailed: the graph has no single picture as its input.
    """
    kept = folder / f"{source.name.split('.')[0]}.any{_EDITION}.{digest_of(source)[:8]}.onnx"
    if fits(kept, f"sha256:{_noted(kept)}"):
        return kept
    import onnx

    model = onnx.load(str(source))
    make_flexible(model)
    content: bytes = model.SerializeToString()
    try:
        _keep(kept, content)
    except OSError:  # a read-only or full disk: works all the same, and is made again next time
        return content
    return kept


def _note_of(kept: Path) -> Path:
    return kept.with_name(kept.name + ".sha256")


def _noted(kept: Path) -> str:
    """The checksum written beside a kept graph; empty where there is none."""
    try:
        return _note_of(kept).read_text(encoding="ascii").split()[0]
    except (OSError, ValueError, IndexError):
        return ""


def _keep(kept: Path, content: bytes) -> None:
    """Write a graph, then its checksum: neither has its name before it is whole."""
    import hashlib

    kept.parent.mkdir(parents=True, exist_ok=True)
    _write(kept, content)
    note = f"{hashlib.sha256(content).hexdigest()}  {kept.name}\n"
    _write(_note_of(kept), note.encode("ascii"))


def _write(path: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise


def make_flexible(model: ModelProto) -> None:
    """Rewrite a graph in place: any input size, any number of pictures, float32, its first output alone.

    Args:
        model: takes one 1x3xHxW picture; each upsampling to an absolute size is either
            joined to another feature map (Concat) or gives an output.
    Raises:
        ModelFailed: it takes something else.
    """
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer}
    entries = [entry for entry in graph.input if entry.name not in constants]
    if len(entries) != 1 or len(entries[0].type.tensor_type.shape.dim) != 4:
        raise ModelFailed("This network does not take one picture; it runs at its own size only.")
    del graph.output[1:]
    del graph.value_info[:]
    _widen(graph)
    _follow(graph, entries[0].name)
    _prune(graph)
    for value, names in ((entries[0], ("height", "width")), (graph.output[0], ("rows", "columns"))):
        dimensions = value.type.tensor_type.shape.dim
        for dimension, name in zip((dimensions[0], *dimensions[2:]), ("pictures", *names), strict=False):
            dimension.dim_param = name


def _widen(graph: GraphProto) -> None:
    """Half-precision weights and values become float32; casts between the two go."""
    from onnx import TensorProto

    for tensor in _tensors(graph):
        if tensor.data_type == TensorProto.FLOAT16:
            _to_float32(tensor)
    for value in (*graph.input, *graph.output):
        if value.type.tensor_type.elem_type == TensorProto.FLOAT16:
            value.type.tensor_type.elem_type = TensorProto.FLOAT
    wanted = {output.name for output in graph.output}
    floats = (TensorProto.FLOAT, TensorProto.FLOAT16)
    dropped: dict[str, str] = {}
    for node in [node for node in graph.node if node.op_type == "Cast" and node.attribute[0].i in floats]:
        if node.output[0] in wanted:
            node.attribute[0].i = TensorProto.FLOAT
        else:
            dropped[node.output[0]] = node.input[0]
            graph.node.remove(node)
    _rename_inputs(graph, dropped)


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for node in graph.node:
        if node.op_type in ("Constant", "ConstantOfShape"):
            yield from (attribute.t for attribute in node.attribute if attribute.HasField("t"))


def _to_float32(tensor: TensorProto) -> None:
    from onnx import numpy_helper

    values = numpy_helper.to_array(tensor).astype(np.float32)
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _rename_inputs(graph: GraphProto, names: dict[str, str]) -> None:
    for node in graph.node:
        for place, name in enumerate(node.input):
            while name in names:
                name = names[name]  # noqa: PLW2901  (a cast of a cast)
            node.input[place] = name


def _follow(graph: GraphProto, entry: str) -> None:
    """Have every upsampling take its target size from what it is joined with."""
    from onnx import numpy_helper

    for name, value in ((_ZERO, 0), (_TWO, 2), (_FOUR, 4)):
        graph.initializer.append(numpy_helper.from_array(np.array([value], np.int64), name))
    resizes = [node for node in graph.node if node.op_type == "Resize" and len(node.input) == 4]
    grown = {node.output[0] for node in resizes}
    joins = [node for node in graph.node if node.op_type == "Concat"]
    for node in resizes:
        join = next((other for other in joins if node.output[0] in other.input), None)
        like = next((name for name in join.input if name not in grown), entry) if join else entry
        graph.node.extend(_size_of(node, like))
        node.input[3] = f"{node.output[0]}/size"


def _size_of(resize: NodeProto, like: str) -> list[NodeProto]:
    """The nodes that compute a target size: batch and channels of its own, the rest of the other's."""
    from onnx import helper

    name = resize.output[0]
    return [
        helper.make_node("Shape", [resize.input[0]], [f"{name}/own"]),
        helper.make_node("Slice", [f"{name}/own", _ZERO, _TWO], [f"{name}/own2"]),
        helper.make_node("Shape", [like], [f"{name}/like"]),
        helper.make_node("Slice", [f"{name}/like", _TWO, _FOUR], [f"{name}/like2"]),
        helper.make_node("Concat", [f"{name}/own2", f"{name}/like2"], [f"{name}/size"], axis=0),
    ]


def _prune(graph: GraphProto) -> None:
    """Keep what the output needs, each node after those whose values it takes."""
    makers = {output: node for node in graph.node for output in node.output}
    needed: dict[str, None] = {}
    pending = [(graph.output[0].name, False)]
    while pending:
        name, ready = pending.pop()
        if name in needed:
            continue
        if ready or name not in makers:
            needed[name] = None
        else:
            pending.append((name, True))
            pending.extend((source, False) for source in makers[name].input if source)
    ordered = {id(makers[name]): makers[name] for name in needed if name in makers}
    weights = [tensor for tensor in graph.initializer if tensor.name in needed]
    nodes = list(ordered.values())
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)
    kept = {tensor.name for tensor in weights}
    for place in reversed(range(len(graph.initializer))):
        if graph.initializer[place].name not in kept:
            del graph.initializer[place]
