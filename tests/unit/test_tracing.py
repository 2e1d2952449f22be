"""The outline of a matte as smooth curves."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipelines.export.contour import area, contours
from pipelines.export.curves import smoothed
from pipelines.export.tracing import Outline, traced
from tests.scenes import ball, overlap


def disc(size: int, radius: float, x: float, y: float, softness: float = 1.0) -> NDArray[np.uint8]:
    down, across = np.mgrid[0:size, 0:size] + 0.5
    away = radius - np.hypot(across - x, down - y)
    return np.asarray(np.rint(np.clip(away / softness + 0.5, 0, 1) * 255), np.uint8)


def outline_of(matte: NDArray[np.uint8], most: int = 2480) -> Outline:
    return traced(matte, most)


def flattened(outline: Outline, steps: int = 16) -> list[NDArray[np.float64]]:
    """Points along each loop."""
    share = np.linspace(0, 1, steps, endpoint=False)[:, None]
    weights = (1 - share) ** 3, 3 * (1 - share) ** 2 * share, 3 * (1 - share) * share**2, share**3
    lines = []
    for loop in outline.loops:
        following = np.roll(loop.knots, -1, axis=0)
        parts = [
            weights[0] * a[1] + weights[1] * a[2] + weights[2] * b[0] + weights[3] * b[1]
            for a, b in zip(loop.knots, following, strict=True)
        ]
        lines.append(np.concatenate(parts))
    return lines


def drawn(outline: Outline) -> NDArray[np.uint8]:
    """The outline filled by the even-odd rule, sampled at 64 points a pixel."""
    width, height = outline.size
    canvas = np.zeros((height * 8, width * 8), np.uint8)
    lines = [np.rint((line * 8 - 0.5) * 16).astype(np.int32) for line in flattened(outline)]
    cv2.fillPoly(canvas, lines, 255, shift=4)
    return np.asarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("softness", [1.0, 6.0])
def test_a_disc_is_found_to_a_fraction_of_a_pixel(softness: float) -> None:
    outline = outline_of(disc(300, 100.3, 140.7, 151.2, softness))
    (points,) = flattened(outline)
    away = np.hypot(points[:, 0] - 140.7, points[:, 1] - 151.2)
    assert np.abs(away - 100.3).max() < 0.9
    assert abs(away.mean() - 100.3) < 0.3
    assert outline.anchors <= 8


def test_curves_follow_any_matte() -> None:
    matte = ball(320, 240).matte.copy()
    matte[100:140, 150:200] = 0
    matte[115:125, 165:185] = 255
    matte[:40, :50] = 255
    outline = outline_of(matte)
    assert [loop.hole for loop in outline.loops] == [False, False, True, False]
    assert overlap(drawn(outline), matte) > 0.985


def test_corners_stay_corners() -> None:
    matte = np.zeros((100, 120), np.uint8)
    matte[20:80, 30:90] = 255
    (loop,) = outline_of(matte).loops
    for corner in ((30, 20), (90, 20), (90, 80), (30, 80)):
        assert np.hypot(*(loop.knots[:, 1] - corner).T).min() < 1
    assert not loop.smooth.all()
    assert len(loop.knots) <= 8


def test_a_subject_that_fills_the_picture_is_its_frame() -> None:
    (points,) = flattened(outline_of(np.full((50, 80), 255, np.uint8)))
    assert points.min(axis=0) == pytest.approx((0, 0), abs=0.8)
    assert points.max(axis=0) == pytest.approx((80, 50), abs=0.8)


def test_nothing_leaves_the_picture() -> None:
    for line in contours(disc(60, 40, 10, 50)):
        assert line.min() >= 0
        assert line.max() <= 60


def test_no_subject_has_no_outline() -> None:
    assert outline_of(np.zeros((20, 20), np.uint8)).loops == ()


def test_specks_are_left_out() -> None:
    matte = disc(200, 60, 100, 100)
    matte[3:6, 3:6] = 255
    assert len(outline_of(matte).loops) == 1


def test_outer_lines_run_clockwise_and_holes_the_other_way() -> None:
    ring = cv2.subtract(disc(200, 80, 100, 100), disc(200, 40, 100, 100))
    outer, hole = contours(np.asarray(ring, np.uint8))
    assert area(outer) == pytest.approx(math.pi * 80**2, rel=0.01)
    assert area(hole) == pytest.approx(-math.pi * 40**2, rel=0.01)


def test_smooth_anchors_have_their_handles_on_one_line() -> None:
    for loop in outline_of(ball(320, 240).matte).loops:
        before, behind = loop.knots[:, 1] - loop.knots[:, 0], loop.knots[:, 2] - loop.knots[:, 1]
        cross = before[:, 0] * behind[:, 1] - before[:, 1] * behind[:, 0]
        lengths = np.hypot(*before.T) * np.hypot(*behind.T)
        assert (np.abs(cross)[loop.smooth] <= 0.02 * lengths[loop.smooth] + 1e-9).all()


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_any_blob_is_enclosed(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (12, 12)).astype(np.uint8)
    matte = np.asarray(cv2.resize(noise, (90, 70), interpolation=cv2.INTER_CUBIC), np.uint8)
    lines = contours(matte)
    enclosed = sum(area(line) for line in lines)
    assert enclosed == pytest.approx((matte >= 128).sum(), abs=0.03 * matte.size)
    for line in lines:
        loop = smoothed(line, 0.75, 10_000)
        assert loop is not None
        assert loop.hole == (area(line) < 0)
        assert np.isfinite(loop.knots).all()


@given(st.integers(0, 10_000))
@settings(max_examples=4, deadline=None)
def test_no_more_anchors_than_allowed(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (20, 20)).astype(np.uint8)
    matte = np.asarray(cv2.resize(noise, (160, 160), interpolation=cv2.INTER_CUBIC), np.uint8)
    outline = outline_of(matte, 60)
    assert 0 < outline.anchors + len(outline.loops) <= 60
