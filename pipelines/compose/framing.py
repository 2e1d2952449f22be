"""A photo on a canvas: the placement, and pixels placed by it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.resampling import Plain, Weighted, draw_askew, draw_upright, straight
from pipelines.compose.subject import Box
from pipelines.photo import Matte8, Pixels

Row = tuple[float, float, float]
Matrix = tuple[Row, Row]
"""Rows of an affine map from the photo's coordinates to the canvas's, in pixels; (0, 0) is a corner."""

_SAME: Final[Matrix] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


@dataclass(frozen=True)
class Placement:
    """A canvas, and where a photo lies on it.

    Attributes:
        canvas: its (width, height) in pixels.
        matrix: from the photo's coordinates to the canvas's.
        held: whether the photo would lie there larger, were it not for the limit on enlarging.
    """

    canvas: tuple[int, int]
    matrix: Matrix = _SAME
    held: bool = False

    @property
    def times(self) -> float:
        """How many times as long as in the photo lengths are on the canvas."""
        return math.sqrt(abs(float(np.linalg.det(np.array(self.matrix)[:, :2]))))

    def within(self, side: int) -> Placement:
        """The same, made smaller so that no side of the canvas is longer than ``side`` pixels."""
        scale = side / max(self.canvas)
        if scale >= 1:
            return self
        width, height = (max(1, round(length * scale)) for length in self.canvas)
        return self._as_large_as(width, height)

    def at_most(self, megapixels: float | None) -> Placement:
        """The same, made smaller so that the canvas has no more pixels; None is any number."""
        return self if megapixels is None else self._as_large_as(*size_of(self.canvas, megapixels))

    def _as_large_as(self, width: int, height: int) -> Placement:
        if (width, height) == self.canvas:
            return self
        # Side by side, so that what ends at the canvas's edge still does after rounding.
        factors = width / self.canvas[0], height / self.canvas[1]
        (a, b, x), (c, d, y) = self.matrix
        across, down = factors
        rows = (a * across, b * across, x * across), (c * down, d * down, y * down)
        return replace(self, canvas=(width, height), matrix=rows)

    def of_copy(self, across: float, down: float) -> Placement:
        """The same for a copy of the photo, of which one pixel is so many of the photo's wide and high."""
        (a, b, x), (c, d, y) = self.matrix
        return replace(self, matrix=((a * across, b * down, x), (c * across, d * down, y)))

    def keeps(self, size: tuple[int, int]) -> bool:
        """Whether a photo of (width, height) stays as it is."""
        return self.canvas == size and bool(np.allclose(self.matrix, _SAME, rtol=0, atol=1e-6))

    def copies(self, size: tuple[int, int]) -> bool:
        """Whether a photo of (width, height) is only moved, mirrored or turned by right angles."""
        if not self.upright():
            return False
        box = self.whole_pixels(size)
        (a, b, _), _ = self.matrix
        return (box.right - box.left, box.bottom - box.top) == (size[::-1] if abs(b) > abs(a) else size)

    def corners(self, size: tuple[int, int]) -> NDArray[np.float64]:
        """Where the corners of a photo of (width, height) lie on the canvas, one after the other: 4x2."""
        width, height = size
        around = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        matrix = np.array(self.matrix)
        return np.asarray(around @ matrix[:, :2].T + matrix[:, 2])

    def upright(self) -> bool:
        """Whether the photo's sides lie along the canvas's."""
        (a, b, _), (c, d, _) = self.matrix
        return max(min(abs(a), abs(b)), min(abs(c), abs(d))) < 1e-9

    def whole_pixels(self, size: tuple[int, int]) -> Box:
        """Where a photo of (width, height) that lies upright is, at whole pixels of the canvas."""
        matrix = np.array(self.matrix)
        corners = matrix[:, :2] @ np.array([[0, size[0]], [0, size[1]]]) + matrix[:, 2:]
        left, top = (int(np.floor(low + 0.5)) for low in corners.min(axis=1))
        right, bottom = (int(np.floor(high + 0.5)) for high in corners.max(axis=1))
        return Box(left, top, max(right, left + 1), max(bottom, top + 1))


def size_of(size: tuple[int, int], megapixels: float) -> tuple[int, int]:
    """A (width, height) in the proportions of another, of at most so many pixels; never larger."""
    width, height = size
    scale = math.sqrt(megapixels * 1e6 / (width * height))
    if scale >= 1:
        return size
    return max(1, math.floor(width * scale + 1e-9)), max(1, math.floor(height * scale + 1e-9))


def placed(pixels: NDArray[np.uint8], place: Placement) -> NDArray[np.uint8]:
    """A picture on its canvas, nothing (zeros) where it does not reach.

    Moves, mirror images and right angles are exact copies; all else is resampled, see
    :mod:`pipelines.compose.resampling`. What lies upright is laid on whole pixels, at most half a
    pixel from its place.

    Args:
        pixels: hxw or hxwxC uint8, of the photo's size. Straight colour whose alpha is elsewhere
            is placed by :func:`placed_cutout`.
        place: where it lies.
    Returns:
        HxW or HxWxC uint8, of the canvas's size; the same array where nothing changes.
    """
    height, width = pixels.shape[:2]
    if place.keeps((width, height)):
        return pixels
    canvas = np.zeros((place.canvas[1], place.canvas[0], *pixels.shape[2:]), np.uint8)
    if place.upright():
        draw_upright(Plain(_turned(pixels, place.matrix)), place.whole_pixels((width, height)), canvas)
    else:
        draw_askew(Plain(pixels), np.array(place.matrix), canvas)
    return canvas


def placed_cutout(pixels: Pixels, matte: Matte8, place: Placement) -> tuple[Pixels, Matte8]:
    """Straight colour and its alpha on their canvas.

    Where pixels are not only copied, colour is weighted by its alpha: beside the subject it is the
    old background's, which must not bleed into the edge.

    Args:
        pixels: hxwx3 uint8, straight colour, meaningless where the matte is 0.
        matte: hxw uint8.
        place: where they lie.
    Returns:
        HxWx3 uint8 and HxW uint8, of the canvas's size.
    """
    size = matte.shape[1], matte.shape[0]
    if place.copies(size):
        return placed(pixels, place), placed(matte, place)
    canvas = np.zeros((place.canvas[1], place.canvas[0], 4), np.uint8)
    if place.upright():
        source = Weighted(_turned(pixels, place.matrix), _turned(matte, place.matrix))
        draw_upright(source, place.whole_pixels(size), canvas)
    else:
        draw_askew(Weighted(pixels, matte), np.array(place.matrix), canvas)
    return straight(canvas)


def _turned(pixels: NDArray[np.uint8], matrix: Matrix) -> NDArray[np.uint8]:
    """A picture mirrored, and with its sides swapped, as an upright matrix says."""
    (a, b, _), (c, d, _) = matrix
    if abs(b) > abs(a):
        pixels, a, d = np.asarray(cv2.transpose(pixels), np.uint8), b, c
    if a > 0 and d > 0:
        return pixels
    around = -1 if a < 0 and d < 0 else int(a < 0)  # both axes, the upright one, the level one
    return np.asarray(cv2.flip(pixels, around), np.uint8)
