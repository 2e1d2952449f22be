"""Photos made smaller."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.models.predict import resize
from pipelines.photo import Photo

_SAMPLES: Final = 4


def shrunk(photo: Photo, side: int) -> Photo:
    """A copy whose longer side is at most ``side`` pixels, its transparency with it.

    Args:
        photo: any size; one that is small enough comes back as it is.
        side: in pixels.
    """
    width, height = photo.size
    scale = side / max(width, height)
    if scale >= 1:
        return photo
    return resized(photo, (max(1, round(width * scale)), max(1, round(height * scale))))


def resized(photo: Photo, size: tuple[int, int]) -> Photo:
    """A smaller copy of a size, its transparency with it.

    Args:
        photo: any size; one that has this size comes back as it is.
        size: (width, height) in pixels.
    """
    if photo.size == size:
        return photo
    shape = size[1], size[0]
    alpha = None if photo.alpha is None else resize(photo.alpha, shape)
    return replace(photo, pixels=resize(photo.pixels, shape), alpha=alpha, full=photo.full or photo.size)


def sampling_step(longest: int, side: int) -> int:
    """How far apart the pixels lie that a small copy is made of: all of a large photo's would take long.

    Args:
        longest: the longest side of what is made smaller, in pixels.
        side: the longest side of the copy, in pixels.
    Returns:
        1 or more; at least :data:`_SAMPLES` pixels across and down go into each of the copy's.
    """
    return max(1, longest // (_SAMPLES * side))


def small_copy(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A copy to measure on, by the mean of samples of what falls into each pixel.

    Args:
        pixels: HxW or HxWxC uint8.
        side: the longest side that it may have, in pixels; smaller pictures keep their size.
    """
    height, width = pixels.shape[:2]
    longest = max(height, width)
    share = min(1.0, side / longest)
    size = max(1, round(width * share)), max(1, round(height * share))
    step = sampling_step(longest, side)
    samples = np.ascontiguousarray(pixels[::step, ::step])
    return np.asarray(cv2.resize(samples, size, interpolation=cv2.INTER_AREA), np.uint8)
