"""Closed lines as few smooth curves: cubic Bézier curves fitted to points.

Philip J. Schneider, "An Algorithm for Automatically Fitting Digitized Curves", Graphics Gems, 1990: least
squares for the handles' lengths, Newton's method for where each point lies on the curve, and halving where
one curve is not enough. Corners are found first and stay corners.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.export.contour import Points, area

Curve = NDArray[np.float64]
"""4x2 float64: where a cubic Bézier curve begins, its two handles' ends, where it ends."""

_REACH: Final = 6.5
"""How far before and behind a point its direction is looked for, in tolerances along the line."""
_CORNER: Final = np.cos(np.radians(50))
"""A line that turns by more than 50 degrees within that reach has a corner there."""
_NEAR: Final = 3
"""So many points before and behind tell in which direction a curve goes through a point."""
_NEWTON: Final = 4
_HOPELESS: Final = 16.0
"""Beyond so many times the tolerance squared, fitting again is not tried before halving."""
_LONGEST_RUN: Final = 500
"""Points of a line without corners that are fitted together at first, at a tolerance of one pixel."""


@dataclass(frozen=True, eq=False)
class Loop:
    """A closed line of Bézier curves.

    Attributes:
        knots: Nx3x2 float64, for each anchor: the handle before it, itself, the handle behind it; x and y in
            pixels.
        smooth: N bool: whether an anchor's handles lie on one line.
        hole: whether it runs round a hole.
    """

    knots: NDArray[np.float64]
    smooth: NDArray[np.bool_]
    hole: bool


class Run(NamedTuple):
    """Points between two places where a line is cut.

    Attributes:
        points: Nx2 float64, at least two.
        start: unit direction from the first point.
        end: unit direction from the last point, backwards.
    """

    points: Points
    start: Points
    end: Points


def smoothed(line: Points, tolerance: float, most: int) -> Loop | None:
    """Fit curves to a closed line.

    Args:
        line: see :func:`pipelines.export.contour.contours`; at least three points.
        tolerance: how far a point may lie from the curves, in pixels.
        most: anchors that it may have.
    Returns:
        None where it would have more.
    """
    breaks, corner = _breaks(line, tolerance)
    closed = np.concatenate([line, line])
    pieces: list[Curve] = []
    smooth: list[bool] = []
    for number, start in enumerate(breaks):
        end = breaks[(number + 1) % len(breaks)]
        run = Run(
            closed[start : end + 1 if end > start else end + len(line) + 1],
            _direction(line, start, 1, corner[number]),
            -_direction(line, end, -1, corner[(number + 1) % len(breaks)]),
        )
        fitted = _fitted(run, tolerance**2, most - len(pieces))
        pieces += fitted
        if len(pieces) > most:
            return None
        smooth += [not corner[number], *([True] * (len(fitted) - 1))]
    return Loop(_knots(pieces), np.array(smooth), area(line) < 0)


def _knots(pieces: list[Curve]) -> NDArray[np.float64]:
    """Curves that follow one another, as anchors with their handles."""
    curves = np.stack(pieces)
    before = np.roll(curves[:, 2], 1, axis=0)
    return np.stack([before, curves[:, 0], curves[:, 1]], axis=1)


def _breaks(line: Points, tolerance: float) -> tuple[list[int], list[bool]]:
    """Where a line is cut before fitting, and whether there are corners: at these, and between far ones."""
    found = _corners(line, _REACH * tolerance)
    count = len(line)
    corners = found or [0]
    breaks, kinds = [], []
    for number, start in enumerate(corners):
        length = (corners[(number + 1) % len(corners)] - start) % count or count
        parts = max(1, round(length / (_LONGEST_RUN * tolerance)))
        if len(corners) == 1:
            parts = max(parts, 2)  # a curve must not end where it began
        places = [(start + round(length * part / parts)) % count for part in range(parts)]
        breaks += places
        kinds += [bool(found), *([False] * (parts - 1))]
    order = np.argsort(breaks)
    return [breaks[at] for at in order], [kinds[at] for at in order]


