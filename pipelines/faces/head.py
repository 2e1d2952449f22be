"""The head of a face: crown, chin, eye line and middle, in the photo as it is turned.

A detector gives the face between hairline and chin, standards ask for the head from chin to
crown. The crown is read off the matte: the highest row, above the eyes and within the face's
columns, that the subject covers to some width; hair and all, as most standards count it. The chin is
the mean of two estimates: the lower edge of the detector's box, and the mouth's line, moved on by
0.78 times its distance from the eyes (from the mean heights of adult faces in Farkas,
"Anthropometry of the Head and Face", 1994: eyes to lips 60 mm, lips to chin 47 mm). On frontal portraits
they differ by 1 to 5 % of the way from the eyes to the chin, so that the head's height is right to
about 3 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.faces.face import Face
from pipelines.photo import Matte8

Turn = NDArray[np.float64]
"""2x3, an affine map from the photo's pixels to the turned photo's."""

_LIPS_TO_CHIN: Final = 0.78
_ABOVE: Final = 1.05
"""Without a matte: eyes to crown, in lengths of eyes to chin."""
_TALLEST: Final = 2.2
"""What reaches further above the eyes than so many of that length is no head."""
_COVERED: Final = 0.12
"""A row belongs to the head from this share of the face's width on: a stray hair does not."""
_SOLID: Final = 128
_LOOK: Final = 1024
"""Longest side of the matte's copy that is looked at, in pixels."""


@dataclass(frozen=True)
class Head:
    """A head in the turned photo, in its pixels.

    Attributes:
        crown: the highest row.
        eyes: the row of the eye line.
        chin: the lowest row.
        middle: the column between the eyes and the corners of the mouth.
        cut: whether the photo's upper edge cuts it off.
    """

    crown: float
    eyes: float
    chin: float
    middle: float
    cut: bool = False

    @property
    def height(self) -> float:
        """From chin to crown."""
        return self.chin - self.crown


def head_of(face: Face, matte: Matte8 | None, size: tuple[int, int], turn: Turn) -> Head:
    """Measure a head.

    Args:
        face: in the photo.
        matte: HxW uint8, of the photo or a copy; None guesses the crown from the face.
        size: the photo's (width, height) in pixels.
        turn: how the photo is turned.
    """
    eyes = _moved(np.array(face.eyes) * size, turn).mean(axis=0)
    mouth = _moved(np.array(face.mouth) * size, turn).mean(axis=0)
    down = math.hypot(*(mouth - eyes))
    chin = (eyes[1] + _box_bottom(face, size) + mouth[1] + _LIPS_TO_CHIN * down) / 2
    length = chin - eyes[1]
    middle = float((eyes[0] + mouth[0]) / 2)
    crown, cut = eyes[1] - _ABOVE * length, False
    if matte is not None:
        seen = _crown(matte, size, turn, (middle, float(eyes[1]), face.width * size[0]))
        if seen is not None and length < (eyes[1] - seen[0]) * 2 < 2 * _TALLEST * length:
            crown, cut = seen
    return Head(float(crown), float(eyes[1]), float(chin), middle, cut)


def _box_bottom(face: Face, size: tuple[int, int]) -> float:
    """How far below the eye line the box ends, in pixels; a box is upright, so a lean is left out."""
    line = (face.eyes[0][1] + face.eyes[1][1]) / 2
    return (face.top + face.height - line) * size[1]


def _moved(points: NDArray[np.float64], turn: Turn) -> NDArray[np.float64]:
    return np.asarray(points @ turn[:, :2].T + turn[:, 2])


def _crown(
    matte: Matte8, size: tuple[int, int], turn: Turn, where: tuple[float, float, float]
) -> tuple[float, bool] | None:
    """The highest row of the subject above a face, and whether the photo ends there.

    Args:
        matte: of the photo or a copy.
        size: the photo's.
        turn: how it is turned.
        where: the face's middle, its eye line, and its width.
    """
    middle, line, wide = where
    scale = min(1.0, _LOOK / max(matte.shape))
    small = cv2.resize(matte, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else matte
    rows, columns = np.nonzero(small >= _SOLID)
    step = np.array([size[0] / small.shape[1], size[1] / small.shape[0]])
    points = _moved((np.column_stack([columns, rows]) + 0.5) * step, turn)
    near = (np.abs(points[:, 0] - middle) < wide / 2) & (points[:, 1] < line)
    if not near.any():
        return None
    pixel = float(step.mean()) * math.hypot(*turn[:, 0])
    bins = np.floor((line - points[near, 1]) / pixel).astype(int)  # rows above the eye line
    covered = np.bincount(bins) * pixel >= _COVERED * wide
    if not covered.any():
        return None
    crown = line - (float(np.flatnonzero(covered)[-1]) + 1) * pixel
    top = rows[near] == 0
    return crown, bool(top.sum() * pixel >= _COVERED * wide)
