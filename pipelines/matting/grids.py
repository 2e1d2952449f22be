"""Grids: means over windows and over cells, and the way back."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WIDER: Final = 3
"""How many times wider a cell of the next coarser grid is."""


def shrunk(planes: Floats) -> Floats:
    """Planes (nxhxw) with their cells averaged to the next coarser grid."""
    size = _next_size(planes.shape[1:])
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes])


def subsampled(plane: NDArray[Any]) -> Floats:
    """One in so many values of a plane (hxw), on the next coarser grid."""
    size = _next_size(plane.shape)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST), np.float32)


def grown(plane: Floats, shape: tuple[int, ...]) -> Floats:
    """A plane (hxw) on a finer grid of a (height, width), read between its cells."""
    return np.asarray(cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def window_mean(plane: Floats, radius: int) -> Floats:
    """Means over square windows of so many cells to each side: hxw."""
    window = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.boxFilter(plane, -1, window, borderType=cv2.BORDER_REFLECT), np.float32)


def _next_size(shape: tuple[int, ...]) -> tuple[int, int]:
    return max(1, round(shape[1] / WIDER)), max(1, round(shape[0] / WIDER))
