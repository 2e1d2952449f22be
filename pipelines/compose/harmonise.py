"""Harmonise: the subject's exposure, white point and contrast brought towards the backdrop's.

All of it is one map of colours, the same for every pixel: it is worked out on a small lattice and
applied by a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from pipelines import colour
from pipelines.compose.oklab import from_oklab, to_oklab
from pipelines.compose.patch import Floats, shares
from pipelines.compose.subject import Box, Subject
from pipelines.photo import Pixels

_LOOK: Final = 160
"""Longest side of what statistics are taken of, in pixels."""
_LATTICE: Final = 33
_EXPOSURE: Final = 0.55
"""Power of the ratio in lightness by which it is taken over: a white cat stays white by night."""
_LEAST_GAIN, _MOST_GAIN = 0.74, 1.28
"""Lightness grows or shrinks to no more and no less than this."""
_SHOULDER: Final = 3
"""The gain is gone at white, with this power of the lightness; below the middle it hardly bends."""
_MOST_CONTRAST: Final = 0.15
"""Contrast grows or shrinks by no more than this share."""
_MOST_TINT: Final = 0.055
"""Chroma at full lightness by which the white point is moved at most."""
_DAYLIGHT: Final = np.array([0.42, 0.91])
"""The way from cool to warm light in OKLab's (a, b), near the grey axis: lamps and skies lie on it."""
_ASIDE: Final = 0.012
"""By how much at most the white point is moved off that way: grass is green, and light is not."""
_STRIP: Final = 512


@dataclass(frozen=True)
class Look:
    """What a picture looks like as a whole, in OKLab.

    Attributes:
        lightness: midway between the median and the 90th percentile: dark clothes are no dark light.
        contrast: half of what lies between the 10th and the 90th percentile of lightness.
        tint: (a, b) of its light, at a lightness of 1.
    """

    lightness: float
    contrast: float
    tint: tuple[float, float]


def harmonised(subject: Subject, backdrop: NDArray[np.uint8], amount: float, icc: bytes | None) -> Pixels:
    """The subject's colour as if it stood in the backdrop's light.

    Args:
        subject: on its canvas.
        backdrop: HxWx3 or HxWx4 uint8, of the canvas.
        amount: 0 changes nothing, 1 goes as far as looks right.
        icc: the profile of both; None is sRGB.
    Returns:
        HxWx3 uint8, a new array; changed only within the subject's box.
    """
    if subject.box is None:
        return subject.pixels
    own = _look_of_subject(subject, subject.box, icc)
    around = _look_of_backdrop(backdrop, subject.box, icc)
    if own is None or around is None:
        return subject.pixels
    return _mapped(subject, _table(own, around, amount, icc))


def _look_of_subject(subject: Subject, box: Box, icc: bytes | None) -> Look | None:
    part = np.s_[box.top : box.bottom, box.left : box.right]
    pixels, matte = _small(subject.pixels[part]), _small(subject.matte[part])
    return look_of(colour.to_srgb(pixels, icc), matte > 200)


