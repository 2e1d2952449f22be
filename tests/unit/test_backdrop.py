"""Colours, and pictures on a canvas."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.compose.backdrop import fitted, solid
from pipelines.recipe import Fit, ImageBackdrop

sizes = st.tuples(st.integers(1, 60), st.integers(1, 60))
places = st.tuples(st.floats(0, 1), st.floats(0, 1))


def laid(picture: np.ndarray, size: tuple[int, int], **how: Any) -> np.ndarray:
    return fitted(picture, size, ImageBackdrop(source="x", **how))


def waves(height: int, width: int, periods: int = 1) -> np.ndarray:
    """A picture that runs on from each edge to the one across."""
    y = np.sin(np.arange(height)[:, None] / height * 2 * np.pi * periods)
    x = np.sin(np.arange(width)[None] / width * 2 * np.pi * periods)
    return np.repeat(np.rint(128 + 60 * y + 60 * x).astype(np.uint8)[..., None], 3, axis=2)


def test_solid_is_one_colour() -> None:
    layer = solid((3, 4), (1, 2, 3))
    assert layer.shape == (3, 4, 3)
    assert (layer == (1, 2, 3)).all()


@example((1, 1), (1, 1), "cover", (0.0, 1.0), 0.5)  # half a pixel, at the end of the canvas
@given(sizes, sizes, st.sampled_from(["cover", "contain", "tile"]), places, st.floats(0.1, 10))
def test_a_picture_always_lies_on_the_canvas(
    own: tuple[int, int], size: tuple[int, int], fit: Fit, position: tuple[float, float], scale: float
) -> None:
    layer = laid(np.full((*own, 3), 88, np.uint8), size, fit=fit, position=position, scale=scale)
    assert layer.shape[:2] == size
    if fit == "tile" or (fit == "cover" and scale >= 1):
        assert layer.shape[2] == 3
    shown = layer if layer.shape[2] == 3 else layer[layer[..., 3] == 255][:, :3]
    assert shown.size
    assert (shown == 88).all()


@pytest.mark.parametrize(("x", "seen"), [(0, 0), (0.5, 10), (1, 20)])
def test_the_position_says_what_is_kept(x: float, seen: int) -> None:
    picture = np.zeros((10, 30, 3), np.uint8)
    picture[:, seen : seen + 10] = 200
    assert (laid(picture, (20, 20), position=(x, 0))[:, 1:-1] == 200).all()


def test_contain_shows_all_and_leaves_the_rest_transparent() -> None:
    picture = np.full((10, 20, 3), 200, np.uint8)
    layer = laid(picture, (20, 20), fit="contain")
    assert (layer[5:15, :, 3] == 255).all()
    assert not layer[:5].any()
    assert not layer[15:].any()
    assert (laid(picture, (20, 20), fit="contain", position=(0, 1))[10:, :, 3] == 255).all()


def test_scale_shows_less_of_it_at_the_same_place() -> None:
    picture = waves(200, 300)
    twice = laid(picture, (200, 300), scale=2)
    expected = cv2.resize(picture[50:150, 75:225], (300, 200), interpolation=cv2.INTER_CUBIC)
    assert np.abs(twice.astype(int) - expected)[4:-4, 4:-4].max() <= 2


@given(st.integers(5, 40), st.integers(5, 40), st.integers(8, 120), places)
def test_tiles_repeat(h: int, w: int, tile: int, position: tuple[float, float]) -> None:
    picture = np.random.default_rng(h * 100 + w).integers(0, 256, (h, w, 3), np.uint8)
    layer = laid(picture, (240, 320), fit="tile", scale=tile / 80, position=position)
    axis = 0 if h >= w else 1  # along the longer side a tile is so many whole pixels
    rest = layer.shape[axis] - tile
    assert (np.take(layer, range(rest), axis) == np.take(layer, range(tile, tile + rest), axis)).all()


@pytest.mark.parametrize("side", [16, 400], ids=["enlarged", "reduced"])
def test_tiles_of_a_picture_that_runs_on_have_no_seams(side: int) -> None:
    layer = laid(waves(side, side), (600, 800), fit="tile").astype(int)
    for axis in (0, 1):
        steps = np.abs(np.diff(layer[..., 0], axis=axis)).max(axis=1 - axis)
        assert steps.max() <= 1.6 * np.median(steps) + 2


def test_tiles_do_not_run_away() -> None:
    picture = np.zeros((30, 30, 3), np.uint8)
    picture[:, :3] = 255  # a line where each tile begins
    layer = laid(picture, (90, 1003), fit="tile", scale=0.1234, position=(0, 0))
    tile = 0.1234 * 1003 / 4
    bright = [float(layer[40, round(index * tile) : round(index * tile) + 2].mean()) for index in range(30)]
    assert min(bright) > 150


@pytest.mark.parametrize("fit", ["cover", "contain", "tile"])
def test_a_blur_smooths_and_keeps_the_shape(fit: Fit) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8)
    plain, soft = (laid(noise, (200, 400), fit=fit, blur=blur) for blur in (0, 0.02))
    assert soft.shape == plain.shape
    assert soft[60:140, 120:280, :3].std() < plain[60:140, 120:280, :3].std() / 3
    if fit == "contain":
        assert (soft[..., 3] == plain[..., 3]).all()


@pytest.mark.parametrize("fit", ["cover", "contain", "tile"])
def test_a_preview_is_the_full_size_made_smaller(fit: Fit) -> None:
    picture = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 256, (700, 900, 3), np.uint8), (0, 0), 6)
    how: dict[str, Any] = {"fit": fit, "position": (0.3, 0.8), "scale": 1.3, "blur": 0.004}
    full, preview = laid(picture, (1200, 1800), **how), laid(picture, (400, 600), **how)
    small = cv2.resize(full, (600, 400), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - preview).mean() < 1.5
