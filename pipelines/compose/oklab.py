"""OKLab, a perceptual colour space (Björn Ottosson, 2020: bottosson.github.io/posts/oklab)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_TO_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB: Final = np.linalg.inv(_TO_LAB)
_FROM_CONES: Final = np.linalg.inv(_TO_CONES)


def to_linear(values: Floats) -> Floats:
    """SRGB's coded values as amounts of light, all in [0, 1] (IEC 61966-2-1)."""
    return np.asarray(
        np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4), np.float32
    )


def from_linear(light: Floats) -> Floats:
    """Amounts of light as sRGB's coded values, all in [0, 1]; what is beyond is clipped."""
    light = np.clip(light, 0, 1)
    return np.asarray(
        np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055), np.float32
    )


def to_oklab(coded: Floats) -> Floats:
    """SRGB (...x3 in [0, 1], coded) as OKLab: lightness in [0, 1], green to red, blue to yellow."""
    return np.asarray(np.cbrt(to_linear(coded) @ _TO_CONES.T) @ _TO_LAB.T, np.float32)


def from_oklab(lab: Floats) -> Floats:
    """OKLab as sRGB (...x3 in [0, 1], coded).

    A colour that sRGB does not hold moves towards the grey of its lightness until it does, so that
    no channel is clipped and no hue turns.
    """
    light = (lab.astype(np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T
    grey = np.clip(lab[..., :1], 0, 1).astype(np.float64) ** 3
    over = light.max(axis=-1, keepdims=True) - grey
    under = grey - light.min(axis=-1, keepdims=True)
    room = np.minimum((1 - grey) / np.maximum(over, 1e-9), grey / np.maximum(under, 1e-9))
    return from_linear(np.asarray(grey + (light - grey) * np.minimum(room, 1), np.float32))
