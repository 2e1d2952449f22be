"""Pictures drawn onto a canvas, smaller, larger or askew.

What gets smaller is reduced by area, so that nothing flickers. What grows is interpolated by cubic
polynomials (Keys, 1981), held between the least and the most of the pixels around, so that no
edge rings. What lies askew is drawn at twice its size first, and taken from there between
pixels: nearly as sharp as cubic interpolation at any angle, in half the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.subject import Box
from pipelines.photo import Matte8, Pixels

Matrix = NDArray[np.float64]
"""2x3 float64: an affine map; (0, 0) is a corner of a picture, (0.5, 0.5) the middle of a pixel."""

_TILE: Final = 1024
"""Side of the parts of a canvas that are drawn askew at once, in pixels: OpenCV's warps hold
coordinates in 16 bits, and the memory they take stays small."""

_REACH: Final = 4
"""Pixels round a part that its interpolation looks at."""

_FINER: Final = 2
"""How much larger than it is a picture is drawn at least, before it is taken askew."""


class Plain(NamedTuple):
    """A picture as it is.

    Attributes:
        pixels: HxW or HxWxC uint8.
    """

    pixels: NDArray[np.uint8]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def bounds(self) -> Box:
        """Outside of it is nothing to draw."""
        return Box(0, 0, *self.size)

    def part(self, box: Box) -> NDArray[np.uint8]:
        """The pixels within a box."""
        return np.ascontiguousarray(self.pixels[box.top : box.bottom, box.left : box.right])

    def reduced(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """All of it at a smaller (width, height)."""
        return _reduced(np.ascontiguousarray(self.pixels), size)


class Weighted(NamedTuple):
    """Straight colour with its alpha; drawn, it is weighted by that (premultiplied; Porter and Duff, 1984).

    Attributes:
        pixels: HxWx3 uint8, meaningless where the matte is 0.
        matte: HxW uint8.
    """

    pixels: Pixels
    matte: Matte8

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.matte.shape[1], self.matte.shape[0]

    @property
    def bounds(self) -> Box:
        """Outside of it is nothing to draw."""
        left, top, width, height = cv2.boundingRect(np.ascontiguousarray(self.matte))
        # With the nothing beside it, into which its edge is to fade.
        return Box(left, top, left + width, top + height).wider(_REACH).common(Box(0, 0, *self.size))

    def part(self, box: Box) -> NDArray[np.uint8]:
        """The pixels within a box: hxwx4 uint8, premultiplied colour and alpha."""
        rows, columns = slice(box.top, box.bottom), slice(box.left, box.right)
        matte = np.ascontiguousarray(self.matte[rows, columns])
        pixels = np.ascontiguousarray(self.pixels[rows, columns])
        return np.asarray(
            cv2.merge([*(_channel(pixels, index, matte) for index in range(3)), matte]), np.uint8
        )

    def reduced(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """All of it at a smaller (width, height): HxWx4 uint8, premultiplied colour and alpha."""
        pixels, matte = np.ascontiguousarray(self.pixels), np.ascontiguousarray(self.matte)
        # One channel after the other: the memory of a large photo's weighted colour is not taken.
        planes = [_reduced(_channel(pixels, index, matte), size) for index in range(3)]
        return np.asarray(cv2.merge([*planes, _reduced(matte, size)]), np.uint8)


def straight(canvas: NDArray[np.uint8]) -> tuple[Pixels, Matte8]:
    """Colour freed from the weight of its alpha.

    Args:
        canvas: HxWx4 uint8, premultiplied.
    Returns:
        HxWx3 uint8, straight, and HxW uint8.
    """
    *planes, alpha = cv2.split(canvas)
    for row in range(0, alpha.shape[0], _TILE):
        rows = slice(row, row + _TILE)
        band = np.nonzero((alpha[rows] > 0) & (alpha[rows] < 255))
        share = alpha[rows][band].astype(np.uint16)
        for plane in planes:
            weighted = plane[rows][band] * np.uint16(255)
            plane[rows][band] = np.minimum((weighted + share // 2) // share, 255)
    return np.asarray(cv2.merge(planes), np.uint8), np.asarray(alpha, np.uint8)


def draw_upright(source: Plain | Weighted, place: Box, canvas: NDArray[np.uint8]) -> None:
    """Draw a picture into a rectangle of a canvas, in place.

    Args:
        source: the picture.
        place: where all of it lies, in pixels of the canvas; may reach beyond that.
        canvas: HxW or HxWxC uint8.
    """
    size = place.right - place.left, place.bottom - place.top
    if size[0] <= source.size[0] and size[1] <= source.size[1]:
        _paste(source.reduced(size), place.left, place.top, canvas)
        return
    across, down = size[0] / source.size[0], size[1] / source.size[1]
    matrix = np.array([[across, 0, place.left], [0, down, place.top]])
    seen = _mapped(matrix, source.bounds).common(Box(0, 0, canvas.shape[1], canvas.shape[0]))
    if seen.empty:
        return
    part = _mapped(_inverse(matrix), seen).wider(_REACH).common(source.bounds)
    # At whole pixels: each side is at most half of one from its place.
    left, right = (round(place.left + x * across) for x in (part.left, part.right))
    top, bottom = (round(place.top + y * down) for y in (part.top, part.bottom))
    enlarged = _enlarged(source.part(part), (max(1, right - left), max(1, bottom - top)))
    _paste(enlarged, left, top, canvas)


def draw_askew(source: Plain | Weighted, matrix: Matrix, canvas: NDArray[np.uint8]) -> None:
    """Draw a picture onto a canvas by any affine map that keeps shapes, in place.

    Args:
        source: the picture.
        matrix: from its coordinates to the canvas's.
        canvas: HxW or HxWxC uint8, zeros.
    """
    bounds, scale = source.bounds, float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < 1:
        width, height = source.size
        size = max(1, round(width * scale)), max(1, round(height * scale))
        across, down = size[0] / width, size[1] / height
        bounds = _mapped(np.array([[across, 0, 0], [0, down, 0]]), bounds)
        source = Plain(source.reduced(size))
        bounds = bounds.common(source.bounds)
        matrix = np.column_stack([matrix[:, :2] / (across, down), matrix[:, 2]])
    back = _inverse(matrix)
    for tile, box in _tiles(canvas, _mapped(matrix, bounds)):
        part = _mapped(back, box).wider(_REACH).common(bounds)
        if not part.empty:
            tile[:] = _taken(source.part(part), part, matrix, box, max(scale, _FINER))


def _taken(part: NDArray[np.uint8], where: Box, matrix: Matrix, box: Box, factor: float) -> NDArray[np.uint8]:
    """A box of the canvas, taken from a part of a picture enlarged by a factor."""
    height, width = part.shape[:2]
    size = round(width * factor), round(height * factor)
    own = matrix.copy()
    own[:, 2] += own[:, :2] @ (where.left, where.top) - (box.left, box.top)
    own[:, :2] /= size[0] / width, size[1] / height
    own[:, 2] += own[:, :2].sum(axis=1) / 2 - 0.5  # OpenCV maps the middles of pixels
    room = box.right - box.left, box.bottom - box.top
    return np.asarray(cv2.warpAffine(_enlarged(part, size), own, room, flags=cv2.INTER_LINEAR), np.uint8)


def _tiles(canvas: NDArray[np.uint8], seen: Box) -> Iterator[tuple[NDArray[np.uint8], Box]]:
    """The parts of a canvas within a box."""
    seen = seen.wider(1).common(Box(0, 0, canvas.shape[1], canvas.shape[0]))
    for top in range(seen.top, seen.bottom, _TILE):
        for left in range(seen.left, seen.right, _TILE):
            box = Box(left, top, left + _TILE, top + _TILE).common(seen)
            yield canvas[box.top : box.bottom, box.left : box.right], box


def _inverse(matrix: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2])


def _mapped(matrix: Matrix, box: Box) -> Box:
    """The smallest box of whole pixels that holds a box's image."""
    corners = np.array([[x, y] for x in (box.left, box.right) for y in (box.top, box.bottom)])
    reached = corners @ matrix[:, :2].T + matrix[:, 2]
    low, high = np.floor(reached.min(axis=0) + 1e-6), np.ceil(reached.max(axis=0) - 1e-6)
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _channel(pixels: Pixels, index: int, matte: Matte8) -> NDArray[np.uint8]:
    return np.asarray(cv2.multiply(cv2.extractChannel(pixels, index), matte, scale=1 / 255), np.uint8)


def _reduced(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _enlarged(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    near = np.ones((3, 3), np.uint8)
    cubic = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
    cv2.max(cubic, cv2.resize(cv2.erode(pixels, near), size), dst=cubic)
    cv2.min(cubic, cv2.resize(cv2.dilate(pixels, near), size), dst=cubic)
    return np.asarray(cubic, np.uint8)


def _paste(picture: NDArray[np.uint8], left: int, top: int, canvas: NDArray[np.uint8]) -> None:
    room = Box(0, 0, canvas.shape[1], canvas.shape[0])
    seen = Box(left, top, left + picture.shape[1], top + picture.shape[0]).common(room)
    if not seen.empty:
        canvas[seen.top : seen.bottom, seen.left : seen.right] = picture[
            seen.top - top : seen.bottom - top, seen.left - left : seen.right - left
        ]
