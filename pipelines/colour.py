"""Colour profiles: between a photo's own colour space and sRGB.

An RGB photo keeps its profile and its pixels, so that the file that comes out holds
the same colours; only what networks and screens see is converted. Colours are mapped
colorimetrically with black point compensation (ICC.1:2022, and ISO 18619), as photo
editors do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from pipelines.photo import Matte8, Pixels

_INTENT: Final = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS: Final = ImageCms.Flags.BLACKPOINTCOMPENSATION
_STRIP: Final = 1_000_000
"""Pixels converted at a time: littleCMS keeps Python's other threads waiting meanwhile (25 ms)."""
_SAME: Final = 2
"""A profile whose colours all lie within this many steps of 255 from sRGB is sRGB."""


def to_srgb(pixels: Pixels, icc: bytes | None) -> Pixels:
    """Convert pixels to sRGB.

    Args:
        pixels: HxWx3 uint8 in the colour space of ``icc``.
        icc: an RGB profile; None is sRGB. One that can't be used is ignored.
    Returns:
        HxWx3 uint8; ``pixels`` itself where nothing is to be done.
    """
    return pixels if icc is None else _converted(pixels, icc, None)


def to_srgb_with_alpha(pixels: NDArray[np.uint8], icc: bytes | None) -> NDArray[np.uint8]:
    """The same for HxWx3 or HxWx4 pixels, of which the fourth channel stays as it is."""
    if pixels.shape[2] == 3:
        return to_srgb(pixels, icc)
    changed = to_srgb(np.ascontiguousarray(pixels[..., :3]), icc)
    return np.asarray(cv2.merge([*cv2.split(changed), pixels[..., 3]]), np.uint8)


def from_srgb(pixels: Pixels, icc: bytes | None) -> Pixels:
    """Convert sRGB pixels to a photo's colour space.

    Args:
        pixels: HxWx3 uint8, sRGB.
        icc: the RGB profile to convert to; None is sRGB. One that can't be used is ignored.
    Returns:
        HxWx3 uint8; ``pixels`` itself where nothing is to be done.
    """
    return pixels if icc is None else _converted(pixels, None, icc)


def working_profile(icc: bytes | None) -> bytes | None:
    """The profile itself when pixels can stay in it: an RGB profile that converts both ways; else None."""
    if not icc or _transform(icc, None, "RGB") is None or _transform(None, icc, "RGB") is None:
        return None
    return icc


def is_srgb(icc: bytes | None) -> bool:
    """Whether colours in a profile can be taken for sRGB as they are; also where the profile is broken."""
    return icc is None or _change(icc, None) is None


def grey_to_srgb(grey: Matte8, icc: bytes | None) -> Pixels:
    """Colour a grey picture.

    Args:
        grey: HxW uint8.
        icc: a grey profile; None, or any other kind, leaves the tones as they are.
    Returns:
        HxWx3 uint8, sRGB.
    """
    pixels = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
    transform = _transform(icc, None, "L") if icc else None
    if transform is None:
        return pixels
    tones = np.arange(256, dtype=np.uint8).reshape(1, 256)
    table = np.asarray(transform.apply(Image.fromarray(tones)))
    return np.asarray(cv2.LUT(pixels, table), np.uint8)


def image_to_srgb(image: Image.Image, icc: bytes | None) -> Pixels:
    """Convert a CMYK, Lab or RGB picture to sRGB.

    Args:
        image: mode ``CMYK``, ``LAB`` or ``RGB``.
        icc: its profile. CMYK and RGB pictures without one that fits are converted by
            plain arithmetic; Lab needs none.
    Returns:
        HxWx3 uint8, sRGB.
    """
    transform = _transform(icc, None, image.mode) if icc or image.mode == "LAB" else None
    if transform is None:
        return np.asarray(image.convert("RGB"), np.uint8)
    shape = image.height, image.width
    return _in_strips(transform, shape, lambda top, bottom: image.crop((0, top, image.width, bottom)))


def _converted(pixels: Pixels, source: bytes | None, target: bytes | None) -> Pixels:
    transform = _change(source, target)
    if transform is None:
        return pixels
    return _in_strips(transform, pixels.shape, lambda top, bottom: Image.fromarray(pixels[top:bottom]))


def _in_strips(
    transform: ImageCms.ImageCmsTransform,
    shape: tuple[int, ...],
    strip: Callable[[int, int], Image.Image],
) -> Pixels:
    height, width = shape[:2]
    result = np.empty((height, width, 3), np.uint8)
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        result[top:bottom] = np.asarray(transform.apply(strip(top, bottom)))
    return result


@lru_cache(maxsize=16)
def _change(source: bytes | None, target: bytes | None) -> ImageCms.ImageCmsTransform | None:
    """The transform of RGB pixels; None where there is none, or it would change nothing to speak of."""
    transform = _transform(source, target, "RGB")
    if transform is None:
        return None
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    lattice = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(27, 27, 3)
    result = np.asarray(transform.apply(Image.fromarray(lattice)))
    return None if int(np.abs(result.astype(int) - lattice).max()) <= _SAME else transform


@lru_cache(maxsize=16)
def _transform(source: bytes | None, target: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From pixels of ``mode`` to RGB; None where a profile is broken or of another kind.

    A profile that is None stands for sRGB.
    """
    try:
        # littleCMS' shortcuts are off by up to ten steps in the shadows of a linear grey profile
        flags = _FLAGS | ImageCms.Flags.NOOPTIMIZE if mode == "L" else _FLAGS
        return ImageCms.buildTransform(_profile(source, mode), _profile(target), mode, "RGB", _INTENT, flags)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _profile(icc: bytes | None, mode: str = "RGB") -> ImageCms.ImageCmsProfile:
    if mode == "LAB":
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.ImageCmsProfile(BytesIO(icc) if icc else ImageCms.createProfile("sRGB"))
