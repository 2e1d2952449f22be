"""The edge controls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.errors import RecipeError
from pipelines.matting import controls
from pipelines.recipe import Edges, Recipe

mattes = npst.arrays(np.uint8, npst.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24))


def disc(radius: float = 20, size: int = 80, centre: tuple[float, float] = (40, 40)) -> np.ndarray:
    y, x = np.mgrid[0:size, 0:size]
    distance = np.hypot(x - centre[0], y - centre[1])
    return np.asarray(np.clip((radius - distance) * 64 + 128, 0, 255), np.uint8)


@given(mattes)
def test_neutral_settings_change_nothing(matte: np.ndarray) -> None:
    for same in (controls.contrast(matte, 0), controls.shift(matte, 0), controls.feather(matte, 0)):
        assert same is matte
    assert (controls.keep_region(matte, (0, 0, 1, 1)) == matte).all()
    assert controls.keep_picked(matte, []) is matte


@given(mattes, st.floats(0, 1))
def test_contrast_moves_away_from_one_half(matte: np.ndarray, amount: float) -> None:
    harder = controls.contrast(matte, amount).astype(int)
    assert (np.abs(harder - 127.5) >= np.abs(matte - 127.5) - 1).all()
    assert ((harder > 127) == (matte > 127)).all()


@given(mattes, st.floats(0, 4))
def test_shifting_out_only_adds_and_in_only_takes(matte: np.ndarray, pixels: float) -> None:
    assert (controls.shift(matte, pixels) >= matte).all()
    assert (controls.shift(matte, -pixels) <= matte).all()


@pytest.mark.parametrize("pixels", [-6, -1.5, 0.5, 3, 7])
def test_shifting_moves_the_edge_that_far(pixels: float) -> None:
    area = (controls.shift(disc(), pixels) / 255).sum()
    assert np.sqrt(area / np.pi) == pytest.approx(20 + pixels, abs=0.5)


@given(mattes, st.floats(0, 5))
def test_feathering_keeps_flat_mattes(matte: np.ndarray, sigma: float) -> None:
    assert controls.feather(matte, sigma).shape == matte.shape
    flat = np.full_like(matte, 77)
    assert (controls.feather(flat, sigma) == 77).all()


@given(mattes)
def test_filling_holes_only_adds(matte: np.ndarray) -> None:
    assert (controls.fill_holes(matte) >= matte).all()


def test_a_ring_is_filled_and_a_bay_is_not() -> None:
    ring = disc() - disc(10)
    assert controls.fill_holes(ring)[40, 40] == 255
    bay = ring.copy()
    bay[36:44, 40:] = 0
    assert controls.fill_holes(bay)[40, 40] == 0


def test_subjects_are_told_apart_largest_first() -> None:
    found, labels = controls.subjects(np.maximum(disc(8, centre=(15, 15)), disc(14, centre=(55, 55))))
    assert [one.box[0] > 30 for one in found] == [True, False]
    assert labels[15, 15] != labels[55, 55] != 0


def test_the_largest_is_kept_with_its_soft_edge() -> None:
    small, large = disc(8, centre=(15, 15)), disc(14, centre=(55, 55))
    assert (controls.keep_largest(np.maximum(small, large)) == large).all()


def test_subjects_are_picked_by_a_point_on_or_near_them() -> None:
    small, large = disc(8, centre=(15, 15)), disc(14, centre=(55, 55))
    both = np.maximum(small, large)
    assert (controls.keep_picked(both, [(0.01, 0.02)]) == small).all()
    assert (controls.keep_picked(both, [(0.2, 0.2), (0.7, 0.7)]) == both).all()


def test_a_region_cuts_everything_else_off() -> None:
    kept = controls.keep_region(np.full((10, 20), 255, np.uint8), (0.5, 0.2, 1, 0.6))
    assert kept.sum() == 255 * 10 * 4
    assert kept[2:6, 10:].all()


@given(mattes)
def test_no_matte_is_too_strange(matte: np.ndarray) -> None:
    for step in (controls.keep_largest, controls.fill_holes):
        assert step(matte).shape == matte.shape
    assert (controls.keep_picked(matte, [(0, 0), (1, 1)]) <= matte).all()


def test_what_can_be_seen_through_within_the_subject_is_filled() -> None:
    glazed = np.where(disc(8) > 128, np.uint8(90), disc())  # a pane in a solid frame
    filled = controls.fill_translucent(glazed)
    assert filled[40, 40] == 255
    assert np.array_equal(filled[disc(8) <= 128], glazed[disc(8) <= 128])


def test_soft_rims_and_holes_are_not_see_through_parts() -> None:
    soft = controls.feather(disc(), 3)
    ring = controls.feather(disc() - disc(8), 1)
    for matte in (disc(), soft, ring, np.full((9, 9), 90, np.uint8)):
        assert np.array_equal(controls.fill_translucent(matte), matte)


@given(mattes)
def test_filling_see_through_parts_only_adds(matte: np.ndarray) -> None:
    assert (controls.fill_translucent(matte) >= matte).all()


@given(mattes)
def test_a_neutral_recipe_changes_nothing(matte: np.ndarray) -> None:
    assert controls.adjust(matte, Edges()) is matte


def test_lengths_follow_the_size() -> None:
    edges = Edges(shift=8)
    small = controls.adjust(disc(10, 40, (20, 20)), edges.scaled(0.5))
    assert np.sqrt((small / 255).sum() / np.pi) == pytest.approx(14, abs=0.5)


def test_all_controls_work_together() -> None:
    edges = Edges(region=(0, 0, 1, 1), subjects="largest", holes="fill", contrast=0.5, shift=-2, feather=1)
    result = controls.adjust(np.maximum(disc() - disc(8), disc(4, centre=(6, 6))), edges)
    assert result[40, 40] == 255
    assert result[6, 6] == 0


@pytest.mark.parametrize(
    "wrong", [{"region": (0.5, 0, 0.5, 1)}, {"subjects": "picked"}, {"picked": [(0.1, 0.2)]}, {"shift": 101}]
)
def test_wishes_that_make_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecipeError):
        Recipe.read({"edges": wrong})
