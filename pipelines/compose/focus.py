"""What a framing looks at: how far the subject reaches, and where the photo cuts it off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.subject import PRESENT, Box, subject_box
from pipelines.photo import Matte8

Side = Literal["left", "right", "top", "bottom"]
Points = NDArray[np.float64]
"""Nx2 float64: x, y in pixels; (0, 0) is the top left corner of the top left pixel."""

_CUT: Final = 0.02
"""A subject is cut off where it covers this share of a side of the photo: an arm does, a touch does not."""

_SOLID: Final = 128


@dataclass(frozen=True, eq=False)
class Focus:
    """What is framed.

    Attributes:
        points: corners of the smallest convex shape that holds it; turned, they still give its exact box.
        cuts: sides on which the photo cuts it off, each with the two ends of the cut.
    """

    points: Points
    cuts: tuple[tuple[Side, Points], ...] = ()

    def scaled(self, across: float, down: float) -> Focus:
        """The same in the coordinates of a copy whose sides are so much longer."""
        factors = np.array([across, down])
        cuts = tuple((side, ends * factors) for side, ends in self.cuts)
        return replace(self, points=self.points * factors, cuts=cuts)


def focus_of(matte: Matte8) -> Focus | None:
    """Where the subject is.

    Args:
        matte: HxW uint8 of the whole photo.
    Returns:
        None where there is no subject.
    """
    box = subject_box(matte)
    return None if box is None else Focus(_hull(matte, box), _cuts(matte))


def _hull(matte: Matte8, box: Box) -> Points:
    """The convex hull of all pixels that count as subject, as whole squares."""
    present = matte[box.top : box.bottom, box.left : box.right] >= PRESENT
    rows = np.flatnonzero(present.any(axis=1))
    first = present.argmax(axis=1)[rows] + box.left
    last = box.right - present[:, ::-1].argmax(axis=1)[rows]
    rows = rows + box.top
    ends = [(x, y) for x in (first, last) for y in (rows, rows + 1)]
    corners = np.concatenate([np.column_stack(end) for end in ends]).astype(np.float32)
    return np.asarray(cv2.convexHull(corners)[:, 0], np.float64)


def _cuts(matte: Matte8) -> tuple[tuple[Side, Points], ...]:
    height, width = matte.shape
    rims: tuple[tuple[Side, Matte8, int], ...] = (
        ("left", matte[:, 0], 0),
        ("right", matte[:, -1], width),
        ("top", matte[0], 0),
        ("bottom", matte[-1], height),
    )
    cuts: list[tuple[Side, Points]] = []
    for side, rim, at in rims:
        covered = np.flatnonzero(rim >= _SOLID)
        if covered.size and covered.size >= _CUT * rim.size:
            along = np.array([covered[0], covered[-1] + 1], np.float64)
            across = np.full(2, at, np.float64)
            upright = side in ("left", "right")
            cuts.append((side, np.column_stack([across, along] if upright else [along, across])))
    return tuple(cuts)
