"""A network of the user's own, from an ONNX file.

Two families cover what people train and export: U2-Net-like networks with a small
input and ImageNet normalisation, and IS-Net-like ones with a large input and plain
centring. They are the two that rembg's custom sessions know.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipelines.errors import ModelFailed
from pipelines.models.catalogue import Model, Preprocess

_LARGE: Final = 512
"""Inputs above this side, in pixels, are taken for IS-Net's kind."""

_DEFAULT_SIDE: Final = 320


def input_side(path: Path, wanted: int | None) -> int:
    """The side of the square input, in pixels: as wanted, else as the graph says, else 320.

    Raises:
        ModelFailed: not a network that takes one RGB picture, or one of another size.
    """
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelFailed(f"{path.name} is not an ONNX model that can be opened.") from error
    shape = session.get_inputs()[0].shape
    if len(shape) != 4 or (shape[1] not in (3, "3") and isinstance(shape[1], int)):
        raise ModelFailed(f"{path.name} does not take an RGB picture (its input is {shape}, not 1x3xHxW).")
    fixed = shape[2] if isinstance(shape[2], int) else None
    if fixed and wanted and fixed != wanted:
        raise ModelFailed(
            f"{path.name} takes {fixed} pixel pictures: leave --input-size away or set it to {fixed}."
        )
    return fixed or wanted or _DEFAULT_SIDE


def family(side: int) -> str:
    """The rembg session class that fits an input side in pixels."""
    return "dis_custom" if side > _LARGE else "u2net_custom"


def describe(path: Path, side: int) -> Model:
    """The facts of an own model, as far as they can be known."""
    large = side > _LARGE
    return Model(
        name=path.name,
        title=path.stem,
        task="general",
        about="a model of your own",
        licence="your own",
        commercial=True,
        homepage="",
        files=(),
        preprocess=Preprocess(
            size=(side, side),
            mean=(0.5, 0.5, 0.5) if large else (0.485, 0.456, 0.406),
            std=(1.0, 1.0, 1.0) if large else (0.229, 0.224, 0.225),
            scale_by_max=True,
            decode="minmax",
        ),
        seconds=0.0,
    )
