"""What the photo's colours say about a coarse matte.

Where subject and background differ in colour, the matte is locally a line through colour
space, ``a = k . I + b`` (Levin, Lischinski and Weiss, "A closed-form solution to natural
image matting", 2008, section 2; He, Sun and Tang, "Guided image filtering", 2013, section
3.1). The lines are fitted on a small grid and then read at every pixel of the full-size
photo, as in He and Sun, "Fast guided filter" (2015, arXiv 1505.00996): a mean over a cell of
the photo is on the same line as its pixels, so that nothing is lost by it but time.

Three things are done otherwise than there:

* Cells count by how sure the coarse matte is of them. A network's edge is blurred; were its
  greys believed, every edge would come out grey.
* The window is the smallest of a few that sees both layers and tells them apart, so that a
  sharp matte keeps its detail and a blurred or misplaced one still finds sure colours.
* A line pulls the two classes' means together by the share of the matte it cannot explain
  (the coefficient of determination). They are put back to 0 and 1, what lies within part of
  a standard deviation of its class counts as pure, and the same share says how far the
  line is to be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Matte, Pixels

Floats = NDArray[np.float32]

_CELLS: Final = 300_000
"""Cells of the grid, but for rounding, at most. Two thirds or twice as many give mattes as good."""

_LONGEST: Final = 32_000
"""Longest side of the grid: OpenCV looks values up in pictures below 32,767 only."""

_RADII: Final = (0.0045, 0.0135, 0.04)
"""Window radii, as shares of the square root of the grid's area."""

_NOISE: Final = np.float32(4e-4)
"""Variance of colour (1 is full scale) that means nothing: sensor noise, JPEG."""

_LEAST: Final = np.float32(1e-3)
"""What a cell in full doubt still counts."""

_SURE: Final = np.float32(0.03)
"""Mean sureness of a window from which its line is trusted rather than not."""

_RANGE: Final = (np.float32(0.6), np.float32(0.9))
"""How much of 0..1 a coarse matte must span in a window for its line to count: in the
largest window, and in those before it; fully from this much more on."""

_EXPLAINED: Final = np.float32(0.5)
"""Lines that explain less are not stretched further."""

_PURE: Final = np.float32(0.25)
"""Of two equal classes a half apart from their mean, the standard deviation is half the root
of unexplained over explained; half of that again counts as pure."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """A line through colour space for each cell of a grid.

    Attributes:
        lines: 4xhxw float32: factors of red, green and blue (0..255) and a constant. Their
            sum, clipped to [0, 1], is the matte that the colours speak for.
        trust: hxw float32 in [0, 1]; 0 where the lines mean nothing.
    """

    lines: Floats
    trust: Floats


class _Line(NamedTuple):
    factors: Floats
    constant: Floats
    explained: Floats
    mean: Floats


def weigh_evidence(pixels: Pixels, coarse: Matte) -> Evidence:
    """Fit lines through colour space to a coarse matte.

    Args:
        pixels: HxWx3 uint8.
        coarse: hxw float32 in [0, 1].
    Returns:
        The evidence on a grid of the photo's shape, of about 300,000 cells at most and at most HxW.
    """
    colours, matte = _on_grid(pixels, coarse)
    weight = np.square(2 * matte - 1) + _LEAST
    lines, trust = np.zeros((4, *matte.shape), np.float32), np.zeros_like(matte)
    left = np.ones_like(matte)
    side = float(np.sqrt(matte.size))
    for number, share in enumerate(_RADII):
        radius, largest = max(1, round(share * side)), number == len(_RADII) - 1
        line = _fitted(colours, matte, weight, radius)
        taken = left * _both_layers(matte, radius, _RANGE[not largest])
        if not largest:
            taken *= np.square(line.explained)
        lines += taken * _stretched(line)
        sure = _mean(weight, radius)
        trust += taken * line.explained * (sure / (sure + _SURE))
        left -= taken
    lines /= np.maximum(1 - left, _LEAST)
    lines[:3] /= 255
    return Evidence(lines, trust)


def _on_grid(pixels: Pixels, coarse: Matte) -> tuple[Floats, Matte]:
    """The photo as 3xhxw float32, 0..1, and the matte, both on the grid."""
    height, width = pixels.shape[:2]
    scale = min(1.0, float(np.sqrt(_CELLS / (height * width))), _LONGEST / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    colours = np.ascontiguousarray(small.transpose(2, 0, 1), np.float32)
    colours *= np.float32(1 / 255)
    how = cv2.INTER_AREA if coarse.size > size[0] * size[1] else cv2.INTER_LINEAR
    return colours, np.asarray(cv2.resize(coarse, size, interpolation=how), np.float32)


def _mean(plane: Floats, radius: int) -> Floats:
    window = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.boxFilter(plane, -1, window, borderType=cv2.BORDER_REFLECT), np.float32)


def _both_layers(matte: Matte, radius: int, enough: np.float32) -> Floats:
    """How far windows hold both sure subject and sure background, in [0, 1]."""
    window = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    span = cv2.dilate(matte, window) - cv2.erode(matte, window)
    return np.asarray(((span - enough) / (1 - enough)).clip(0, 1), np.float32)


def _fitted(colours: Floats, matte: Matte, weight: Floats, radius: int) -> _Line:
    """The weighted least-squares line of each window."""
    total = _mean(weight, radius)

    def mean_of(plane: Floats) -> Floats:
        return np.asarray(_mean(weight * plane, radius) / total, np.float32)

    mean = mean_of(matte)
    means = np.stack([mean_of(plane) for plane in colours])
    shared = np.stack([mean_of(matte * plane) for plane in colours]) - means * mean
    pairs = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
    spread = [mean_of(colours[i] * colours[j]) - means[i] * means[j] for i, j in pairs]
    factors = _solved(spread, shared)
    variance = mean_of(matte * matte) - mean * mean
    explained = ((factors * shared).sum(axis=0) / (variance + _NOISE)).clip(0, 1)
    return _Line(factors, mean - (factors * means).sum(axis=0), explained, mean)


def _solved(spread: list[Floats], shared: Floats) -> Floats:
    """Solve each cell's symmetric 3x3 system (rr, gg, bb, rg, rb, gb) by cofactors: 3xhxw."""
    rr, gg, bb = (np.maximum(square, 0) + _NOISE for square in spread[:3])
    rg, rb, gb = spread[3:]
    one, two, three = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    four, five, six = rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg
    x, y, z = shared
    solved: Floats = np.stack(
        [one * x + two * y + three * z, two * x + four * y + five * z, three * x + five * y + six * z]
    )
    solved /= np.maximum(rr * one + rg * two + rb * three, _NOISE**3)
    return solved


def _stretched(line: _Line) -> Floats:
    """A window's line with its classes' means put back to 0 and 1: 4xhxw."""
    explained = np.maximum(line.explained, _EXPLAINED)
    pure = np.minimum(_PURE * np.sqrt((1 - explained) / explained), np.float32(0.3))
    steeper = 1 / (explained * (1 - 2 * pure))
    constant = (line.constant - line.mean) * steeper + (line.mean - pure) / (1 - 2 * pure)
    return np.concatenate([line.factors * steeper, constant[np.newaxis]])
