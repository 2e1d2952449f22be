"""ONNX files of one's own: tiny networks whose output is a known function of their input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from pipelines.errors import ModelFailed, WeightsUnavailable
from pipelines.recipe import Recipe
from pipelines.service import CutoutService

Side = int | str


def network(folder: Path, side: Side, channels: int = 3, name: str = "mine.onnx") -> Path:
    """A network that says: the brighter the more subject. ``side`` is a number, or a name for any."""
    entry = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, channels, side, side])
    leave = helper.make_tensor_value_info("matte", TensorProto.FLOAT, [1, 1, side, side])
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
    mean = helper.make_node("ReduceMean", ["picture", "axes"], ["matte"], keepdims=1)
    graph = helper.make_graph([mean], "brightness", [entry], [leave], [axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    path = folder / name
    onnx.save(model, path)
    return path


def ramp(height: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Black on the left, white on the right."""
    row = np.rint(np.linspace(0, 255, width)).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(np.tile(row, (height, 1))[..., None], 3, axis=2))


@pytest.mark.parametrize(("side", "wanted"), [(64, None), ("any", 64), (64, 64), (640, None)])
def test_the_matte_is_what_the_network_says(
    service: CutoutService, tmp_path: Path, side: Side, wanted: int | None
) -> None:
    size = side if isinstance(side, int) else 64
    pixels = ramp(size, size)
    cutout = service.cut(pixels, Recipe(model=str(network(tmp_path, side)), input_size=wanted))
    assert np.abs(cutout.matte.astype(int) - pixels[..., 0]).max() <= 1
    assert [facts.name for facts in cutout.model] == ["mine.onnx"]


def test_a_size_of_its_own_choice(service: CutoutService, tmp_path: Path) -> None:
    """Nothing said, nothing fixed: 320; and the photo may have any size."""
    pixels = ramp(200, 500)
    cutout = service.cut(pixels, Recipe(model=str(network(tmp_path, "any"))))
    assert service.coarse(cutout.photo, cutout.recipe).matte.shape == (320, 320)
    assert np.abs(cutout.matte.astype(int) - pixels[..., 0]).max() <= 4


def test_two_files_of_one_name_are_two_models(service: CutoutService, tmp_path: Path) -> None:
    """A new export under the old name is not mistaken for the old one."""
    pixels = ramp(64, 64)
    first = service.cut(pixels, Recipe(model=str(network(tmp_path, 64)))).matte
    (tmp_path / "b").mkdir()
    second = service.cut(pixels, Recipe(model=str(network(tmp_path / "b", 32)))).matte
    assert first.shape == second.shape
    assert not np.array_equal(first, second)


def test_a_size_the_network_does_not_take(service: CutoutService, tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match="takes 64 pixel pictures"):
        service.cut(ramp(9, 9), Recipe(model=str(network(tmp_path, 64)), input_size=96))


def test_a_network_for_something_else(service: CutoutService, tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match="does not take an RGB picture"):
        service.cut(ramp(9, 9), Recipe(model=str(network(tmp_path, 64, channels=5))))


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x07\x12\x00" * 50])
def test_a_broken_file(service: CutoutService, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFailed, match=r"broken\.onnx is not an ONNX model that can be opened"):
        service.cut(ramp(9, 9), Recipe(model=str(path)))


def test_no_file(service: CutoutService, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="There is no model file"):
        service.cut(ramp(9, 9), Recipe(model=str(tmp_path / "none.onnx")))
