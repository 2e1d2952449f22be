"""What is put behind the subject: a colour, a picture, or the blurred original."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.models.predict import resize
from pipelines.photo import Matte8, Pixels
from pipelines.recipe import Fit

_BLUR_SIDE: Final = 720
"""Longest side a background is blurred at: a blur holds no detail that needs more."""


def solid(size: tuple[int, int], color: tuple[int, int, int]) -> Pixels:
    """One colour.

    Args:
        size: (height, width).
        color: red, green, blue, 0..255.
    Returns:
        HxWx3 uint8.
    """
    return np.full((*size, 3), color, np.uint8)


def fitted(picture: Pixels, size: tuple[int, int], fit: Fit) -> NDArray[np.uint8]:
    """A picture on a canvas, its proportions kept, centred.

    Args:
        picture: hxwx3 uint8.
        size: (height, width) of the canvas.
        fit: ``cover`` fills the canvas and cuts off what is too much; ``contain`` shows
            the whole picture and leaves the rest transparent.
    Returns:
        HxWx3 uint8 where the picture fills the canvas, else HxWx4 uint8.
    """
    height, width = size
    ratios = height / picture.shape[0], width / picture.shape[1]
    scale = max(ratios) if fit == "cover" else min(ratios)
    if fit == "cover":
        return resize(_centre(picture, round(height / scale), round(width / scale)), size)
    inner = (
        min(height, max(1, round(picture.shape[0] * scale))),
        min(width, max(1, round(picture.shape[1] * scale))),
    )
    scaled = resize(picture, inner)
    if inner == size:
        return scaled
    canvas = np.zeros((height, width, 4), np.uint8)
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    canvas[top : top + inner[0], left : left + inner[1], :3] = scaled
    canvas[top : top + inner[0], left : left + inner[1], 3] = 255
    return canvas


def _centre(picture: Pixels, height: int, width: int) -> Pixels:
    height, width = max(1, min(height, picture.shape[0])), max(1, min(width, picture.shape[1]))
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return np.ascontiguousarray(picture[top : top + height, left : left + width])


def blurred(pixels: Pixels, matte: Matte8, radius: float) -> Pixels:
    """The photo's own background, blurred, without the subject's colour bleeding into it.

    Normalised convolution (Knutsson and Westin, 1993): only background pixels count,
    weighted by how much of each is background. Where the blur reaches none, ever
    wider blurs fill in; the subject covers that place anyway.

    Args:
        pixels: HxWx3 uint8.
        matte: HxW uint8 of the subject.
        radius: standard deviation as a share of the longer side.
    Returns:
        HxWx3 uint8.
    """
    height, width = matte.shape
    scale = min(1.0, _BLUR_SIDE / max(height, width))
    small = (max(1, round(height * scale)), max(1, round(width * scale)))
    weight = np.asarray(1 - resize(matte, small).astype(np.float32) / 255, np.float32)
    weight[weight < 0.02] = 0
    color = np.asarray(resize(pixels, small) * weight[..., None], np.float32)
    sigma = max(0.3, radius * max(small))
    result = _normalised(color, weight, sigma)
    return np.asarray(cv2.resize(result, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _normalised(color: NDArray[np.float32], weight: NDArray[np.float32], sigma: float) -> Pixels:
    mean = color.sum(axis=(0, 1)) / max(float(weight.sum()), 1e-6)
    result = np.broadcast_to(mean, color.shape).astype(np.float32)
    for factor in (8, 4, 2, 1):
        part = _gaussian(weight, sigma * factor)[..., None]
        trust = np.clip(part * 20, 0, 1)
        result += (_gaussian(color, sigma * factor) / np.maximum(part, 1e-4) - result) * trust
    return np.clip(np.rint(result), 0, 255).astype(np.uint8)


def _gaussian(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """A Gaussian blur whose cost does not grow with sigma: wide ones are done on a smaller copy."""
    step = max(1, int(sigma / 4))
    height, width = values.shape[:2]
    small = (max(1, width // step), max(1, height // step))
    reduced = cv2.resize(values, small, interpolation=cv2.INTER_AREA) if step > 1 else values
    soft = cv2.GaussianBlur(reduced, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
