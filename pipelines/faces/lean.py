"""How far a head leans: the angle at which its face is most like its own mirror image.

The detector's eyes and mouth hardly follow a lean (turned by 20 degrees they turn by 3), so that
they can't tell it. A face is nearly symmetric, though, and its brows, lids, nose and lips are
edges: their strength is compared with its mirror image, for every angle in question and with the
middle a little to either side. Turned copies of a portrait are told apart to half a degree; where
exactly upright is, an uneven face leaves open by two or three.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.faces.face import Face
from pipelines.photo import Pixels

_SIDE: Final = 96
"""The face is looked at in a square of so many pixels a side."""
_ROUND: Final = 1.15
"""The square's side, in widths of the face."""
_MOST: Final = 30
"""Degrees to either side."""
_STEP: Final = 2
_ASIDE: Final = 8
"""How far the middle may lie beside the square's, in pixels."""

Grey = NDArray[np.float32]
"""HxW float32."""


def _window() -> Grey:
    """The face without what is round it: 1 within, falling off to the corners."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE] / _SIDE - 0.5
    return np.asarray(np.exp(-(((x / 0.36) ** 2 + (y / 0.42) ** 2) ** 2)), np.float32)


_WINDOW: Final = _window()


def lean_of(pixels: Pixels, face: Face) -> float:
    """How far a head leans, in degrees clockwise.

    Args:
        pixels: HxWx3 uint8; a small copy of the photo will do.
        face: in it.
    """
    size = np.array([pixels.shape[1], pixels.shape[0]], np.float64)
    centre = (0.6 * np.mean(face.eyes, axis=0) + 0.4 * np.mean(face.mouth, axis=0)) * size
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    scale = _SIDE / max(_ROUND * face.width * size[0], 1.0)
    angles = np.arange(-_MOST, _MOST + 1, _STEP, dtype=float)
    alike = [_likeness(_square(grey, centre, angle, scale)) for angle in angles]
    best = int(np.argmax(alike))
    if not 0 < best < len(alike) - 1:
        return float(angles[best])
    before, at, after = alike[best - 1 : best + 2]
    bend = before - 2 * at + after
    return float(angles[best] + (_STEP * (before - after) / (2 * bend) if bend < 0 else 0.0))


def _square(grey: NDArray[np.uint8], centre: NDArray[np.float64], angle: float, scale: float) -> Grey:
    """The face, turned back by an angle."""
    turn = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), angle, scale)
    turn[:, 2] = turn[:, 2] + _SIDE / 2 - centre
    square = cv2.warpAffine(grey, turn, (_SIDE, _SIDE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(square.astype(np.float32), (0, 0), 1.2), np.float32)


def _likeness(square: Grey) -> float:
    """How much a face is like its mirror image, at best, about a middle near the square's."""
    upright = np.abs(cv2.Sobel(square, cv2.CV_32F, 1, 0))
    level = cv2.Sobel(square, cv2.CV_32F, 0, 1)
    best = -1.0
    for aside in range(-_ASIDE, _ASIDE + 1):
        both = [_mirrored(np.roll(edges, aside, axis=1)) for edges in (upright, level)]
        best = max(best, sum(both) / 2)
    return best


def _mirrored(edges: NDArray[np.floating]) -> float:
    """The correlation of a picture with its mirror image, within the window."""
    seen = edges * _WINDOW
    seen = seen - seen.mean()
    return float((seen * seen[:, ::-1]).sum() / ((seen * seen).sum() + 1e-9))
