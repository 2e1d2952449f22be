"""The photo's own background out of focus, without the subject's colour in it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.framing import Placement, placed
from pipelines.compose.studio.grid import blurred
from pipelines.compose.tones import dithered, enlarged, fixed, to_light
from pipelines.photo import Matte8, Photo, Pixels
from pipelines.recipe import BlurBackdrop

Light = NDArray[np.float32]
"""HxWx3 float32, linear light."""

_SIDES: Final = {"gaussian": (8.0, 720, 2400), "disc": (16.0, 240, 1200)}
"""How many pixels the standard deviation is to have, and the least and the longest side to work at: no
more detail is left than that holds."""

_BAND: Final = 512
"""Rows that are brought to eight bits at once: a multiple of the dither's pattern."""

_RIM: Final = 0.010
"""How far round the subject its light and its soft edge reach, as a share of the canvas's longer side."""

_TAINT: Final = 32
"""From this alpha on (12 %) a pixel's colour is too much the subject's to say anything of the background."""

_HIGHLIGHTS: Final = 0.92
"""White counts for 1 / (1 - this) times as much as black in a lens's average."""


def out_of_focus(wanted: BlurBackdrop, photo: Photo, matte: Matte8, place: Placement) -> Pixels:
    """The background of a photo, blurred, over all of a canvas.

    It is blurred in linear light, as a lens does it. What the subject hides, and what of the canvas the
    photo does not reach, is filled in first from what lies around.

    Args:
        wanted: how it is blurred.
        photo: in its own frame.
        matte: HxW uint8 of the subject, of the photo's size.
        place: the canvas, and where the photo lies on it.
    Returns:
        HxWx3 uint8, of the canvas's size.
    """
    pixels, least, most = _SIDES[wanted.shape]
    small = place.within(round(min(max(pixels / wanted.radius, least), most)))
    light = filled(to_light(np.arange(256))[placed(photo.pixels, small)], _known(matte, small))
    scale = abs(float(np.linalg.det(np.array(small.matrix)[:, :2]))) ** 0.5
    sigma = max(0.3, wanted.radius * max(photo.size) * scale)
    soft = blurred(light, sigma) if wanted.shape == "gaussian" else through_a_lens(light, 2 * sigma)
    return enlarged(np.moveaxis(fixed(soft), 2, 0), place.canvas)


def softened(pixels: Pixels, sigma: float) -> Pixels:
    """A picture blurred in linear light.

    Args:
        pixels: HxWx3 uint8.
        sigma: standard deviation in pixels; less than 0.3 changes nothing.
    Returns:
        HxWx3 uint8.
    """
    if sigma < 0.3:
        return pixels
    height, width = pixels.shape[:2]
    table, step = to_light(np.arange(256)), int(sigma / 4)
    if step > 1:
        small = max(1, round(width / step)), max(1, round(height / step))
        reduced = table[cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)]
        return enlarged(np.moveaxis(fixed(blurred(reduced, sigma / step)), 2, 0), (width, height))
    result, reach = np.empty_like(pixels), int(np.ceil(4 * sigma))
    for top in range(0, height, _BAND):  # floats of a large canvas take room
        first = max(0, top - reach)
        soft = blurred(table[pixels[first : top + _BAND + reach]], sigma)
        result[top : top + _BAND] = dithered(fixed(soft[top - first :][: result[top : top + _BAND].shape[0]]))
    return result


def _known(matte: Matte8, place: Placement) -> NDArray[np.float32]:
    """How far each pixel of a canvas is background and nothing else: HxW float32, 0..1."""
    subject, rest = placed(matte, place), placed(~matte, place)
    reached = cv2.add(subject, rest) >= 254
    if not (reached & (subject < 255)).any():
        return reached.astype(np.float32)
    rim = 2 * max(1, round(_RIM * max(place.canvas))) + 1
    wide = cv2.dilate(subject, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim)))
    known = np.where(reached, np.maximum(0, 1 - wide.astype(np.float32) / _TAINT), np.float32(0))
    return known if known.any() else (reached & (subject < 255)).astype(np.float32)


def filled(light: Light, known: NDArray[np.float32]) -> Light:
    """A picture whose unknown places are filled in from around them, ever more smoothly the farther in.

    Push and pull (Gortler and others, The Lumigraph, 1996): the known is averaged over ever larger
    blocks, and each gap takes what the next larger ones know.

    Args:
        light: HxWx3.
        known: HxW float32, 0..1.
    """
    height, width = known.shape
    if known.min() == 1 or max(height, width) == 1:
        return light
    size = (width + 1) // 2, (height + 1) // 2
    share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(light * known[..., None], size, interpolation=cv2.INTER_AREA)
    average = np.asarray(sums / np.maximum(share, 1e-6)[..., None], np.float32)
    coarser = filled(average, np.minimum(1, share * 4).astype(np.float32))
    wide = cv2.resize(coarser, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide + (light - wide) * known[..., None], np.float32)


def through_a_lens(light: Light, radius: float) -> Light:
    """What a lens makes of it that is focused elsewhere: each point of light becomes a disc.

    A photo cuts bright lights off at white. They count for more here, so that they show as discs, and
    the result is still an average of what was there: nothing becomes brighter than white, nor
    changes its colour where all around is alike.

    Args:
        light: HxWx3.
        radius: of the disc, in pixels.
    """
    power = 1 / (1 - np.float32(_HIGHLIGHTS) * np.clip(light.max(axis=2), 0, 1))
    kernel = _disc(radius)
    sums = cv2.filter2D(light * power[..., None], -1, kernel, borderType=cv2.BORDER_REFLECT)
    weights = cv2.filter2D(power, -1, kernel, borderType=cv2.BORDER_REFLECT)
    return np.asarray(sums / np.maximum(weights, 1e-6)[..., None], np.float32)


def _disc(radius: float) -> NDArray[np.float32]:
    """A disc of so many pixels with a smooth rim, whose sum is 1."""
    half = int(np.ceil(radius)) + 1
    away = np.hypot(*np.mgrid[-half : half + 1, -half : half + 1])
    disc = np.clip(radius - away + 0.5, 0, 1)
    return np.asarray(disc / disc.sum(), np.float32)
