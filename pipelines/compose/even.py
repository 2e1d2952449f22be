"""Exposure and white balance of a photo, brought to those of the set that it belongs to.

Measured and changed in linear light, so that a stop is a stop. White balance follows the background where
that is near grey, as the paper and walls behind products are: it is the one thing in the picture of which the
colour is known. Where it is not, the white balance is left alone, since every guess from the subject itself
makes coloured products grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose import tones
from pipelines.photo import Matte8, Pixels
from pipelines.recipe.even import Even, Look

_SIDE: Final = 256
"""Longest side of the copy that is measured, in pixels."""

_SURE: Final = 200
"""Mattes from here on are all subject; up to what is missing to 255, all background."""

_LEAST: Final = 64
"""Pixels of the copy that must be seen of something before it is measured."""

_NEUTRAL_SHARE: Final = 0.5
"""The background is near grey when so much of it is."""

_NEUTRAL_CHROMA: Final = 0.055
"""Up to this chroma (OKLab) a colour is taken for grey under another lamp: about what 4000 K does to a grey
at daylight balance. Beyond it is a coloured wall."""

_DARK: Final = 0.02
"""Linear light below which colour is mostly noise."""

_CLIPPED: Final = 0.98

_MOST_STOPS: Final = 1.5
_MOST_CAST: Final = 1.0
"""Stops that exposure, and red or blue against green, are changed by at most: more is no evening out."""


@dataclass(frozen=True)
class Measured:
    """How a photo is lit.

    Attributes:
        light: median of the subject's luminance, linear in (0, 1); None where there is no subject.
        cast: how much more red and blue than green is in its grey background, in stops; None where the
            background is not near grey.
    """

    light: float | None
    cast: tuple[float, float] | None


def measure(pixels: Pixels, matte: Matte8) -> Measured:
    """How a photo is lit.

    Args:
        pixels: HxWx3 uint8, sRGB or near it.
        matte: HxW uint8.
    """
    height, width = matte.shape
    size = tuple(max(1, round(side * min(1.0, _SIDE / max(height, width)))) for side in (width, height))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(matte, size, interpolation=cv2.INTER_AREA)
    light = tones.to_light(small)
    return Measured(_subject_light(light[mask >= _SURE]), _cast(light, mask <= 255 - _SURE))


def _subject_light(found: NDArray[np.float32]) -> float | None:
    if len(found) < _LEAST:
        return None
    luminance = found @ np.array([0.2126, 0.7152, 0.0722], np.float32)  # BT.709
    return float(np.clip(np.median(luminance), 1e-3, 1 - 1e-3))


def _cast(light: NDArray[np.float32], behind: NDArray[np.bool_]) -> tuple[float, float] | None:
    usable = behind & (light.min(2) > _DARK) & (light.max(2) < _CLIPPED)
    if usable.sum() < _LEAST or usable.sum() < _NEUTRAL_SHARE * behind.sum():
        return _white(light[behind])
    lab = tones.to_oklab(light[usable])
    grey = np.hypot(lab[:, 1], lab[:, 2]) < _NEUTRAL_CHROMA
    if grey.mean() < _NEUTRAL_SHARE:
        return None
    stops = np.log2(np.median(light[usable][grey], 0))
    return float(stops[0] - stops[1]), float(stops[2] - stops[1])


def _white(found: NDArray[np.float32]) -> tuple[float, float] | None:
    """A background that is burnt out is white already."""
    burnt = len(found) >= _LEAST and float((found.min(1) >= _CLIPPED).mean()) > _NEUTRAL_SHARE
    return (0.0, 0.0) if burnt else None


def curves(even: Even, found: Measured) -> NDArray[np.uint8] | None:
    """What becomes of each value of red, green and blue; None where nothing does.

    In linear light each channel goes through ``g x / (1 + (g - 1) x)``: its slope is g at black, and white
    stays white, so nothing is cut off that was not. The g that takes the median m to t is the ratio of their
    odds, t (1 - m) / (m (1 - t)).

    Args:
        even: what is wished.
        found: how the photo is lit.
    Returns:
        1x256x3 uint8, for ``cv2.LUT``.
    """
    reference = even.reference
    if reference is None or not even.wanted:
        return None
    gain = 1.0
    if even.exposure and found.light is not None:
        stops = np.clip(np.log2(reference.light / found.light), -_MOST_STOPS, _MOST_STOPS) * even.exposure
        aim = min(found.light * 2.0**stops, 0.98)
        gain = aim * (1 - found.light) / (found.light * (1 - aim))
    tint = np.zeros(3)
    if even.white and found.cast is not None:
        off = np.array([reference.red - found.cast[0], 0.0, reference.blue - found.cast[1]])
        tint = np.clip(off, -_MOST_CAST, _MOST_CAST) * even.white
    gains = gain * 2.0**tint
    if np.allclose(gains, 1, atol=0.004):
        return None
    light = tones.to_light(np.arange(256))[:, None].astype(np.float64)
    bent = gains * light / (1 + (gains - 1) * light)
    return np.rint(tones.from_light(bent)).astype(np.uint8)[None]


def bent(pixels: Pixels, table: NDArray[np.uint8]) -> Pixels:
    """Pixels after their curves.

    Args:
        pixels: HxWx3 uint8.
        table: see :func:`curves`.
    """
    return np.asarray(cv2.LUT(pixels, table), np.uint8)


def look_of(found: list[Measured]) -> Look | None:
    """The look of a set: the median of each figure over the photos that have it; None where none has."""
    lights = [one.light for one in found if one.light is not None]
    casts = [one.cast for one in found if one.cast is not None]
    if not lights:
        return None
    red, blue = np.clip(np.median(casts, 0), -4, 4) if casts else (0.0, 0.0)
    light = float(np.median(lights))
    return Look(light=round(light, 6), red=round(float(red), 6), blue=round(float(blue), 6))
