"""A stroke of a brush as coverage: how much of each pixel it paints.

The distance from the stroke's line is worked out on a grid whose cells are a small part of
the brush, and only then turned into coverage, between cells, at every pixel. A distance varies
slowly where the brush ends, so that its rim is as sharp as the pixels are, and a large brush
costs no more than a small one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Matte8
from pipelines.recipe import Stroke

Floats = NDArray[np.float32]

_CELLS: Final = 24
"""Cells along the radius of a brush, where it has as many pixels."""

_TILE: Final = 256
"""Side of what is painted at once, in cells."""

_STRAIGHT: Final = 1 / 200
"""How far a line may be off where points on it are left out, in radii."""

_LONG: Final = 4
_SHORTEST: Final = 128
_PIECES: Final = 8000
"""How long a piece of a line may be, in radii and in pixels, and how many pieces make a line."""

_LEAST: Final = 0.5
"""No brush has a smaller radius, in pixels: a thinner stroke would have gaps."""


@dataclass(frozen=True, eq=False)
class Patch:
    """A rectangle of a picture, and what is painted there.

    Attributes:
        rows: of the picture.
        columns: of the picture.
        distance: hxw float32, how far each pixel's centre is from the stroke's line, in pixels;
            right only where that is no more than the brush's reach.
    """

    rows: slice
    columns: slice
    distance: Floats


@dataclass(frozen=True, eq=False)
class Line:
    """A stroke's line at a picture's size.

    Attributes:
        starts: nx2 float32, where its straight pieces begin (x, y), in pixels; (0, 0) is a corner.
        ends: nx2 float32, where they end.
        radius: of the brush, in pixels.
    """

    starts: Floats
    ends: Floats
    radius: float

    @classmethod
    def of(cls, stroke: Stroke, shape: tuple[int, ...]) -> Line:
        """A stroke on a picture of (height, width), without points that change nothing."""
        height, width = shape[:2]
        radius = max(_LEAST, stroke.size * max(height, width) / 2)
        points: Floats = np.asarray(stroke.points, np.float32) * np.array([width, height], np.float32)
        if len(points) > 2:
            kept = cv2.approxPolyDP(points[:, np.newaxis], radius * _STRAIGHT, False)
            points = np.asarray(kept, np.float32).reshape(-1, 2)
        return cls(*_pieces(points, radius), radius)

    def box(self, reach: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
        """Rows and columns of a picture of (height, width) that are no farther than so many pixels away."""
        ends = np.concatenate([self.starts, self.ends])
        low, high = np.floor(ends.min(axis=0) - reach), np.ceil(ends.max(axis=0) + reach)
        (left, top), (right, bottom) = (np.clip(edge, 0, shape[1::-1]).astype(int) for edge in (low, high))
        return slice(int(top), int(bottom)), slice(int(left), int(right))


def _pieces(points: Floats, radius: float) -> tuple[Floats, Floats]:
    """The starts and ends of a line's pieces, long ones cut up: a slanting one would have a large box."""
    if len(points) == 1:
        return points, points
    way = np.diff(points, axis=0)
    lengths = np.hypot(way[:, 0], way[:, 1])
    longest = max(_LONG * radius, _SHORTEST, float(lengths.sum()) / _PIECES)
    counts = np.maximum(1, np.ceil(lengths / longest)).astype(int)
    which = np.repeat(np.arange(len(way)), counts)
    step = (np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts))[:, np.newaxis]
    part = way[which] / counts[which, np.newaxis]
    starts = points[:-1][which] + part * step
    return starts.astype(np.float32), (starts + part).astype(np.float32)


def patches(line: Line, shape: tuple[int, ...], reach: float) -> Iterator[Patch]:
    """The distance from a line wherever that is no more than so many pixels, piece by piece.

    Args:
        line: at the picture's size.
        shape: the picture's (height, width).
        reach: in pixels.
    """
    cell = max(1, round(line.radius / _CELLS))
    rows, columns = line.box(reach + 1, shape)
    low = np.minimum(line.starts, line.ends) - reach - 3 * cell
    high = np.maximum(line.starts, line.ends) + reach + 3 * cell
    for top in range(rows.start, rows.stop, _TILE * cell):
        for left in range(columns.start, columns.stop, _TILE * cell):
            right, bottom = min(left + _TILE * cell, columns.stop), min(top + _TILE * cell, rows.stop)
            near = np.flatnonzero(
                (low[:, 0] < right) & (high[:, 0] > left) & (low[:, 1] < bottom) & (high[:, 1] > top)
            )
            if near.size:
                distance = _distance(line, near, (left, top, right, bottom), cell, reach)
                yield Patch(slice(top, bottom), slice(left, right), distance)


def covered(distance: Floats, radius: float, hardness: float) -> Matte8:
    """How much of each pixel a round brush paints.

    Args:
        distance: hxw float32, from the brush's line, in pixels.
        radius: in pixels.
        hardness: the share of the radius painted in full, 0..1.
    Returns:
        hxw uint8; a straight slope from full to nothing, never steeper than one pixel.
    """
    wanted = radius * (1 - hardness)
    soft = max(1.0, wanted)
    end = radius + (soft - wanted) / 2  # a slope that had to be made longer keeps its middle
    return np.asarray(np.rint(((end - distance) * np.float32(255 / soft)).clip(0, 255)), np.uint8)


def _distance(
    line: Line, near: NDArray[np.intp], box: tuple[int, int, int, int], cell: int, reach: float
) -> Floats:
    """The distance from some pieces of a line, at each pixel of (left, top, right, bottom)."""
    left, top, right, bottom = box
    # One more cell all round: between cells one reads those on both sides.
    height, width = -(-(bottom - top) // cell) + 2, -(-(right - left) // cell) + 2
    squares = np.full((height, width), np.square(reach + 2 * cell), np.float32)
    x = left + (np.arange(width, dtype=np.float32) - 0.5) * cell
    y = top + (np.arange(height, dtype=np.float32) - 0.5) * cell
    for start, end in zip(line.starts[near], line.ends[near], strict=True):
        _nearer(squares, (x, y), (start, end), reach + 2 * cell)
    distance = np.sqrt(squares)
    if cell > 1:
        distance = cv2.resize(distance, (width * cell, height * cell), interpolation=cv2.INTER_LINEAR)
    return np.asarray(distance[cell : cell + bottom - top, cell : cell + right - left], np.float32)


def _nearer(
    squares: Floats, centers: tuple[Floats, Floats], piece: tuple[Floats, Floats], reach: float
) -> None:
    """Lower squared distances to those from one piece of a line, where it is near, in place."""
    (x, y), (start, end) = centers, piece
    low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
    columns = slice(*np.searchsorted(x, (low[0], high[0])))
    rows = slice(*np.searchsorted(y, (low[1], high[1])))
    across, down = x[columns] - start[0], (y[rows] - start[1])[:, np.newaxis]
    way = end - start
    length = float(way @ way)
    if length > 0:
        along = ((across * way[0] + down * way[1]) / length).clip(0, 1)
        across, down = across - along * way[0], down - along * way[1]
    part = squares[rows, columns]
    np.minimum(part, across * across + down * down, out=part)
