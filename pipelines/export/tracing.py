"""The subject's outline: smooth closed curves round its parts and their holes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipelines.export.contour import Points, contours
from pipelines.export.curves import Loop, smoothed
from pipelines.photo import Matte8

_TOLERANCE: Final = 0.75
"""How far the curves may pass from half of full alpha, in pixels of the file."""
_COARSER: Final = 1.5
_COARSE: Final = 3.0
"""Beyond this tolerance lines are seen to be coarse."""
_ANCHORS_A_LOOP: Final = 4
"""Fewer hardly draw anything."""
_POINTS_AN_ANCHOR: Final = 25
"""So many points of an outline an anchor stands for, as a rule."""


@dataclass(frozen=True, eq=False)
class Outline:
    """The subject's outline on its canvas.

    Attributes:
        size: the canvas's (width, height) in pixels.
        loops: the outer lines and the holes, the largest first. They never cross, so that filling by the
            even-odd rule and by the non-zero rule is the same.
    """

    size: tuple[int, int]
    loops: tuple[Loop, ...]

    @property
    def anchors(self) -> int:
        """How many points the curves go through."""
        return sum(len(loop.knots) for loop in self.loops)


def traced(matte: Matte8, most: int) -> Outline:
    """Trace a matte at half of full alpha.

    Args:
        matte: HxW uint8.
        most: so many loops and anchors together at most; at least 20. Where there are more, lines are drawn
            more coarsely; where that would show, the smallest loops are left out first.
    """
    lines = contours(matte)[: max(1, most // _ANCHORS_A_LOOP)]
    tolerance = _TOLERANCE * max(1.0, sum(map(len, lines)) / (most * _POINTS_AN_ANCHOR))
    while True:
        loops = _loops(lines, tolerance, most - len(lines))
        if loops is not None:
            return Outline((matte.shape[1], matte.shape[0]), loops)
        if len(lines) > 1 and tolerance > _COARSE:
            lines = lines[: len(lines) // 2]
        else:
            tolerance *= _COARSER


def _loops(lines: list[Points], tolerance: float, most: int) -> tuple[Loop, ...] | None:
    """Curves for all lines; None as soon as they have more anchors than allowed."""
    step = max(1, int(tolerance / (2 * _TOLERANCE)))  # coarse lines need fewer points
    loops = []
    for line in lines:
        loop = smoothed(line[::step] if len(line) > 8 * step else line, tolerance, most)
        if loop is None:
            return None
        loops.append(loop)
        most -= len(loop.knots)
    return tuple(loops) if most >= 0 else None
