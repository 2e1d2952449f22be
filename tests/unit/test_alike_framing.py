"""Photos of a set in one framing: subjects of any size and shape end alike, to a pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.compose.focus import focus_of
from pipelines.compose.framing import placed
from pipelines.compose.planning import plan
from pipelines.compose.subject import Box, subject_box
from pipelines.recipe import Framing, Recipe
from tests.scenes import ball
from tests.unit.cutouts_made import cutout_of

CANVAS = 400
EDGES = 2
"""Pixels that a side may be off: its two ends are each rounded."""


@st.composite
def subjects(draw: st.DrawFn) -> np.ndarray:
    """The matte of a box anywhere within a photo, which nowhere cuts it off."""
    width, height = draw(st.integers(60, 500)), draw(st.integers(60, 500))
    left, top = draw(st.integers(1, width - 41)), draw(st.integers(1, height - 41))
    right, bottom = draw(st.integers(left + 40, width - 1)), draw(st.integers(top + 40, height - 1))
    matte = np.zeros((height, width), np.uint8)
    matte[top:bottom, left:right] = 255
    return matte


def framed(matte: np.ndarray, **fields: Any) -> Box:
    framing = Framing(**{"size": (CANVAS, CANVAS), "max_upscale": 16, **fields})
    shown = placed(matte, plan(framing, (matte.shape[1], matte.shape[0]), focus_of(matte)))
    found = subject_box((shown >= 128).astype(np.uint8) * 255)
    assert found is not None
    return found


def sides(box: Box) -> tuple[int, int]:
    return box.right - box.left, box.bottom - box.top


@given(subjects())
def test_the_longer_side_fills_its_share_in_the_middle(matte: np.ndarray) -> None:
    box = framed(matte, share=0.8)
    assert abs(max(sides(box)) - 0.8 * CANVAS) <= EDGES
    assert abs(box.left + box.right - CANVAS) <= 2
    assert abs(box.top + box.bottom - CANVAS) <= 2


@given(subjects(), st.sampled_from(["longer", "width", "height", "area"]), st.sampled_from([0.8, 0.9, 1.0]))
def test_all_stand_on_one_line(matte: np.ndarray, of: str, baseline: float) -> None:
    box = framed(matte, share=0.6, share_of=of, baseline=baseline)
    assert abs(box.bottom - baseline * CANVAS) <= 1
    assert box.top >= -1


@given(subjects())
def test_a_margin_above_the_line_is_kept(matte: np.ndarray) -> None:
    box = framed(matte, crop="subject", margin="10% 5% 0 5%", baseline=0.9)
    assert abs(box.bottom - 0.9 * CANVAS) <= 1
    assert box.top >= 0.1 * sides(box)[1] - 2


@given(subjects())
def test_a_share_of_the_area_is_one_unless_a_side_is_full(matte: np.ndarray) -> None:
    width, height = sides(framed(matte, share=0.3, share_of="area"))
    full = max(width, height) >= CANVAS - EDGES
    share = width * height / CANVAS**2
    assert share <= 0.31
    assert full or abs(share - 0.3) <= (width + height) / CANVAS**2 + 0.002


@pytest.mark.parametrize(("of", "axis"), [("width", 0), ("height", 1)])
@given(matte=subjects())
def test_a_share_of_one_side(matte: np.ndarray, of: str, axis: int) -> None:
    found = sides(framed(matte, share=0.5, share_of=of))
    assert abs(found[axis] - 0.5 * CANVAS) <= EDGES or max(found) >= CANVAS - EDGES
    assert max(found) <= CANVAS + 1


@given(subjects())
def test_a_canvas_by_ratio_is_as_high_as_the_line_needs(matte: np.ndarray) -> None:
    size = matte.shape[1], matte.shape[0]
    framing = Framing(ratio=1, crop="subject", share=0.8, baseline=0.9)
    place = plan(framing, size, focus_of(matte))
    box = subject_box(placed(matte, place))
    assert box is not None
    assert abs(box.bottom - 0.9 * place.canvas[1]) <= 1.5
    assert box.top >= -1
    assert place.times == pytest.approx(1)


def test_one_that_the_photo_cuts_off_lies_at_the_edge_and_on_no_line() -> None:
    matte = np.zeros((200, 300), np.uint8)
    matte[60:, 100:200] = 255
    assert framed(matte, share=0.6, baseline=0.8).bottom == CANVAS
    assert abs(framed(matte, share=0.6, baseline=0.8, snap=False).bottom - 0.8 * CANVAS) <= 1


@pytest.mark.parametrize("kind", ["drop", "contact", "cast", "car", "reflection"])
def test_a_shadow_moves_no_subject_and_looks_the_same_at_any_size(kind: str) -> None:
    shown = []
    for width, height in ((320, 240), (640, 480)):
        recipe = {"framing": {"size": (240, 240), "share": 0.5, "baseline": 0.8}, "background": "white"}
        plain = cutout_of(ball(width, height, softness=width / 320), Recipe.read(recipe))
        shaded = cutout_of(
            ball(width, height, softness=width / 320), Recipe.read({**recipe, "shadows": [{"kind": kind}]})
        )
        assert plain.placement() == shaded.placement()
        shown.append(plain.render().astype(int) - shaded.render())
    assert shown[0].max() > 10
    assert np.abs(shown[0] - shown[1]).mean() < 0.5