def _look_of_backdrop(backdrop: NDArray[np.uint8], box: Box, icc: bytes | None) -> Look | None:
    """The backdrop where the subject stands, and half of its size round it."""
    wide = box.wider(box.longer // 2).common(Box(0, 0, backdrop.shape[1], backdrop.shape[0]))
    part = _small(backdrop[wide.top : wide.bottom, wide.left : wide.right])
    there = part[..., 3] > 127 if part.shape[2] == 4 else np.ones(part.shape[:2], bool)
    return look_of(colour.to_srgb(np.ascontiguousarray(part[..., :3]), icc), there)


def look_of(pixels: Pixels, there: NDArray[np.bool_]) -> Look | None:
    """What a picture looks like.

    Args:
        pixels: HxWx3 uint8, sRGB.
        there: HxW, what counts.
    Returns:
        None where hardly anything counts.
    """
    if there.sum() < 16:
        return None
    lab = to_oklab(shares(pixels[there]))
    low, middle, high = np.percentile(lab[:, 0], (10, 50, 90))
    # What is light and nearly grey shows the colour of the light (shades of grey; Finlayson, Trezzi 2004).
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    weight = lab[:, 0] ** 4 * np.exp(-((chroma / 0.09) ** 2)) + 1e-6
    tint = np.average(lab[:, 1:] / np.maximum(lab[:, :1], 0.15), axis=0, weights=weight)
    return Look(float(middle + high) / 2, float(high - low) / 2, (float(tint[0]), float(tint[1])))


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = _LOOK / max(pixels.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def tones(own: Look, around: Look, amount: float, lightness: Floats) -> Floats:
    """Lightness after the change of exposure and contrast: 0 stays 0, 1 stays 1, and order is kept.

    Exposure is a gain, as light is, that bends before white; contrast is a slope in log-odds. Neither
    clips anything.

    Args:
        own: of the subject.
        around: of the backdrop.
        amount: 0..1.
        lightness: any shape, in [0, 1].
    """
    ratio = (max(around.lightness, 0.02) / max(own.lightness, 0.02)) ** _EXPOSURE
    gain = 1 + amount * (np.clip(ratio, _LEAST_GAIN, _MOST_GAIN) - 1)
    exposed = lightness * (1 + (gain - 1) * (1 - lightness**_SHOULDER))
    ratio = ((around.contrast + 0.05) / (own.contrast + 0.05)) ** 0.5
    slope = 1 + amount * (np.clip(ratio, 1 - _MOST_CONTRAST, 1 + _MOST_CONTRAST) - 1)
    pivot = _odds(np.clip(own.lightness * gain, 0.3, 0.6))
    moved = 1 / (1 + np.exp(-(slope * (_odds(np.clip(exposed, 1e-5, 1 - 1e-5)) - pivot) + pivot)))
    return np.asarray(np.where(lightness <= 0, 0, np.where(lightness >= 1, 1, moved)), np.float32)


def _odds(share: Any) -> Any:
    """Log-odds of shares between 0 and 1."""
    return np.log(share / (1 - share))


def _shift(own: Look, around: Look) -> NDArray[np.float64]:
    """By how much the white point moves, in (a, b): along daylight's way in full, aside a little."""
    gap = np.array(around.tint) - np.array(own.tint)
    way = _DAYLIGHT / np.hypot(*_DAYLIGHT)
    along = float(gap @ way)
    aside = gap - along * way
    size = max(float(np.hypot(*gap)), 1e-9)
    # The further a colour lies from light's own, the less of it is light.
    move = 0.75 * along * abs(along) / size * way
    return _no_longer(move, _MOST_TINT) + _no_longer(0.5 * aside, _ASIDE)


def _no_longer(move: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    return np.asarray(move * min(1.0, most / max(float(np.hypot(*move)), 1e-9)))


def _table(own: Look, around: Look, amount: float, icc: bytes | None) -> ImageFilter.Color3DLUT:
    """The map of colours on a lattice, in the photo's colour space."""
    steps = np.linspace(0, 255, _LATTICE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    lattice = np.rint(np.stack([red, green, blue], axis=-1)).astype(np.uint8).reshape(_LATTICE, -1, 3)
    srgb = colour.to_srgb(lattice, icc)
    lab = to_oklab(shares(srgb))
    lightness = tones(own, around, amount, lab[..., 0])
    scale = np.clip(lightness / np.maximum(lab[..., 0], 1e-3), 0, 1.35)[..., None]
    tinted = lab[..., 1:] * scale + amount * _shift(own, around) * lightness[..., None]
    after = from_oklab(np.asarray(np.concatenate([lightness[..., None], tinted], axis=-1), np.float32))
    if icc is None:
        result = after
    else:  # only the change is taken over: a colour beyond sRGB stays beyond it
        moved = colour.from_srgb(np.rint(after * 255).astype(np.uint8), icc).astype(np.float32)
        same = colour.from_srgb(srgb, icc).astype(np.float32)
        result = np.clip(lattice + moved - same, 0, 255) / 255
    return ImageFilter.Color3DLUT(_LATTICE, result.reshape(-1).tolist())


def _mapped(subject: Subject, table: ImageFilter.Color3DLUT) -> Pixels:
    assert subject.box is not None  # noqa: S101  (asked for by the caller)
    box = subject.box.wider(2).common(Box(0, 0, subject.size[1], subject.size[0]))
    result = subject.pixels.copy()
    for top in range(box.top, box.bottom, _STRIP):
        part = result[top : min(top + _STRIP, box.bottom), box.left : box.right]
        part[:] = np.asarray(Image.fromarray(np.ascontiguousarray(part)).filter(table))
    return result
