"""From a photo to a coarse matte: the network's input, and its output read back.

Everything is float32; nothing here is larger than the network's own input except
the photo itself.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines import colour
from pipelines.models.catalogue import Decode, Preprocess
from pipelines.photo import Matte, Photo, Pixels

Tensor = NDArray[np.float32]
"""1x3xHxW float32."""

FLAT: Final = 0.1
"""A prediction whose values lie closer together than this tells nothing: on white, black or a plain
gradient U2-Net and IS-Net stay below 0.06, on photos of something they reach 1. Stretched, that
little would be a subject where there is none."""

_NEUTRAL: Final = 127
"""What a picture's own transparency shows to the network: a mid grey, 0..255."""


def shrink(photo: Photo, size: tuple[int, int]) -> Pixels:
    """The photo as a network sees it: small, opaque and in sRGB.

    Args:
        photo: any size; its own transparency is laid over a mid grey, so that colours
            hidden under transparent pixels are not seen.
        size: (height, width) to resize to; the aspect ratio is not kept.
    Returns:
        HxWx3 uint8, sRGB.
    """
    pixels = _opaque(photo) if photo.alpha is not None else photo.pixels
    return colour.to_srgb(resize(pixels, size), photo.icc)


def resize(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize by area when shrinking and by cubic interpolation when growing.

    Args:
        pixels: HxW or HxWxC uint8.
        size: (height, width).
    """
    height, width = size
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinking = height * width < pixels.shape[0] * pixels.shape[1]
    how = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def _opaque(photo: Photo) -> Pixels:
    assert photo.alpha is not None  # noqa: S101  (narrowing for the type checker)
    alpha = cv2.merge([photo.alpha] * 3)
    seen = cv2.multiply(photo.pixels, alpha, scale=1 / 255)
    return np.asarray(cv2.scaleAdd(cv2.bitwise_not(alpha), _NEUTRAL / 255, seen), np.uint8)


def network_input(pixels: Pixels, preprocess: Preprocess) -> Tensor:
    """Scale and normalise.

    Args:
        pixels: HxWx3 uint8, sRGB, already of ``preprocess.size``.
        preprocess: the model's facts.
    Returns:
        1x3xHxW float32.
    """
    top = max(int(pixels.max()), 1) if preprocess.scale_by_max else 255
    mean = np.asarray(preprocess.mean, np.float32)
    std = np.asarray(preprocess.std, np.float32)
    scaled = pixels.astype(np.float32)
    scaled *= 1 / (top * std)
    scaled -= mean / std
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])


def read_output(raw: NDArray[np.float32], decode: Decode) -> Matte:
    """A network's output as a matte.

    Args:
        raw: float array whose last two axes are height and width; the first of any others is used.
        decode: see :class:`~pipelines.models.catalogue.Preprocess`.
    Returns:
        HxW float32 in [0, 1]. A flat or non-finite prediction is an empty matte, never NaN.
    """
    values = np.asarray(raw, np.float32).reshape(-1, *raw.shape[-2:])[0]
    if not np.isfinite(values).all():
        return np.zeros(values.shape, np.float32)
    if decode == "direct":
        return np.asarray(np.clip(values, 0, 1), np.float32)
    if decode == "sigmoid-minmax":
        values = 1 / (1 + np.exp(-np.clip(values, -60, 60)))
    low, high = float(values.min()), float(values.max())
    if high - low < FLAT:
        return np.zeros(values.shape, np.float32)
    return np.asarray((values - low) / (high - low), np.float32)
