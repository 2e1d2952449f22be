"""The lower contour of a piece of a subject: where it lies on the ground, and the ground between."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.patch import Floats

Bools = NDArray[np.bool_]

SOLID: Final = 128
"""A cell counts as subject from this alpha on."""
_PROMINENCE: Final = 0.012
"""By how much of a piece's height a foot is lower than what is on either side of it."""
_ABOVE, _SLOPE = 0.11, 0.42
"""A foot is at most so much of the height above the lowest, and so much more for each pixel aside."""
_STEEPEST: Final = 0.6
"""Slope of a contour from which on it no longer lies on the ground, as on the side of a ball."""


def lower_contour(grid: NDArray[np.uint8], piece: Bools) -> Floats:
    """The lower end of a piece in each column, in rows of the grid, between cells; NaN for none."""
    # Hairs and grains are no feet.
    solid = cv2.morphologyEx(
        (piece & (grid >= SOLID)).view(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)
    )
    height = solid.shape[0]
    last = height - 1 - solid[::-1].argmax(axis=0)
    some = solid.any(axis=0)
    across = np.arange(solid.shape[1])
    inside = grid[last, across].astype(np.float32)
    outside = np.where(last + 1 < height, grid[np.minimum(last + 1, height - 1), across], 0).astype(
        np.float32
    )
    part = np.clip((inside - SOLID) / np.maximum(inside - outside, 1), 0, 1)
    low = np.where(some, last + 0.5 + np.where(last + 1 < height, part, 0.5), np.nan)
    return np.asarray(low, np.float32)


def feet(columns: Floats, low: Floats, height: float) -> Floats:
    """How much of a foot each column is: N float32 in [0, 1]."""
    weight = np.zeros(low.shape, np.float32)
    if not np.isfinite(low).any():
        return weight
    filled = np.where(np.isfinite(low), low, -np.inf)
    lowest = int(np.argmax(filled))
    slope = _slope(columns, low, height)
    for peak in _peaks(filled, _PROMINENCE * height):
        rise = filled[lowest] - filled[peak]
        if rise <= _ABOVE * height + _SLOPE * abs(columns[peak] - columns[lowest]):
            run = _run(filled, slope, peak, 0.02 * height)
            weight[run] = np.maximum(weight[run], np.exp(-((slope[run] / 0.45) ** 2)))
    return weight


def _slope(columns: Floats, low: Floats, height: float) -> Floats:
    """How steep the contour is in each column, over a hundredth of the height, to its flatter side.

    At the end of a foot the other side is another part of the subject, or nothing.
    """
    step = float(columns[1] - columns[0]) if columns.size > 1 else 1.0
    reach = max(1, round(0.01 * height / step))
    padded = np.pad(low, reach, constant_values=np.nan)
    steep = np.abs([low - padded[: -2 * reach], low - padded[2 * reach :]]) / (reach * step)
    return np.asarray(np.where(np.isfinite(steep), steep, np.inf).min(axis=0), np.float32)


def _run(filled: Floats, slope: Floats, peak: int, leap: float) -> slice:
    """The columns round a peak that lie on the ground with it."""
    ends = []
    for step in (-1, 1):
        at = peak
        while 0 <= at + step < filled.size:
            after = at + step
            if abs(filled[after] - filled[at]) > leap or slope[after] > _STEEPEST:
                break
            at = after
        ends.append(at)
    return slice(ends[0], ends[1] + 1)


def _peaks(values: Floats, prominence: float) -> list[int]:
    """Peaks that stand out by at least so much on both sides (topological persistence), the lowest first.

    Beyond the ends, and where a value is infinitely small, is a valley without a floor.
    """
    owner = np.full(values.size, -1)
    peaks: list[int] = []
    died: dict[int, float] = {}
    for at in np.argsort(-values, kind="stable").tolist():
        if not np.isfinite(values[at]):
            break
        beside = [
            _root(owner, near) for near in (at - 1, at + 1) if 0 <= near < values.size and owner[near] >= 0
        ]
        if not beside:
            owner[at] = at
            peaks.append(at)
            continue
        winner = max(beside, key=lambda one: float(values[one]))
        owner[at] = winner
        for loser in beside:
            if loser != winner:
                owner[loser] = winner
                died[loser] = float(values[loser] - values[at])
    return [peak for peak in peaks if died.get(peak, np.inf) >= prominence]


def _root(owner: NDArray[np.int64], at: int) -> int:
    while owner[at] != at:
        owner[at] = owner[owner[at]]
        at = int(owner[at])
    return at


def between(columns: Floats, low: Floats, feet: Bools) -> Floats:
    """The ground under each column: straight between feet, level beyond the outermost."""
    known = feet & np.isfinite(low)
    if not known.any():
        return np.full(low.shape, np.nanmax(low), np.float32)
    return np.asarray(np.interp(columns, columns[known], low[known]), np.float32)


def level_line(columns: Floats, low: Floats, weight: Floats, height: float) -> tuple[float, float]:
    """The line through the feet; the narrower they stand against their height, the more level."""
    known = weight > 0
    if not known.any():
        return float(np.nanmax(low)), 0.0
    share = weight[known].astype(np.float64)
    x = columns[known].astype(np.float64) - columns.mean()
    y = low[known].astype(np.float64)
    middle_x, middle_y = np.average(x, weights=share), np.average(y, weights=share)
    spread = np.average((x - middle_x) ** 2, weights=share)
    slope = np.average((x - middle_x) * (y - middle_y), weights=share) / (spread + (0.15 * height) ** 2)
    slope = float(np.clip(slope, -_SLOPE, _SLOPE))
    return float(middle_y - slope * middle_x), slope
