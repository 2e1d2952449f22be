"""Refinement: a network's coarse matte at full size, with the photo's own edges."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.errors import ShapeError
from pipelines.matting.evidence import Evidence, weigh_evidence
from pipelines.matting.grids import Floats
from pipelines.matting.trimap import UNKNOWN, check_coarse, make_trimap
from pipelines.photo import Matte, Matte8, Pixels

Indices = NDArray[np.intp]

# The evidence counts fully from this much doubt on (1 is full scale), so that the matte
# runs on smoothly where the band ends.
_DOUBT: Final = np.float32(0.05)

# Where a cell of the evidence is more than so many pixels wide, a pixel's grain is stronger
# than its detail: colours are smoothed there by a Gaussian of this standard deviation in
# pixels, on 3x3 pixels, before they are asked.
_LARGE: Final = 2
_GRAIN: Final = 0.6

# Unknown pixels worked on at once, few enough for the processor's cache, and the pixels
# they are looked for in.
_CHUNK: Final = 16_384
_STRIP: Final = 1 << 20


def refine_matte(pixels: Pixels, coarse: Matte) -> Matte8:
    """Bring a coarse matte to the photo's size, and its edges to the photo's edges.

    Inside the trimap's unknown band, colour decides as far as it can be trusted
    (:mod:`pipelines.matting.evidence`); elsewhere, and where colours tell nothing, the
    coarse matte is only enlarged. Takes a few hundred bytes for each of at most 200,000
    cells, and one byte a pixel, beyond the result.

    Args:
        pixels: HxWx3 uint8.
        coarse: hxw float32 in [0, 1], at the network's size; the aspect ratio may differ.
    Returns:
        HxW uint8.
    Raises:
        ShapeError: the arrays are not of these kinds, or empty.
    """
    check_coarse(coarse)
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise ShapeError("pixels", pixels.shape, "HxWx3 uint8, not empty")
    pixels = np.ascontiguousarray(pixels)
    matte = enlarged(coarse, (pixels.shape[0], pixels.shape[1]))
    trimap = make_trimap(coarse, (pixels.shape[0], pixels.shape[1]))
    if not (trimap == UNKNOWN).any():
        return matte
    evidence = weigh_evidence(pixels, coarse)
    grainy = pixels.shape[0] > _LARGE * evidence.trust.shape[0]
    rows = max(1, _STRIP // pixels.shape[1])
    for top in range(0, pixels.shape[0], rows):
        strip = slice(top, top + rows)
        unknown = np.flatnonzero(trimap[strip] == UNKNOWN)
        if not unknown.size:
            continue
        colours = _smoothed(pixels, strip) if grainy else pixels[strip]
        for first in range(0, unknown.size, _CHUNK):
            _decide(matte, strip, unknown[first : first + _CHUNK], colours, evidence)
    return matte


def enlarged(coarse: Matte, size: tuple[int, int]) -> Matte8:
    """A coarse matte at another (height, width), and nothing else done to it: HxW uint8."""
    eight = np.rint(coarse * 255).astype(np.uint8)
    how = cv2.INTER_AREA if coarse.size > size[0] * size[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(eight, size[::-1], interpolation=how), np.uint8)


def _smoothed(pixels: Pixels, strip: slice) -> Pixels:
    """Some rows of the photo without the finest grain."""
    above = min(1, strip.start)
    rows = cv2.GaussianBlur(pixels[strip.start - above : strip.stop + 1], (3, 3), _GRAIN)
    return np.ascontiguousarray(rows[above : above + strip.stop - strip.start], np.uint8)


def _decide(matte: Matte8, strip: slice, where: Indices, colours: Pixels, evidence: Evidence) -> None:
    """Set some pixels of a strip (flat indices within it), by the matte's own word and the colours'."""
    part = matte[strip].reshape(-1)
    own = part.take(where) * np.float32(1 / 255)
    lines, trust = _looked_up(evidence, where + strip.start * matte.shape[1], matte.shape)
    said = (lines[:3] * colours.reshape(-1, 3).take(where, axis=0).T).sum(axis=0) + lines[3]
    trust *= (np.minimum(own, 1 - own) * (1 / _DOUBT)).clip(0, 1)
    part[where] = np.rint((own + trust * (said.clip(0, 1) - own)) * 255)


def _looked_up(evidence: Evidence, where: Indices, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """The lines (4xn) and trust (n) at some pixels, between cells."""
    height, width = evidence.trust.shape
    row = where // shape[1]
    column = where - row * shape[1]
    x = ((column + 0.5) * (width / shape[1]) - 0.5).astype(np.float32)[np.newaxis]
    y = ((row + 0.5) * (height / shape[0]) - 0.5).astype(np.float32)[np.newaxis]
    found = [
        cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]
        for plane in (*evidence.lines, evidence.trust)
    ]
    return np.stack(found[:4]), found[4]
