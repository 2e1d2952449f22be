"""Where a subject stands: the lower contour of its matte, its feet, and the ground between them.

Nothing is known of the third dimension. What is known: a foot, a wheel or an edge that rests on level
ground is lower than what is beside it, and the ground that a camera sees from above rises towards the
back by no more than a bounded slope. So every peak of the lower contour that stands out, and that is
not too high above the lowest, is taken for a place where the subject stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.contour import SOLID, Bools, between, feet, level_line, lower_contour
from pipelines.compose.patch import Floats, Patch
from pipelines.compose.subject import Box, Subject

GRID: Final = 512
"""Cells along the longer side of the subject's box."""

_SMALLEST: Final = 0.02
"""A piece with a smaller share of the subject's area stands nowhere: it is a crumb of the matte."""
_PIECES: Final = 8
_STACKED: Final = 0.5
"""A piece with more of its columns above another piece than this does not stand, but hangs or is held."""


@dataclass(frozen=True, eq=False)
class Stance:
    """How one piece of the subject stands, column by column. Lengths are in pixels of the canvas.

    Attributes:
        columns: N float32, where the columns are.
        low: N float32, the lower contour; NaN where a column holds nothing.
        ground: N float32, the ground under each column: the contour where it stands, straight lines between.
        weight: N float32 in [0, 1], how much of a foot each column is.
        cut: N bool, where the photo or the canvas cuts it off below.
        plane: (height at the middle column, slope) of the level line through its feet.
        height: of the piece.
        piece: hxw bool on the grid of :attr:`Ground.patch`.
    """

    columns: Floats
    low: Floats
    ground: Floats
    weight: Floats
    cut: Bools
    plane: tuple[float, float]
    height: float
    piece: Bools

    def standing(self) -> Floats:
        """How much of a foot each column is, where it is not cut off."""
        return np.where(self.cut, np.float32(0), self.weight)

    def level(self, columns: Floats) -> Floats:
        """The level line through the feet, at some columns."""
        middle, slope = self.plane
        return np.asarray(middle + slope * (columns - self.columns.mean()), np.float32)

    def at(self, columns: Floats, values: Floats) -> Floats:
        """Values of the columns read at other places."""
        return np.asarray(np.interp(columns, self.columns, values), np.float32)


@dataclass(frozen=True, eq=False)
class Ground:
    """Where a subject stands.

    Attributes:
        patch: the subject's box on a grid.
        stances: one for each piece that stands; none where nothing does.
    """

    patch: Patch
    stances: tuple[Stance, ...]


def find_ground(subject: Subject, box: Box, frame: NDArray[np.float64]) -> Ground:
    """Find where a subject stands on its canvas.

    Args:
        subject: on its canvas.
        box: the subject's.
        frame: 4x2, the corners of the photo on the canvas in their order: on its sides, too, the subject
            is cut off.
    """
    patch = Patch.over(box, subject.size, GRID / box.longer)
    grid = patch.reduced(subject.matte)
    tolerance = 1.5 / min(patch.scale)
    found = [_Piece(patch, grid, piece) for piece in _pieces(grid)]
    lowest = max((piece.lowest for piece in found), default=0.0)
    stances = [piece.stance(subject.size[0], frame, tolerance) for piece in _grounded(found, lowest)]
    return Ground(patch, tuple(stances))


def _pieces(grid: NDArray[np.uint8]) -> list[Bools]:
    """The parts of a matte that hang together, the largest first."""
    solid = (grid >= SOLID).view(np.uint8)
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, facts, _ = cv2.connectedComponentsWithStats(joined)
    areas = facts[1:count, cv2.CC_STAT_AREA]
    order = [int(index) for index in np.argsort(-areas) if areas[index] >= _SMALLEST * areas.sum()]
    return [labels == index + 1 for index in order[:_PIECES]]


class _Piece:
    """A part that hangs together, with its contour in pixels of the canvas."""

    def __init__(self, patch: Patch, grid: NDArray[np.uint8], piece: Bools) -> None:
        self.patch = patch
        self.piece = piece
        self.columns = patch.columns()
        self.low = lower_contour(grid, piece) / patch.scale[1] + patch.box.top
        rows = np.flatnonzero(piece.any(axis=1))
        self.height = float((rows[-1] + 1 - rows[0]) / patch.scale[1])
        self.lowest = float(np.nanmax(self.low)) if np.isfinite(self.low).any() else -np.inf
        self.area = int(piece.sum())

    def stance(self, canvas_height: int, frame: NDArray[np.float64], tolerance: float) -> Stance:
        weight = feet(self.columns, self.low, self.height)
        ground = between(self.columns, self.low, weight > 0)
        cut = _cut_off(self.columns, self.low, canvas_height, frame, tolerance)
        plane = level_line(self.columns, self.low, weight, self.height)
        return Stance(self.columns, self.low, ground, weight, cut, plane, self.height, self.piece)


def _grounded(pieces: Sequence[_Piece], lowest: float) -> list[_Piece]:
    """The pieces that stand on the ground: none held above another, and no small one up in the air."""
    kept = []
    for piece in pieces:
        here = np.isfinite(piece.low)
        below = [other for other in pieces if other.lowest > piece.lowest]
        covered = np.zeros(here.shape, bool)
        for other in below:
            covered |= np.isfinite(other.low)
        stacked = here.any() and (covered & here).sum() > _STACKED * here.sum()
        small = bool(below) and piece.area < 0.25 * max(other.area for other in below)
        airborne = small and lowest - piece.lowest > 0.25 * max(other.height for other in below)
        if here.any() and not stacked and not airborne:
            kept.append(piece)
    return kept


def _cut_off(
    columns: Floats, low: Floats, canvas_height: int, frame: NDArray[np.float64], tolerance: float
) -> Bools:
    """Where the contour lies on the canvas's lower edge or on a side of the photo."""
    cut = low >= canvas_height - tolerance
    for start, end in zip(frame, np.roll(frame, -1, axis=0), strict=True):
        along = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
        distance = np.abs((columns - start[0]) * along[1] - (low - start[1]) * along[0])
        cut |= distance <= tolerance
    return np.asarray(cut)


def box_round(ground: Ground, aside: float, below: float, above: float = 0.0) -> Box:
    """The subject's box with more room, in shares of its longer side."""
    box, unit = ground.patch.box, ground.patch.box.longer
    return Box(
        box.left - round(aside * unit),
        box.top - round(above * unit),
        box.right + round(aside * unit),
        box.bottom + round(below * unit),
    )
