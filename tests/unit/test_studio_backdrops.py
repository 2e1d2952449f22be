"""The library of studio backdrops."""

from __future__ import annotations

from typing import get_args

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.compose.studio import Look, drawn, names, own_colors
from pipelines.compose.studio.grid import Grid
from pipelines.recipe.backdrops import StudioName

NAMES = names()
name = st.sampled_from(NAMES)


def test_the_recipe_knows_them_all() -> None:
    assert get_args(StudioName) == NAMES


@given(name, st.integers(1, 70), st.integers(1, 70), st.integers(0, 999_999))
@settings(max_examples=60)
def test_any_size(which: str, height: int, width: int, seed: int) -> None:
    assert drawn(Look(which, seed), (height, width)).shape == (height, width, 3)


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("size", [(5, 400), (400, 5)], ids=str)
def test_long_and_narrow(which: str, size: tuple[int, int]) -> None:
    assert drawn(Look(which), size).shape == (*size, 3)


@pytest.mark.parametrize("which", NAMES)
def test_a_seed_gives_the_same_and_another_something_else(which: str) -> None:
    first, again, other = (drawn(Look(which, seed), (96, 128)) for seed in (5, 5, 6))
    assert (first == again).all()
    if which != "podium":  # nothing of it is left to chance but its grain
        assert (first != other).mean() > 0.2


@pytest.mark.parametrize(
    ("which", "size"), [*((which, (280, 420)) for which in NAMES), ("marble", (420, 280))], ids=str
)
def test_a_preview_is_the_full_size_made_smaller(which: str, size: tuple[int, int]) -> None:
    full = drawn(Look(which, 3), (size[0] * 6, size[1] * 6))
    small = cv2.resize(full, size[::-1], interpolation=cv2.INTER_AREA).astype(int)
    difference = np.abs(small - drawn(Look(which, 3), size))
    assert difference.mean() < 1
    assert np.percentile(difference, 99.5) <= 12


@pytest.mark.parametrize("which", NAMES)
def test_it_takes_the_colour_it_is_given(which: str) -> None:
    own = np.median(drawn(Look(which), (120, 160)), axis=(0, 1))
    green = np.median(drawn(Look(which, color=(70, 150, 90)), (120, 160)), axis=(0, 1))
    assert green[1] - green[0] > own[1] - own[0] + 20
    assert own_colors(which)[0] != (70, 150, 90)


@pytest.mark.parametrize("which", ["vignette", "plaster", "marble", "window", "podium", "pastel", "bokeh"])
def test_it_takes_the_accent_it_is_given(which: str) -> None:
    plain, blue = (
        drawn(Look(which, accent=accent), (120, 160)).astype(int) for accent in (None, (40, 60, 255))
    )
    bluer = (blue[..., 2] - blue[..., 0]) - (plain[..., 2] - plain[..., 0])
    assert (bluer > 20).mean() > 0.01


@pytest.mark.parametrize("which", ["paper", "vignette"])
def test_soft_ones_have_no_bands(which: str) -> None:
    layer = drawn(Look(which), (800, 1200)).astype(np.float32)
    rows = cv2.GaussianBlur(layer.mean(axis=2), (0, 0), 8)
    step = np.abs(np.diff(rows, axis=0))
    assert step.max() < 0.6  # what runs evenly rises by far less than a value from row to row
    assert np.quantile(step, 0.05) > 0 or step.max() < 0.2


@given(st.integers(2, 40), st.integers(0, 50))
def test_noise_has_no_bias_and_the_same_place_at_any_size(cells: int, seed: int) -> None:
    small, large = (Grid(side, side, seed).noise(cells, 1) for side in (100, 400))
    reduced = cv2.resize(large, (100, 100), interpolation=cv2.INTER_AREA)
    if cells <= 12:
        assert np.abs(reduced - small).max() < 0.25
    assert 0.3 < large.std() < 2


def test_nothing_repeats() -> None:
    """A patch of a textured backdrop is like no other place of it."""
    layer = cv2.cvtColor(drawn(Look("plaster"), (400, 600)), cv2.COLOR_RGB2GRAY)
    layer = cv2.subtract(layer, cv2.GaussianBlur(layer, (0, 0), 12), dtype=cv2.CV_32F)
    patch = layer[150:230, 250:350]
    match = cv2.matchTemplate(layer, patch, cv2.TM_CCOEFF_NORMED)
    match[140:161, 240:261] = 0
    assert match.max() < 0.6
