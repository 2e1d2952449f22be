"""What is put behind the subject: a colour, or a picture on a canvas."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.blurring import softened
from pipelines.compose.framing import Placement, placed
from pipelines.compose.subject import Box
from pipelines.photo import Pixels
from pipelines.recipe import ImageBackdrop

_TILE: Final = 1 / 4
"""A tile's longer side at scale 1, as a share of the canvas's longer side."""

_SMALLEST: Final = 4.0
"""Pixels of a tile's side: what repeats faster could not be told apart."""


def solid(size: tuple[int, int], color: tuple[int, int, int]) -> Pixels:
    """One colour.

    Args:
        size: (height, width).
        color: red, green, blue, 0..255.
    Returns:
        HxWx3 uint8.
    """
    return np.full((*size, 3), color, np.uint8)


def fitted(picture: Pixels, size: tuple[int, int], wanted: ImageBackdrop) -> NDArray[np.uint8]:
    """A picture on a canvas, its proportions kept.

    Args:
        picture: hxwx3 uint8.
        size: (height, width) of the canvas.
        wanted: how it fills the canvas, where it lies, and how far it is blurred.
    Returns:
        HxWx3 uint8 where the picture fills the canvas, else HxWx4 uint8, transparent beside it.
    """
    sigma = wanted.blur * max(size)
    if wanted.fit == "tile":
        return softened(_tiled(picture, size, wanted), sigma)
    height, width = size
    h, w = picture.shape[:2]
    choose = max if wanted.fit == "cover" else min
    scale = choose(height / h, width / w) * wanted.scale
    across, down = max(1.0, w * scale), max(1.0, h * scale)  # a pixel is shown, however thin it gets
    left, top = (width - across) * wanted.position[0], (height - down) * wanted.position[1]
    place = Placement((width, height), ((scale, 0.0, left), (0.0, scale, top)))
    pixels, canvas = placed(picture, place), Box(0, 0, width, height)
    seen = place.whole_pixels((w, h)).common(canvas)
    if seen == canvas:
        return softened(pixels, sigma)
    result = np.zeros((height, width, 4), np.uint8)
    within = slice(seen.top, seen.bottom), slice(seen.left, seen.right)
    result[(*within, slice(3))] = softened(pixels[within], sigma)
    result[(*within, 3)] = 255
    return result


def _tiled(picture: Pixels, size: tuple[int, int], wanted: ImageBackdrop) -> Pixels:
    """A picture repeated over a canvas. Its tiles differ by a pixel, so that their sum does not run away."""
    h, w = picture.shape[:2]
    scale = _TILE * wanted.scale * max(size) / max(h, w)
    rows = _edges(size[0], max(_SMALLEST, h * scale), wanted.position[1])
    columns = _edges(size[1], max(_SMALLEST, w * scale), wanted.position[0])
    tile = functools.cache(functools.partial(_tile, picture))

    @functools.cache
    def band(height: int) -> Pixels:
        whole = np.hstack([tile(height, right - left) for left, right in itertools.pairwise(columns)])
        return whole[:, -columns[0] : size[1] - columns[0]]

    result = np.empty((*size, 3), np.uint8)
    for top, bottom in itertools.pairwise(rows):
        low, high = max(0, top), min(size[0], bottom)
        result[low:high] = band(bottom - top)[low - top : high - top]
    return result


def _edges(length: int, tile: float, at: float) -> list[int]:
    """Where tiles begin and end along a side, the first at or before 0, the last at or after its end."""
    start = (length - tile) * at
    start -= math.ceil(start / tile) * tile
    count = math.ceil((length - start) / tile) + 1
    edges = [math.floor(start + index * tile + 0.5) for index in range(count + 1)]
    first = max(index for index, edge in enumerate(edges) if edge <= 0)
    last = min(index for index, edge in enumerate(edges) if edge >= length)
    return edges[first : last + 1]


def _tile(picture: Pixels, height: int, width: int) -> Pixels:
    """A picture at another size; where it grows, its pixels run on from one edge to the other."""
    h, w = picture.shape[:2]
    if height <= h and width <= w:
        return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    across, down = w / width, h / height
    back = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5]])
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(picture, back, (width, height), flags=how, borderMode=cv2.BORDER_WRAP), np.uint8
    )
