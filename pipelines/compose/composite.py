"""Laying a subject over a backdrop."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.errors import ShapeError
from pipelines.photo import Matte8, Pixels


@dataclass(frozen=True, eq=False)
class Veil:
    """Something thin that lies over a backdrop: a shadow, a reflection, an outline.

    Attributes:
        color: red, green, blue, 0..255, or HxWx3 uint8 where it differs from place to place.
        alpha: HxW uint8, 0 is nothing.
    """

    color: tuple[int, int, int] | Pixels
    alpha: Matte8

    def pixels(self, size: tuple[int, int]) -> Pixels:
        """The colour at every pixel of (height, width): HxWx3 uint8."""
        return np.full((*size, 3), self.color, np.uint8) if isinstance(self.color, tuple) else self.color


def laid(pixels: Pixels, alpha: Matte8, layer: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """Lay something over a layer, whatever that is.

    Args:
        pixels: HxWx3 uint8, straight colour.
        alpha: HxW uint8.
        layer: HxWx3 or HxWx4 uint8; None for nothing.
    Returns:
        HxWx3 uint8 over an opaque layer, else HxWx4 uint8.
    """
    if layer is None:
        return with_alpha(pixels, alpha)
    return (composite if layer.shape[2] == 3 else composite_over_translucent)(pixels, alpha, layer)


def composite(foreground: Pixels, matte: Matte8, backdrop: Pixels) -> Pixels:
    """Lay a subject over an opaque backdrop.

    Only pixels that are partly subject are blended; the others are copied. Blending
    is done on the stored values, as browsers and picture editors do by default.

    Args:
        foreground: HxWx3 uint8, straight (not premultiplied) colour.
        matte: HxW uint8, 0 is all backdrop.
        backdrop: HxWx3 uint8.
    Returns:
        HxWx3 uint8, a new array.
    Raises:
        ShapeError: the three do not share H and W.
    """
    _check(foreground, matte, backdrop, 3)
    result = cv2.copyTo(foreground, (matte == 255).view(np.uint8), backdrop.copy())
    band = np.flatnonzero((matte > 0) & (matte < 255))
    share = matte.reshape(-1)[band].astype(np.uint16)[:, None]
    front = foreground.reshape(-1, 3)[band].astype(np.uint16)
    back = backdrop.reshape(-1, 3)[band].astype(np.uint16)
    flat = result.reshape(-1, 3)
    flat[band] = ((front * share + back * (255 - share) + 127) // 255).astype(np.uint8)
    return np.asarray(result, np.uint8)


def composite_over_translucent(
    foreground: Pixels, matte: Matte8, backdrop: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Lay a subject over a backdrop that has transparency of its own (Porter and Duff's "over", 1984).

    Args:
        foreground: HxWx3 uint8, straight colour.
        matte: HxW uint8.
        backdrop: HxWx4 uint8, straight colour and alpha.
    Returns:
        HxWx4 uint8, straight colour and alpha.
    Raises:
        ShapeError: the three do not share H and W.
    """
    _check(foreground, matte, backdrop, 4)
    front = matte.astype(np.float32)[..., None] / 255
    back = backdrop[..., 3:].astype(np.float32) / 255 * (1 - front)
    total = front + back
    colour = (foreground * front + backdrop[..., :3] * back) / np.maximum(total, 1e-6)
    return np.concatenate([np.rint(colour), np.rint(total * 255)], axis=2).astype(np.uint8)


def with_alpha(pixels: Pixels, alpha: Matte8) -> NDArray[np.uint8]:
    """Colour and alpha together.

    Args:
        pixels: HxWx3 uint8.
        alpha: HxW uint8.
    Returns:
        HxWx4 uint8.
    """
    return np.asarray(cv2.merge([*cv2.split(pixels), alpha]), np.uint8)


def _check(foreground: Pixels, matte: Matte8, backdrop: NDArray[np.uint8], channels: int) -> None:
    height, width = matte.shape
    if foreground.shape != (height, width, 3):
        raise ShapeError("foreground", foreground.shape, f"{height}x{width}x3")
    if backdrop.shape != (height, width, channels):
        raise ShapeError("backdrop", backdrop.shape, f"{height}x{width}x{channels}")