def _corners(line: Points, distance: float) -> list[int]:
    """Points where the line turns sharply, the sharpest of each neighbourhood."""
    steps = np.linalg.norm(np.roll(line, -1, axis=0) - line, axis=1)
    reach = max(1, min(len(line) // 4, round(distance / max(float(steps.mean()), 1e-6))))
    before = line - np.roll(line, reach, axis=0)
    behind = np.roll(line, -reach, axis=0) - line
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(behind, axis=1)
    cosine = (before * behind).sum(axis=1) / np.maximum(lengths, 1e-9)
    lowest = cosine.copy()
    for shift in range(1, reach + 1):
        lowest = np.minimum(lowest, np.minimum(np.roll(cosine, shift), np.roll(cosine, -shift)))
    sharp = np.flatnonzero((cosine < _CORNER) & (cosine <= lowest))
    keep = [int(at) for number, at in enumerate(sharp) if number == 0 or at - sharp[number - 1] > reach]
    if len(keep) > 1 and keep[0] + len(line) - keep[-1] <= reach:
        keep.pop()
    return keep


def _direction(line: Points, at: int, way: int, corner: bool) -> NDArray[np.float64]:
    """The unit direction in which a line leaves a point (1) or comes to it (-1)."""
    count = len(line)
    reach = max(1, min(_NEAR, count // 4))
    ahead, back = line[(at + way * reach) % count], line[(at - way * reach) % count]
    found = (ahead - line[at] if corner else ahead - back) * way
    length = float(np.linalg.norm(found))
    return found / length if length else np.array([1.0, 0.0])


def _fitted(run: Run, limit: float, most: int) -> list[Curve]:
    """Curves that pass within a squared distance of all points, one behind the other.

    Args:
        run: at least two points.
        limit: squared distance.
        most: where there are more curves than that, they end with the first too many.
    """
    curves: list[Curve] = []
    waiting = [run]
    while waiting and len(curves) <= most:
        part = waiting.pop()
        curve, worst = _one_curve(part, limit)
        if curve is not None:
            curves.append(curve)
        else:
            waiting += reversed(_halves(part, worst))
    return curves


def _one_curve(run: Run, limit: float) -> tuple[Curve | None, int]:
    """A single curve, or None and the point that is farthest from the best one."""
    points = run.points
    if len(points) <= 2:
        return _straight(points), 0
    shares = _along(points)
    worst = 0
    for turn in range(_NEWTON + 1):
        curve = _least_squares(run, shares)
        errors = ((_at(curve, shares) - points) ** 2).sum(axis=1)
        worst = int(np.argmax(errors))
        if errors[worst] <= limit:
            return curve, worst
        if turn == 0 and errors[worst] > _HOPELESS * limit:
            break
        shares = _closer(curve, points, shares)
    return None, worst


def _halves(run: Run, worst: int) -> tuple[Run, Run]:
    """Both sides of a point, which the curves go through smoothly."""
    points = run.points
    middle = min(max(worst, 1), len(points) - 2)
    reach = min(_NEAR, middle, len(points) - 1 - middle)
    across = points[middle + reach] - points[middle - reach]
    length = float(np.linalg.norm(across))
    across = across / length if length else run.start
    return Run(points[: middle + 1], run.start, -across), Run(points[middle:], across, run.end)


def _straight(points: Points) -> Curve:
    first, last = points[0], points[-1]
    third = (last - first) / 3
    return np.stack([first, first + third, last - third, last])


def _along(points: Points) -> Points:
    """How far along the whole each point lies, by the lengths of the chords: 0 to 1."""
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    total = np.concatenate([[0.0], np.cumsum(lengths)])
    return total / total[-1] if total[-1] > 0 else np.linspace(0, 1, len(points))


def _at(curve: Curve, shares: Points) -> Points:
    rest = (1 - shares)[:, None]
    part = shares[:, None]
    weights = rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3
    return np.asarray(sum(weight * point for weight, point in zip(weights, curve, strict=True)))


def _least_squares(run: Run, shares: Points) -> Curve:
    """The curve with handles of the best lengths in given directions."""
    points, start, end = run
    first, last = points[0], points[-1]
    rest, part = 1 - shares, shares
    one, two = 3 * rest**2 * part, 3 * rest * part**2
    pull_a, pull_b = one[:, None] * start, two[:, None] * end
    missing = points - first * (rest**3 + one)[:, None] - last * (part**3 + two)[:, None]
    aa, ab, bb = (pull_a**2).sum(), (pull_a * pull_b).sum(), (pull_b**2).sum()
    a_missing, b_missing = (pull_a * missing).sum(), (pull_b * missing).sum()
    determinant = aa * bb - ab * ab
    chord = float(np.linalg.norm(last - first))
    lengths = (
        ((a_missing * bb - b_missing * ab) / determinant, (aa * b_missing - ab * a_missing) / determinant)
        if abs(determinant) > 1e-12
        else (0.0, 0.0)
    )
    if min(lengths) < 1e-3 * chord or max(lengths) > 4 * max(chord, 1.0):  # Wu and Barsky's rule of thumb
        lengths = chord / 3, chord / 3
    return np.stack([first, first + start * lengths[0], last + end * lengths[1], last])


def _closer(curve: NDArray[np.float64], points: Points, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where on the curve each point lies, by one step of Newton's method."""
    first = 3 * np.diff(curve, axis=0)
    second = 2 * np.diff(first, axis=0)
    part, rest = shares[:, None], 1 - shares[:, None]
    slope = rest**2 * first[0] + 2 * rest * part * first[1] + part**2 * first[2]
    bend = rest * second[0] + part * second[1]
    away = _at(curve, shares) - points
    above = (away * slope).sum(axis=1)
    below = (slope**2).sum(axis=1) + (away * bend).sum(axis=1)
    moved = np.where(np.abs(below) > 1e-12, shares - above / np.where(below == 0, 1, below), shares)
    return np.asarray(np.clip(moved, 0, 1))
