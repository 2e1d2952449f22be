"""What the photo's colours say about a coarse matte.

Where subject and background differ in colour, the matte is locally a line through colour
space, ``a = k . I + b`` (Levin, Lischinski and Weiss, "A closed-form solution to natural
image matting", 2008, section 2; He, Sun and Tang, "Guided image filtering", 2013, section
3.1). The lines are fitted on a small grid and then read at every pixel of the full-size
photo, as in He and Sun, "Fast guided filter" (2015, arXiv 1505.00996): a mean over a cell of
the photo is on the same line as its pixels, so that nothing is lost by it but time.

Five things are done otherwise than there:

* Cells count by how sure the coarse matte is of them. A network's edge is blurred; were its
  greys believed, every edge would come out grey.
* The window is the smallest of a few that sees both layers and tells them apart, so that a
  sharp matte keeps its detail and a blurred or misplaced one still finds sure colours.
* Wide windows are read on grids three and nine times coarser, on sums of the same cells:
  their lines vary slowly, and a mean of means is still a mean.
* A line pulls the two classes' means together by the share of the matte it cannot explain
  (the coefficient of determination). They are put back to 0 and 1, what lies within part of
  a standard deviation of its class counts as pure, and the same share says how far the
  line is to be trusted.
* What the lines say must be worth a change (:mod:`pipelines.matting.worth`): it is held
  against the cells nearby that the coarse matte is sure of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np

from pipelines.matting.grids import WIDER, Floats, grown, shrunk, subsampled, window_mean
from pipelines.matting.worth import worth_of
from pipelines.photo import Matte, Pixels

_CELLS: Final = 200_000
"""Cells of the grid, but for rounding, at most. Half as many again give mattes as good."""

_LONGEST: Final = 32_000
"""Longest side of the grid: OpenCV looks values up in pictures below 32,767 only."""

_RADIUS: Final = 0.0045
"""Radius of the smallest window, as a share of the square root of the grid's area."""

_LEVELS: Final = 3
"""How many windows there are, each as much wider than the one before as grids are coarser."""

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
        trust: hxw float32 in [0, 1]; 0 where the lines mean nothing or are worth no change.
    """

    lines: Floats
    trust: Floats


class _Line(NamedTuple):
    factors: Floats
    constant: Floats
    explained: Floats
    mean: Floats
    sure: Floats


def weigh_evidence(pixels: Pixels, coarse: Matte) -> Evidence:
    """Fit lines through colour space to a coarse matte.

    Args:
        pixels: HxWx3 uint8.
        coarse: hxw float32 in [0, 1].
    Returns:
        The evidence on a grid of the photo's shape, of about 200,000 cells at most and at most HxW.
    """
    colours, matte = _on_grid(pixels, coarse)
    side = float(np.sqrt(matte.size))
    found = _by_windows(_moments(colours, matte), (matte, matte), max(1, round(_RADIUS * side)))
    lines, trust = found[:4], found[4]
    lines /= np.maximum(found[5], _LEAST)
    said = (lines[:3] * colours).sum(axis=0)
    said += lines[3]
    trust *= worth_of(said.clip(0, 1), matte)
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


def _moments(colours: Floats, matte: Matte) -> Floats:
    """What the fits sum over their windows: 15xhxw float32.

    By plane: weight; weight times matte, and times its square; times each colour; times
    colour and matte; times each pair of colours (rr, gg, bb, rg, rb, gb).
    """
    moments = np.empty((15, *matte.shape), np.float32)
    moments[0] = np.square(2 * matte - 1) + _LEAST
    np.multiply(moments[0], matte, out=moments[1])
    np.multiply(moments[1], matte, out=moments[2])
    np.multiply(colours, moments[0], out=moments[3:6])
    np.multiply(colours, moments[1], out=moments[6:9])
    np.multiply(colours, moments[3:6], out=moments[9:12])
    np.multiply(colours[1:], moments[3], out=moments[12:14])
    np.multiply(colours[2], moments[4], out=moments[14])
    return moments


def _by_windows(moments: Floats, range_: tuple[Matte, Matte], radius: int, level: int = 1) -> Floats:
    """The lines of this level's windows, and of wider ones where these do not see enough.

    Args:
        moments: as from :func:`_moments`.
        range_: the least and the most of the matte in each cell.
        radius: of the windows, in cells.
        level: 1 for the smallest windows.
    Returns:
        6xhxw float32: four planes of lines, trust, and how far any line was found.
    """
    last = level == _LEVELS
    line = _fitted(moments, radius)
    taken = _both_layers(range_, radius, _RANGE[not last])
    if not last:
        taken *= np.square(line.explained)
    found = np.empty((6, *taken.shape), np.float32)
    _stretched(line, out=found[:4])
    found[4] = line.explained * (line.sure / (line.sure + _SURE))
    found[5] = 1
    found *= taken
    if not last:
        near = np.ones((WIDER, WIDER), np.uint8)
        least, most = cv2.erode(range_[0], near), cv2.dilate(range_[1], near)
        wide = _by_windows(shrunk(moments), (subsampled(least), subsampled(most)), radius, level + 1)
        np.subtract(1, taken, out=taken)
        for number, plane in enumerate(wide):
            found[number] += taken * grown(plane, taken.shape)
    return found


def _both_layers(range_: tuple[Matte, Matte], radius: int, enough: np.float32) -> Floats:
    """How far windows hold both sure subject and sure background, in [0, 1]."""
    window = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    span = cv2.dilate(range_[1], window) - cv2.erode(range_[0], window)
    return np.asarray(((span - enough) / (1 - enough)).clip(0, 1), np.float32)


def _fitted(moments: Floats, radius: int) -> _Line:
    """The weighted least-squares line of each window."""
    sums = np.stack([window_mean(plane, radius) for plane in moments])
    sure = sums[0]
    sums[1:] /= sure
    mean, means = sums[1], sums[3:6]
    variance = sums[2] - mean * mean
    shared = sums[6:9] - means * mean
    pairs = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
    spread = [plane - means[i] * means[j] for plane, (i, j) in zip(sums[9:], pairs, strict=True)]
    factors = _solved(spread, shared)
    explained = ((factors * shared).sum(axis=0) / (variance + _NOISE)).clip(0, 1)
    return _Line(factors, mean - (factors * means).sum(axis=0), explained, mean, sure)


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


def _stretched(line: _Line, out: Floats) -> None:
    """A window's line with its classes' means put back to 0 and 1, into 4xhxw."""
    explained = np.maximum(line.explained, _EXPLAINED)
    pure = np.minimum(_PURE * np.sqrt((1 - explained) / explained), np.float32(0.3))
    steeper = 1 / (explained * (1 - 2 * pure))
    np.multiply(line.factors, steeper, out=out[:3])
    out[3] = (line.constant - line.mean) * steeper + (line.mean - pure) / (1 - 2 * pure)
