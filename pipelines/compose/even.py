"""Exposure and white balance of a photo, brought to those of the set that it belongs to.

Measured and changed in linear light, so that a stop is a stop. The colour of the light is told from the
background (:mod:`pipelines.compose.neutral`), the exposure from the subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose import tones
from pipelines.compose.neutral import Cast, cast_of
from pipelines.fitting import small_copy
from pipelines.photo import Matte8, Pixels
from pipelines.recipe.even import Even, Look

_SIDE: Final = 256
"""Longest side of the copy that is measured, in pixels."""

_SURE: Final = 200
"""Mattes from here on are all subject; up to what is missing to 255, all background."""

_LEAST: Final = 64
"""Pixels of the copy that must be seen of the subject before it is measured."""

_MOST_STOPS: Final = 1.5
_MOST_GAIN: Final = 2.0
_MOST_CAST: Final = 2.0
"""Stops that the subject's light is changed by at most; that shadows are, since highlights bend; and red and
blue against green taken together: more than from 3000 K to daylight is no evening out."""

_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])
"""Of linear red, green and blue (ITU-R BT.709)."""

_KNEE: Final = 0.85
"""Linear light up to which a line may go on before it bends to white."""

_STEEPEST: Final = 4.0
"""How steep a curve may end that makes darker: beyond it, what is nearly burnt out breaks into specks."""

_FLATTEST: Final = 0.1
"""How flat one may end that makes lighter: below it, highlights run together."""


@dataclass(frozen=True)
class Measured:
    """How a photo is lit.

    Attributes:
        light: median of the subject's luminance, linear in (0, 1); None where there is no subject.
        cast: see :data:`pipelines.compose.neutral.Cast`; None where it can't be told.
    """

    light: float | None
    cast: Cast | None


def measure(pixels: Pixels, matte: Matte8) -> Measured:
    """How a photo is lit.

    Args:
        pixels: HxWx3 uint8, sRGB or near it.
        matte: HxW uint8.
    """
    light = tones.to_light(small_copy(pixels, _SIDE))
    mask = small_copy(matte, _SIDE)
    subject = mask >= _SURE
    return Measured(_subject_light(light[subject]), cast_of(light, subject, mask <= 255 - _SURE))


def _subject_light(found: NDArray[np.float32]) -> float | None:
    if len(found) < _LEAST:
        return None
    return float(np.clip(np.median(found @ _LUMINANCE), 1e-3, 1 - 1e-3))


def gains(even: Even, found: Measured) -> NDArray[np.float64]:
    """How many times as much red, green and blue light a photo gets: 3, all 1 where nothing is to change.

    Args:
        even: what is wished.
        found: how the photo is lit.
    """
    reference, factors = even.reference, np.ones(3)
    if reference is None:
        return factors
    if even.white and found.cast is not None:
        red, blue = found.cast
        off = np.array([reference.red - red, 0.0, reference.blue - blue]) * even.white
        factors = 2.0 ** (off * min(1.0, _MOST_CAST / max(float(np.linalg.norm(off)), 1e-9)))
        grey = 2.0 ** np.array([red, 0.0, blue])  # what should be grey stays as light as it is
        factors *= (grey @ _LUMINANCE) / (factors * grey @ _LUMINANCE)
    if even.exposure and found.light is not None:
        stops = float(np.clip(np.log2(reference.light / found.light), -_MOST_STOPS, _MOST_STOPS))
        factors *= _gain_for(found.light, min(found.light * 2.0 ** (stops * even.exposure), 0.98))
    return factors


def _gain_for(light: float, aim: float) -> float:
    """The gain by which light becomes what is aimed at, though the curve bends: by halving."""
    low, high = 2.0**-_MOST_GAIN, 2.0**_MOST_GAIN
    for _ in range(40):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if _bent(np.array([light]), middle)[0] < aim else (low, middle)
    return float(np.sqrt(low * high))


def curves(even: Even, found: Measured) -> NDArray[np.uint8] | None:
    """What becomes of each value of red, green and blue; None where nothing does.

    Each channel gets its share more or less light (von Kries, 1902). From a knee on the line bends,
    ever steadily, so that white stays white and nothing is cut off that was not.

    Args:
        even: what is wished.
        found: how the photo is lit.
    Returns:
        1x256x3 uint8, for ``cv2.LUT``.
    """
    factors = gains(even, found)
    if np.allclose(factors, 1, atol=0.004):
        return None
    light = tones.to_light(np.arange(256)).astype(np.float64)
    table = np.stack([np.rint(tones.from_light(_bent(light, factor))) for factor in factors], axis=1)
    table[:255] = np.minimum(table[:255], 254)
    return table.astype(np.uint8)[None]


def _bent(light: NDArray[np.float64], gain: float) -> NDArray[np.float64]:
    """Light times a gain up to a knee, and from there on as steeply, to (1, 1), on a hyperbola."""
    knee = _knee(gain, _STEEPEST) if gain <= 1 else _knee(1 / gain, 1 / _FLATTEST) / gain
    reached = knee * gain
    share = np.maximum(light - knee, 0) / (1 - knee)
    steep = gain * (1 - knee) / (1 - reached)
    over = steep * share / (1 + (steep - 1) * share)
    return np.where(light <= knee, light * gain, reached + (1 - reached) * over)


def _knee(gain: float, steepest: float) -> float:
    """The latest knee from which a gain of at most 1 reaches white no steeper than so.

    The hyperbola ends with the slope s * s / gain, where s = (1 - gain * knee) / (1 - knee). What makes
    lighter is the same curve the other way round.
    """
    root = float(np.sqrt(steepest * gain))
    return float(np.clip((root - 1) / (root - gain), 0, _KNEE)) if root > 1 else 0.0


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
