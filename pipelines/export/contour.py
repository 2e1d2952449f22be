"""The outline of a matte as closed lines of points between the pixels.

Marching squares (Lorensen and Cline 1987, in two dimensions) at half of full alpha: where the matte is soft,
points lie between pixels as its values say.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Matte8

Points = NDArray[np.float64]
"""Nx2 float64: x and y in pixels; (0, 0) is the picture's corner, (0.5, 0.5) the first pixel's middle."""

_HALF: Final = 127.5
_SPECK: Final = 16.0
"""Outlines round fewer pixels are left out, as are those round less than this share of the largest:"""
_SPECK_SHARE: Final = 1e-5

_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
_STEPS: Final[dict[int, tuple[tuple[int, int], ...]]] = {
    1: ((_TOP, _LEFT),),
    2: ((_RIGHT, _TOP),),
    3: ((_RIGHT, _LEFT),),
    4: ((_BOTTOM, _RIGHT),),
    5: ((_TOP, _LEFT), (_BOTTOM, _RIGHT)),
    6: ((_BOTTOM, _TOP),),
    7: ((_BOTTOM, _LEFT),),
    8: ((_LEFT, _BOTTOM),),
    9: ((_TOP, _BOTTOM),),
    10: ((_RIGHT, _TOP), (_LEFT, _BOTTOM)),
    11: ((_RIGHT, _BOTTOM),),
    12: ((_LEFT, _RIGHT),),
    13: ((_TOP, _RIGHT),),
    14: ((_LEFT, _TOP),),
}
"""Through which sides the outline crosses a cell, the subject on its right, by which of the cell's corners
are subject: 1 top left, 2 top right, 4 bottom right, 8 bottom left."""


def contours(matte: Matte8) -> list[Points]:
    """The outlines of all parts of a subject, and of the holes in them.

    Args:
        matte: HxW uint8.
    Returns:
        Closed lines, the largest first; the last point is joined to the first. Outer ones run clockwise on
        the screen, holes the other way. Nothing of them lies outside the picture.
    """
    framed = np.zeros((matte.shape[0] + 2, matte.shape[1] + 2), np.uint8)
    framed[1:-1, 1:-1] = matte
    starts, ends = _crossings(framed)
    if not len(starts):
        return []
    lines = [_placed(framed, line) for line in _joined(starts, ends)]
    lines.sort(key=lambda line: -abs(area(line)))
    least = max(_SPECK, _SPECK_SHARE * abs(area(lines[0])))
    return [line for line in lines if abs(area(line)) >= least]


def area(line: Points) -> float:
    """What a closed line encloses, in square pixels: positive where it runs clockwise on the screen."""
    x, y = line.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def _crossings(framed: Matte8) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The sides of cells through which the outline comes in and goes out.

    A side's number is twice that of the pixel that it begins at, and one more where it leads down.
    """
    inside = (framed >= 128).view(np.uint8)
    cells = inside[:-1, :-1] | inside[:-1, 1:] << 1 | inside[1:, 1:] << 2 | inside[1:, :-1] << 3
    mixed = np.flatnonzero((cells > 0) & (cells < 15))
    kinds = cells.reshape(-1)[mixed]
    width, across = framed.shape[1], cells.shape[1]
    corner = (mixed // across) * width + mixed % across
    sides = np.stack([2 * corner, 2 * (corner + 1) + 1, 2 * (corner + width), 2 * corner + 1])
    starts, ends = [], []
    for kind, steps in _STEPS.items():
        chosen = sides[:, kinds == kind]
        for come, go in steps:
            starts.append(chosen[come])
            ends.append(chosen[go])
    return np.concatenate(starts), np.concatenate(ends)


def _joined(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Steps put together to closed lines of sides: through each, one step comes in and one goes out."""
    order = np.argsort(starts)
    ordered = starts[order]
    following = np.searchsorted(ordered, ends[order]).tolist()
    left = [True] * len(following)
    lines = []
    for first in range(len(following)):
        line = []
        at = first
        while left[at]:
            left[at] = False
            line.append(at)
            at = following[at]
        if line:
            lines.append(ordered[line])
    return lines


def _placed(framed: Matte8, line: NDArray[np.int64]) -> Points:
    """Where the outline crosses the sides, in the coordinates of the picture without its frame."""
    width = framed.shape[1]
    pixel, down = line // 2, line % 2
    flat = framed.reshape(-1)
    first = flat[pixel].astype(np.float64)
    second = flat[pixel + np.where(down == 1, width, 1)].astype(np.float64)
    share = (_HALF - first) / (second - first)
    x, y = pixel % width - 0.5, pixel // width - 0.5
    points = np.stack([x + share * (1 - down), y + share * down], axis=1)
    bounds = np.array([width - 2, framed.shape[0] - 2])
    return np.asarray(np.clip(points, 0, bounds), np.float64)
