"""Laying a subject over a backdrop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.errors import ShapeError
from pipelines.photo import Matte8, Pixels

_STRIP: Final = 256
"""Rows of a veil that are laid at once: the memory that it takes stays small."""

_DENSE: Final = 0.15
"""From this share of pixels on it is quicker to mix them all."""


@dataclass(frozen=True, eq=False)
class Veil:
    """Something thin that lies over a backdrop: a shadow, a reflection, an outline.

    Attributes:
        color: red, green, blue, 0..255, or hxwx3 uint8 where it differs from place to place.
        alpha: hxw uint8, 0 is nothing.
        at: left and top of it on the canvas, in pixels; all of it lies within.
    """

    color: tuple[int, int, int] | Pixels
    alpha: Matte8
    at: tuple[int, int] = (0, 0)


def veiled(layer: NDArray[np.uint8], veil: Veil) -> None:
    """Lay a veil over a layer, in place.

    Args:
        layer: HxWx3 uint8, or HxWx4 uint8 with straight colour.
        veil: within the layer.
    """
    left, top = veil.at
    height, width = veil.alpha.shape
    for start in range(0, height, _STRIP):
        alpha = veil.alpha[start : start + _STRIP]
        if not alpha.any():
            continue
        rows = slice(top + start, top + start + alpha.shape[0])
        part = layer[rows, left : left + width]
        color = veil.color if isinstance(veil.color, tuple) else veil.color[start : start + _STRIP]
        if layer.shape[2] == 3:
            _veil_opaque(part, color, alpha)
        else:
            _veil_translucent(part, color, alpha)


def _veil_opaque(part: NDArray[np.uint8], color: tuple[int, int, int] | Pixels, alpha: Matte8) -> None:
    share = cv2.merge([alpha] * 3)
    if isinstance(color, tuple):
        levels = np.arange(256)[:, None] * np.array(color) / 255
        front = cv2.LUT(share, np.rint(levels).astype(np.uint8).reshape(256, 1, 3))
    else:
        front = cv2.multiply(color, share, scale=1 / 255)
    part[:] = cv2.add(cv2.multiply(part, cv2.bitwise_not(share), scale=1 / 255), front)


def _veil_translucent(part: NDArray[np.uint8], color: tuple[int, int, int] | Pixels, alpha: Matte8) -> None:
    below = np.asarray(cv2.extractChannel(part, 3), np.uint8)
    if not cv2.countNonZero(below):  # nothing there yet
        part[..., :3] = color
        part[..., 3] = alpha
    elif cv2.countNonZero(alpha) > _DENSE * alpha.size:
        _over(part, color, alpha, below)
    else:
        there = np.nonzero(alpha)
        some = np.ascontiguousarray(part[there])[None]
        _over(
            some,
            color if isinstance(color, tuple) else color[there][None],
            alpha[there][None],
            below[there][None],
        )
        part[there] = some[0]


def _over(
    back: NDArray[np.uint8], color: tuple[int, int, int] | Pixels, alpha: Matte8, below: Matte8
) -> None:
    """Straight colour over straight colour, in place; as it was where the alpha is 0.

    Args:
        back: hxwx4 uint8.
        color: of what is laid over it.
        alpha: hxw uint8, of what is laid over it.
        below: hxw uint8, its own.
    """
    rest = cv2.multiply(below, cv2.bitwise_not(alpha), scale=1 / 255, dtype=cv2.CV_32F)
    total = np.asarray(cv2.add(rest, alpha, dtype=cv2.CV_32F), np.float32)
    share = cv2.divide(alpha, np.maximum(total, np.float32(1e-3)), dtype=cv2.CV_32F)
    for index in range(3):
        plane = cv2.extractChannel(back, index)
        front = (
            np.full_like(plane, color[index])
            if isinstance(color, tuple)
            else cv2.extractChannel(color, index)
        )
        change = cv2.multiply(cv2.subtract(front, plane, dtype=cv2.CV_32F), share)
        cv2.insertChannel(cv2.add(plane, change, dtype=cv2.CV_8U), back, index)
    cv2.insertChannel(cv2.convertScaleAbs(total), back, 3)


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
    solid = (matte == 255).view(np.uint8)
    result = np.asarray(cv2.copyTo(with_alpha(foreground, matte), solid, backdrop.copy()), np.uint8)
    veiled(result, Veil(foreground, np.where(matte == 255, 0, matte).astype(np.uint8)))
    return result


def on_white(pixels: NDArray[np.uint8]) -> Pixels:
    """White behind whatever is transparent.

    Args:
        pixels: HxWx3 or HxWx4 uint8, straight alpha.
    Returns:
        HxWx3 uint8; ``pixels`` itself where nothing is transparent.
    """
    if pixels.shape[2] == 3:
        return pixels
    colours = np.ascontiguousarray(pixels[..., :3])
    return composite(colours, np.ascontiguousarray(pixels[..., 3]), np.full_like(colours, 255))


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
