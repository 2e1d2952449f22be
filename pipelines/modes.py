"""Pixel modes: whatever way a decoded picture stores its pixels, as RGB and alpha."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines import colour
from pipelines.photo import Matte8, Pixels

_DEEP: Final = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
_HUGE: Final = 1e30
"""No float value counts for more than this: sums of it still fit a float32."""


@dataclass(frozen=True, eq=False)
class Raster:
    """Decoded pixels.

    Attributes:
        pixels: HxWx3 uint8, C-contiguous, RGB in the colour space of ``icc``.
        alpha: HxW uint8, straight; None where every pixel is opaque.
        icc: the RGB profile that ``pixels`` are in; None is sRGB.
    """

    pixels: Pixels
    alpha: Matte8 | None = None
    icc: bytes | None = None


@dataclass(frozen=True)
class Deep:
    """What a file says of grey values of more than 8 bits.

    Attributes:
        bits: how many of a 16-bit value's bits are used.
        inverted: the largest value is black.
    """

    bits: int = 16
    inverted: bool = False


def rasterise(image: Image.Image, icc: bytes | None, deep: Deep | None = None) -> Raster:
    """Turn a decoded picture of any mode into RGB and alpha.

    An RGB profile is kept and the pixels with it; pictures in any other colour space
    are converted to sRGB.

    Args:
        image: any Pillow mode.
        icc: the profile that came with it.
        deep: how to read grey values of more than 8 bits.
    """
    if image.mode in _DEEP:
        grey, alpha = _deep_grey(image, deep or Deep())
        raster = Raster(colour.grey_to_srgb(grey, icc), alpha)
    elif image.mode in ("1", "L", "LA", "La"):
        grey, alpha = _grey(image)
        raster = Raster(colour.grey_to_srgb(grey, icc), alpha)
    elif image.mode in ("CMYK", "LAB"):
        raster = Raster(colour.image_to_srgb(image, icc))
    else:
        raster = from_array(_colour(image), icc)
    return _without_opaque(raster)


def from_array(array: NDArray[np.uint8], icc: bytes | None = None) -> Raster:
    """Turn an array of pixels into RGB and alpha.

    Args:
        array: HxW grey, HxWx3 RGB or HxWx4 RGBA with straight alpha, uint8.
        icc: its profile. An RGB profile that no pixels can stay in is used and dropped.
    """
    if array.ndim == 2:
        return Raster(colour.grey_to_srgb(np.ascontiguousarray(array), icc))
    alpha = np.array(array[..., 3]) if array.shape[2] == 4 else None
    pixels = np.ascontiguousarray(array[..., :3])
    kept = colour.working_profile(icc)
    return _without_opaque(Raster(pixels if kept else colour.to_srgb(pixels, icc), alpha, kept))


def _without_opaque(raster: Raster) -> Raster:
    opaque = raster.alpha is not None and raster.alpha.size > 0 and int(raster.alpha.min()) == 255
    return replace(raster, alpha=None) if opaque else raster


def _colour(image: Image.Image) -> NDArray[np.uint8]:
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    return np.asarray(image if image.mode == wanted else image.convert(wanted), np.uint8)


def _grey(image: Image.Image) -> tuple[Matte8, Matte8 | None]:
    if image.mode == "La":
        image = image.convert("LA")
    if image.mode == "LA":
        pair = np.asarray(image, np.uint8)
        return np.ascontiguousarray(pair[..., 0]), np.ascontiguousarray(pair[..., 1])
    grey = np.asarray(image.convert("L"), np.uint8)
    return grey, _keyed(grey, image.info.get("transparency"))


def _deep_grey(image: Image.Image, deep: Deep) -> tuple[Matte8, Matte8 | None]:
    values = np.asarray(image)
    alpha = _keyed(values, image.info.get("transparency"))
    if image.mode in ("I", "F"):
        grey = _measured(values)
    else:
        white = (1 << deep.bits) - 1
        grey = np.asarray(cv2.convertScaleAbs(values.astype(np.uint16), alpha=255 / white), np.uint8)
    return (255 - grey if deep.inverted else grey), alpha


def _keyed(values: NDArray[np.generic], key: object) -> Matte8 | None:
    """The alpha of a picture that declares one of its values to be transparent."""
    return np.where(values == key, 0, 255).astype(np.uint8) if isinstance(key, int) else None


def _measured(values: NDArray[np.generic]) -> Matte8:
    """Grey values whose range no file tells, read from the values themselves.

    Args:
        values: HxW float or integer; not-a-number is black.
    Returns:
        HxW uint8. White is the least usual white (1 for floats, 255, 65535) that no value
        passes, else the largest value, as it is for floats that pass 1 only a little
        (high dynamic range). Black is 0, or the smallest value where that is negative.
    """
    real = values.astype(np.float32)
    finite = np.clip(real[np.isfinite(real)], -_HUGE, _HUGE)
    high = float(finite.max(initial=0))
    low = float(finite.min(initial=0))
    usual = (255.0, 65535.0) if values.dtype.kind != "f" or high > 16 else (1.0,)
    white = next((step for step in usual if high <= step), high)
    tones = np.clip(np.nan_to_num(real, nan=0.0), low, white)
    grey: Matte8 = np.rint((tones - low) * (255 / (white - low))).astype(np.uint8)
    return grey
