"""What a brush covers: exact where it can be told, and the same at any size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.matting.strokes import coverage
from pipelines.recipe import Stroke

shares = st.floats(0, 1)
lines = st.lists(st.tuples(shares, shares), min_size=1, max_size=12).map(tuple)


def stroke(*points: tuple[float, float], size: float = 0.2, hardness: float = 1.0) -> Stroke:
    return Stroke(mode="keep", points=points, size=size, hardness=hardness)


def from_segment(shape: tuple[int, int], start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """The distance of each pixel's centre from a straight line between two points in pixels."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    way = np.subtract(end, start)
    along = ((x - start[0]) * way[0] + (y - start[1]) * way[1]) / max(1e-9, float(way @ way))
    along = along.clip(0, 1)
    return np.asarray(np.hypot(x - start[0] - along * way[0], y - start[1] - along * way[1]))


@pytest.mark.parametrize("side", [101, 640, 2001])
def test_a_hard_dab_is_a_disc(side: int) -> None:
    found = coverage(stroke((0.5, 0.5), size=0.4), (side, side)).astype(float)
    true = (side * 0.2 + 0.5 - from_segment((side, side), (side / 2, side / 2), (side / 2, side / 2))) * 255
    assert np.abs(found - true.clip(0, 255)).max() < 40  # a seventh of a pixel
    assert found.sum() / 255 == pytest.approx(np.pi * (side * 0.2) ** 2, rel=0.01)


def test_a_line_has_round_ends_and_even_width() -> None:
    shape = (300, 900)
    found = coverage(stroke((0.1, 0.2), (0.8, 0.7), size=0.05), shape)
    distance = from_segment(shape, (90, 60), (720, 210))
    assert (found[distance < 22] == 255).all()
    assert (found[distance > 23.1] == 0).all()


def test_the_size_is_a_share_of_the_longer_side() -> None:
    for shape in ((100, 400), (400, 100)):
        assert np.count_nonzero(coverage(stroke((0.5, 0.5), size=0.1), shape)[shape[0] // 2] > 127) == 40


def test_softness_falls_off_to_the_rim() -> None:
    row = coverage(stroke((0.5, 0.5), size=0.4, hardness=0.5), (801, 801))[400].astype(int)
    assert (row[400 - 79 : 400 + 80] == 255).all()
    assert row[400 + 120] == pytest.approx(128, abs=3)
    assert (row[400 + 161 :] == 0).all()
    assert (np.diff(row[400:]) <= 0).all()


@given(lines, st.floats(0.05, 0.5), shares)
def test_a_stroke_is_the_same_at_any_size(
    points: tuple[tuple[float, float], ...], size: float, hard: float
) -> None:
    one = stroke(*points, size=size, hardness=hard)
    small, large = coverage(one, (90, 120)), coverage(one, (720, 960))
    shrunk = cv2.resize(large, (120, 90), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - shrunk).mean() < 6


@given(lines, st.floats(0.002, 0.5), shares)
def test_the_line_itself_is_painted_and_what_is_far_is_not(
    points: tuple[tuple[float, float], ...], size: float, hard: float
) -> None:
    found = coverage(stroke(*points, size=size, hardness=hard), (60, 80))
    for x, y in points:
        assert found[min(59, int(y * 60)), min(79, int(x * 80))] > 0
    reach = max(0.5, size * 40) + 2
    x, y = (np.array(points) * (80, 60)).T
    outside = np.ones((60, 80), bool)
    top, bottom = max(0, int(y.min() - reach)), int(np.ceil(y.max() + reach))
    outside[top:bottom, max(0, int(x.min() - reach)) : int(np.ceil(x.max() + reach))] = False
    assert not found[outside].any()


def test_many_points_give_what_few_give() -> None:
    way = tuple((float(x), 0.5) for x in np.linspace(0.2, 0.8, 4000))
    many, few = (coverage(stroke(*points, size=0.1), (300, 400)) for points in (way, (way[0], way[-1])))
    assert np.abs(many.astype(int) - few).max() <= 2
