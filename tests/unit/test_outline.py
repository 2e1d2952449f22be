"""Outlines and glows."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.compose.composite import Veil
from pipelines.compose.outline import glow_veil, outline_veil
from pipelines.compose.subject import Subject, subject_box
from pipelines.recipe import Glow, Outline


def disc(radius: float, side: int) -> Subject:
    """A disc in the middle of a square canvas, its edge smooth to a fraction of a pixel."""
    y, x = np.mgrid[0:side, 0:side] + 0.5 - side / 2
    matte = np.rint(np.clip(radius - np.hypot(x, y) + 0.5, 0, 1) * 255).astype(np.uint8)
    return Subject(np.zeros((side, side, 3), np.uint8), matte, subject_box(matte))


def plane_of(veil: Veil | None, side: int) -> np.ndarray:
    assert veil
    plane = np.zeros((side, side), np.uint8)
    left, top = veil.at
    plane[top : top + veil.alpha.shape[0], left : left + veil.alpha.shape[1]] = veil.alpha
    return plane


@pytest.mark.parametrize(("radius", "side"), [(40, 120), (200, 600), (900, 2600)])
@pytest.mark.parametrize("width", [0.01, 0.05, 0.15])
def test_an_outline_is_as_wide_all_round(radius: int, side: int, width: float) -> None:
    plane = plane_of(outline_veil(Outline(width=width), disc(radius, side)), side)
    y, x = np.mgrid[0:side, 0:side] + 0.5 - side / 2
    wide = width * 2 * radius
    distance = np.hypot(x, y) - radius - wide
    slack = max(0.5, 0.05 * wide)
    assert plane[distance < -1 - slack].min() > 250
    assert plane[distance > 1 + slack].max() < 5
    # Its edge is a ramp of a pixel, not a staircase: in every direction it is right by area.
    angle = np.floor((np.arctan2(y, x) / np.pi + 1) * 18).astype(int)
    gap = plane / 255 - np.clip(0.5 - distance, 0, 1)
    edge = 2 * np.pi * (radius + wide) / 36
    assert max(abs(gap[angle == part].sum()) / edge for part in range(36)) < slack


def test_the_outline_lies_under_translucent_parts_too() -> None:
    subject = disc(40, 120)
    subject.matte[55:65, 55:65] = 0
    assert plane_of(outline_veil(Outline(width=0.1), subject), 120)[58:62, 58:62].min() == 255


def test_no_width_or_no_subject_is_no_outline() -> None:
    nothing = Subject(np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.uint8), None)
    assert outline_veil(Outline(width=0.1), nothing) is None
    assert outline_veil(Outline(), disc(40, 120)) is None
    assert glow_veil(Glow(size=0.1), nothing, Outline()) is None
    assert glow_veil(Glow(), disc(40, 120), Outline()) is None


def test_a_glow_is_brightest_at_the_rim() -> None:
    row = plane_of(glow_veil(Glow(size=0.3, opacity=0.8), disc(40, 240), Outline()), 240)[120, 161:].astype(
        int
    )
    assert row[0] == pytest.approx(0.8 * 255, rel=0.12)
    assert (np.diff(row) <= 0).all()
    assert row[12] > 40
    assert row[-1] == 0


def test_a_glow_starts_at_the_outline() -> None:
    plain, lined = (
        plane_of(glow_veil(Glow(size=0.2), disc(40, 240), Outline(width=width)), 240)[120, 175]
        for width in (0, 0.15)
    )
    assert lined > plain + 60


def test_a_glow_looks_the_same_at_any_size() -> None:
    small = plane_of(glow_veil(Glow(size=0.2), disc(40, 200), Outline()), 200)
    large = plane_of(glow_veil(Glow(size=0.2), disc(200, 1000), Outline()), 1000)
    reduced = cv2.resize(large, (200, 200), interpolation=cv2.INTER_AREA)
    assert np.abs(reduced.astype(int) - small).max() < 12


@settings(deadline=None, max_examples=30)
@given(npst.arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20))), st.floats(0.001, 0.2))
def test_any_matte_has_an_outline_and_a_glow(matte: np.ndarray, width: float) -> None:
    subject = Subject(np.zeros((*matte.shape, 3), np.uint8), matte, subject_box(matte))
    outline = Outline(width=width)
    for veil in (outline_veil(outline, subject), glow_veil(Glow(size=width), subject, outline)):
        if veil is not None:
            left, top = veil.at
            assert left + veil.alpha.shape[1] <= matte.shape[1]
            assert top + veil.alpha.shape[0] <= matte.shape[0]
