"""Colour for pictures that are made here: linear light, OKLab, and eight bits without bands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Pixels

Light = NDArray[np.float32]
"""Linear light, 0..1, float32. Of one colour: 3; of a picture: 3xHxW, one plane after the other."""

RGB = tuple[int, int, int]
"""Red, green, blue of sRGB, 0..255."""

Fixed = NDArray[np.uint16]
"""Colour of sRGB in steps of 1/256, 0..65280: eight bits, and eight more behind the point."""

ONE: Final = 256
"""One step of 0..255, in :data:`Fixed`."""

_TO_LMS: Final = np.array(
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
_FINE: Final = 65_535
_PATTERN: Final = 64


def to_light(values: object) -> NDArray[np.float32]:
    """Linear light of sRGB values (IEC 61966-2-1).

    Args:
        values: array-like of any shape, 0..255.
    """
    share = np.asarray(values, np.float64) / 255
    low, high = share / 12.92, ((share + 0.055) / 1.055) ** 2.4
    return np.where(share <= 0.04045, low, high).astype(np.float32)


def from_light(light: NDArray[np.floating]) -> NDArray[np.float64]:
    """The sRGB values, 0..255, of linear light; what is out of range is cut off."""
    share = np.clip(np.asarray(light, np.float64), 0, 1)
    high = 1.055 * share ** (1 / 2.4) - 0.055
    return np.where(share <= 0.0031308, share * 12.92, high) * 255


def to_oklab(light: NDArray[np.floating]) -> NDArray[np.float64]:
    """OKLab (Ottosson, 2020) of linear light: lightness 0..1, and two axes of colour.

    Args:
        light: ...x3.
    """
    return np.asarray(np.cbrt(np.asarray(light, np.float64) @ _TO_LMS.T) @ _TO_LAB.T)


def from_oklab(lab: NDArray[np.floating]) -> NDArray[np.float64]:
    """Linear light of OKLab; may lie out of 0..1 where sRGB has no such colour."""
    return np.asarray((np.asarray(lab) @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T)


def lit(tone: Light, level: NDArray[np.float32]) -> Light:
    """A colour under so much light at each place: 3xHxW.

    Args:
        tone: 3.
        level: HxW, 1 leaves the colour as it is.
    """
    return tone[:, None, None] * level


def mixed(first: Light, second: Light, share: NDArray[np.float32]) -> Light:
    """Two colours or pictures mixed: 3xHxW.

    Args:
        first: 3 or 3xHxW; what is there where the share is 0.
        second: 3 or 3xHxW.
        share: HxW, 0..1.
    """
    first, second = (one[:, None, None] if one.ndim == 1 else one for one in (first, second))
    return first + (second - first) * share


def fixed(light: NDArray[np.float32]) -> Fixed:
    """Linear light as sRGB in sixteen bits, of the same shape; what is out of range is cut off."""
    steps = (np.clip(light, 0, 1) * np.float32(_FINE) + np.float32(0.5)).astype(np.uint16)
    return np.asarray(_encoding()[steps], np.uint16)


def shifted(color: RGB, lightness: float = 0.0, chroma: float = 1.0, turn: float = 0.0) -> Light:
    """A colour near another one, as linear light.

    Args:
        color: red, green, blue, 0..255.
        lightness: added, in OKLab's 0..1.
        chroma: how many times as colourful.
        turn: of the hue, in degrees.
    """
    light, a, b = to_oklab(to_light(color))
    angle = np.radians(turn)
    cos, sin = np.cos(angle), np.sin(angle)
    lab = np.array([light + lightness, (a * cos - b * sin) * chroma, (a * sin + b * cos) * chroma])
    return np.clip(from_oklab(lab), 0, 1).astype(np.float32)


def near(color: RGB, lightness: float = 0.0, chroma: float = 1.0) -> RGB:
    """The same as :func:`shifted`, as sRGB."""
    red, green, blue = (round(float(value)) for value in from_light(shifted(color, lightness, chroma)))
    return red, green, blue


@cache
def _encoding() -> Fixed:
    """The sRGB value, in :data:`Fixed`, of each of 65536 steps of linear light."""
    values = from_light(np.arange(_FINE + 1) / _FINE)
    return np.asarray(np.rint(values * ONE), np.uint16)


@cache
def _thresholds() -> Fixed:
    """A tile of thresholds 0..255, evenly spread over any neighbourhood: a lattice of rank one.

    The same in every channel, so that grey stays grey, and repeated exactly, so that files stay small.
    """
    y, x = np.mgrid[:_PATTERN, :_PATTERN]
    spread = (x * 49 + y * 37) % _PATTERN
    return np.asarray(spread * (ONE // _PATTERN) + ONE // _PATTERN // 2, np.uint16)


def dithered(values: Fixed) -> NDArray[np.uint8]:
    """Eight bits of sixteen, rounded up or down by a pattern, so that no bands show (Bayer, 1973).

    Args:
        values: HxW or HxWxC.
    """
    width = values.shape[1]
    pattern = np.tile(_thresholds(), (1, -(-width // _PATTERN)))[:, :width]
    pattern = pattern if values.ndim == 2 else pattern[..., None]
    result = np.empty(values.shape, np.uint8)
    for top in range(0, values.shape[0], _PATTERN):
        rows = values[top : top + _PATTERN]
        # What an enlargement swung over the top must not begin again at the bottom.
        raised = np.minimum(rows, 255 * ONE) + pattern[: rows.shape[0]]
        result[top : top + _PATTERN] = raised >> 8
    return result


def enlarged(planes: Iterable[Fixed], size: tuple[int, int]) -> Pixels:
    """A picture of sixteen bits at another size, in eight.

    Args:
        planes: three of hxw: red, green, blue.
        size: (width, height).
    Returns:
        HxWx3 uint8.
    """
    result = np.empty((size[1], size[0], 3), np.uint8)
    for channel, plane in enumerate(planes):  # one after the other: they take room
        whole = cv2.resize(np.ascontiguousarray(plane), size, interpolation=cv2.INTER_CUBIC)
        result[..., channel] = dithered(np.asarray(whole, np.uint16))
    return result
