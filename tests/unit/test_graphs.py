"""A graph made for one input size, made to take any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from pipelines.errors import ModelFailed
from pipelines.models.graphs import flexible_graph, make_flexible
from pipelines.models.known import model_named
from pipelines.models.weights import open_store
from pipelines.settings import load_settings

SIDE = 64


def two_levels(precision: int) -> onnx.ModelProto:
    """A network of IS-Net's form: shrinks, grows back to sizes written as constants, has a side output.

    With half precision it has the casts round each Resize, at the end, as converters leave them.
    """
    kind = np.float16 if precision == TensorProto.FLOAT16 else np.float32
    rng = np.random.default_rng(7)
    shapes = {"w1": (4, 3, 3, 3), "w2": (4, 4, 3, 3), "w3": (1, 8, 1, 1), "w4": (1, 4, 1, 1)}
    weights = [numpy_helper.from_array(rng.normal(size=s).astype(kind), n) for n, s in shapes.items()]
    constants = [
        numpy_helper.from_array(np.array(value, np.int64), name)
        for name, value in {"from": [0], "to": [2], "half": [SIDE // 2] * 2, "whole": [SIDE] * 2}.items()
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w1"], ["wide"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("MaxPool", ["wide"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        helper.make_node("Conv", ["pooled", "w2"], ["deep"], pads=[1, 1, 1, 1]),
        *grown("deep", "half", "up"),
        helper.make_node("Concat", ["up", "wide"], ["both"], axis=1),
        helper.make_node("Conv", ["both", "w3"], ["logit"]),
        *grown("logit", "whole", "large"),
        helper.make_node("Sigmoid", ["large"], ["y"]),
        helper.make_node("Conv", ["deep", "w4"], ["side logit"]),
        helper.make_node("Sigmoid", ["side logit"], ["side"]),
    ]
    if precision == TensorProto.FLOAT16:
        nodes = with_casts(nodes)
    entry = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 3, SIDE, SIDE))
    outputs = [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 1, SIDE, SIDE)),
        helper.make_tensor_value_info("side", precision, (1, 1, SIDE // 4, SIDE // 4)),
    ]
    graph = helper.make_graph(nodes, "two levels", [entry], outputs, [*weights, *constants])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)


def grown(source: str, size: str, target: str) -> list[onnx.NodeProto]:
    """Upsampling to a constant size, as PyTorch exports it."""
    return [
        helper.make_node("Shape", [source], [f"{target} shape"]),
        helper.make_node("Slice", [f"{target} shape", "from", "to"], [f"{target} own"]),
        helper.make_node("Concat", [f"{target} own", size], [f"{target} size"], axis=0),
        helper.make_node("Resize", [source, "", "", f"{target} size"], [target], mode="linear"),
    ]


def with_casts(nodes: list[onnx.NodeProto]) -> list[onnx.NodeProto]:
    """Half precision inside; Resize, input and output stay float32, with casts between."""
    casts = [helper.make_node("Cast", ["x"], ["x half"], to=TensorProto.FLOAT16)]
    for node in nodes:
        for place, name in enumerate(node.input):
            node.input[place] = {"x": "x half", "large": "large half", "up": "up half"}.get(name, name)
        if node.op_type == "Resize":
            casts.append(
                helper.make_node("Cast", [node.input[0]], [f"{node.output[0]} in"], to=TensorProto.FLOAT)
            )
            casts.append(
                helper.make_node("Cast", [node.output[0]], [f"{node.output[0]} half"], to=TensorProto.FLOAT16)
            )
            node.input[0] = f"{node.output[0]} in"
        if node.output[0] == "y":
            node.output[0] = "y half"
            casts.append(helper.make_node("Cast", ["y half"], ["y"], to=TensorProto.FLOAT))
    return [casts[0], *_sorted([*nodes, *casts[1:]])]


def _sorted(nodes: list[onnx.NodeProto]) -> list[onnx.NodeProto]:
    known, done, left = {"x half", "w1", "w2", "w3", "w4", "from", "to", "half", "whole", ""}, [], list(nodes)
    while left:
        node = next(node for node in left if set(node.input) <= known)
        left.remove(node)
        known |= set(node.output)
        done.append(node)
    return done


def run(model: onnx.ModelProto | Path | bytes, picture: np.ndarray) -> np.ndarray:
    """The first output of a network for a 1x3xHxW picture."""
    import onnxruntime

    source = model.SerializeToString() if isinstance(model, onnx.ModelProto) else model
    source = source if isinstance(source, bytes) else str(source)
    session = onnxruntime.InferenceSession(source, providers=["CPUExecutionProvider"])
    return np.asarray(
        session.run([session.get_outputs()[0].name], {session.get_inputs()[0].name: picture})[0]
    )


def picture(side: int) -> np.ndarray:
    return np.random.default_rng(side).random((1, 3, side, side), np.float32)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "net.fp16.onnx"
    onnx.save(two_levels(TensorProto.FLOAT16), str(path))
    return path


@pytest.mark.parametrize("precision", [TensorProto.FLOAT, TensorProto.FLOAT16])
def test_at_its_own_size_it_says_the_same(precision: int) -> None:
    model = two_levels(precision)
    before = run(model, picture(SIDE))
    make_flexible(model)
    onnx.checker.check_model(model, full_check=True)
    assert np.abs(run(model, picture(SIDE)) - before).max() < (
        1e-6 if precision == TensorProto.FLOAT else 1e-2
    )


@pytest.mark.parametrize("side", [32, 96, 128])
def test_it_takes_other_sizes(side: int) -> None:
    model = two_levels(TensorProto.FLOAT16)
    make_flexible(model)
    assert run(model, picture(side)).shape == (1, 1, side, side)


def test_nothing_in_half_precision_and_no_side_output_is_left() -> None:
    model = two_levels(TensorProto.FLOAT16)
    make_flexible(model)
    assert [output.name for output in model.graph.output] == ["y"]
    assert not [node for node in model.graph.node if "side" in node.output[0]]
    assert TensorProto.FLOAT16 not in {tensor.data_type for tensor in model.graph.initializer}
    assert "w4" not in {tensor.name for tensor in model.graph.initializer}


def test_a_graph_that_takes_no_picture_is_refused() -> None:
    entry = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 3))
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 3))
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "flat", [entry], [out])
    with pytest.raises(ModelFailed):
        make_flexible(helper.make_model(graph))


def test_it_is_kept_and_found_again(source: Path, tmp_path: Path) -> None:
    kept = flexible_graph(source, tmp_path / "kept")
    assert isinstance(kept, Path)
    written = kept.stat().st_mtime_ns
    assert flexible_graph(source, tmp_path / "kept") == kept
    assert kept.stat().st_mtime_ns == written
    assert sorted(path.name for path in kept.parent.iterdir()) == [kept.name, f"{kept.name}.sha256"]


@pytest.mark.parametrize("damage", [b"", b"rubbish"])
def test_a_damaged_one_is_made_again(source: Path, tmp_path: Path, damage: bytes) -> None:
    kept = flexible_graph(source, tmp_path)
    assert isinstance(kept, Path)
    whole = kept.read_bytes()
    kept.write_bytes(damage)
    assert flexible_graph(source, tmp_path) == kept
    assert kept.read_bytes() == whole


def test_a_missing_checksum_is_written_again(source: Path, tmp_path: Path) -> None:
    kept = flexible_graph(source, tmp_path)
    assert isinstance(kept, Path)
    note = kept.with_name(f"{kept.name}.sha256")
    note.unlink()
    flexible_graph(source, tmp_path)
    assert note.read_text().split()[1] == kept.name


def test_other_weights_get_a_graph_of_their_own(source: Path, tmp_path: Path) -> None:
    first = flexible_graph(source, tmp_path)
    onnx.save(two_levels(TensorProto.FLOAT), str(source))
    assert flexible_graph(source, tmp_path) != first


def test_a_folder_that_cannot_be_made_gives_the_content(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    content = flexible_graph(source, tmp_path / "file" / "folder")
    assert isinstance(content, bytes)
    assert run(content, picture(32)).shape[-1] == 32


def _published(name: str) -> tuple[Path, Any]:
    model = model_named(name)
    return open_store(load_settings()).ensure(model), model.preprocess


@pytest.mark.weights
@pytest.mark.parametrize("name", ["u2netp", "isnet-general-use"])
def test_the_published_weights_say_the_same(name: str, tmp_path: Path) -> None:
    path, preprocess = _published(name)
    tensor = picture(preprocess.size[0]) - 0.5
    graph = flexible_graph(path, tmp_path)
    assert np.abs(run(graph, tensor) - run(path, tensor)).max() < 1e-3
    assert run(graph, picture(160)).shape == (1, 1, 160, 160)


@pytest.mark.weights
def test_the_release_of_single_precision_works_as_well(tmp_path: Path) -> None:
    """The other published file of IS-Net is in float32: made here from the one that is at hand."""
    path, _ = _published("isnet-general-use")
    model = onnx.load(str(path))
    make_flexible(model)
    single = tmp_path / "single.onnx"
    onnx.save(model, str(single))
    assert np.array_equal(run(flexible_graph(single, tmp_path), picture(96)), run(single, picture(96)))
