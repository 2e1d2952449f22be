"""The smart brush: a stroke that grows to the real edge.

What the brush paints in full is known, a band about the stroke is not, and beyond the band
the matte stands as it is. Which side the band's cells belong to is a cut of least cost through a grid
(Rother, Kolmogorov and Blake, "GrabCut: interactive foreground extraction using iterated graph
cuts", 2004): colours like the known subject's or like the known background's are cheap, and so is
a cut along an edge of the photo. The answer is a coarse matte, of which the refinement makes
one with the photo's own edges (:mod:`pipelines.matting.refine`).

On 16 photos of evaluation sets on which a small network failed, at 400 to 1600 pixels, one stroke
along the middle of the largest error, 0.4 to 1 times as wide as it, took the mean error about it from
133 thousandths of full scale to 59..68; plain painting took it to 77..108.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.matting.brush import Floats, Line, patches
from pipelines.matting.refine import refine_matte
from pipelines.photo import Matte8, Pixels

REACH: Final = 3.0
"""How far from a stroke's line the edge is looked for, in radii of the brush."""

_FADE: Final = 0.75
"""Over the last so many radii of its reach a stroke has less and less effect, if there is no edge."""

_BEYOND: Final = 2.0
"""How much more is looked at, to learn the colours there, in radii."""

_FINE: Final = 8
_CELLS: Final = 16_000
"""Cells along a radius where the photo has as many pixels, and in all at most."""

_TURNS: Final = 2
"""How often colours are learnt and the cut is made anew."""

_SURE: Final = (10, 245)
"""A matte up to the first is sure background, from the second on sure subject: between is haze."""

_HALF: Final = 128
_LEAST_KNOWN: Final = 0.2
"""However soft the brush, this share of its radius is known: without that there is nothing to learn from."""

_BLUR: Final = 0.7
"""Standard deviation in cells by which the cut, which is a staircase, is smoothed."""


def grow(pixels: Pixels, matte: Matte8, line: Line, hardness: float, *, keep: bool) -> None:
    """Bring a stroke's surroundings to one side, as far as the real edge, in place.

    Nothing farther from the line than :data:`REACH` radii and a little is changed, and only what
    hangs together with the stroke. Keeping never takes anything away, and erasing adds nothing.

    Args:
        pixels: HxWx3 uint8, the photo.
        matte: HxW uint8.
        line: the stroke's, at the matte's size.
        hardness: the share of the brush's radius that is known.
        keep: whether the stroke says subject, or background.
    """
    here = line.box((REACH + _BEYOND) * line.radius, matte.shape)
    window, old = np.ascontiguousarray(pixels[here]), np.ascontiguousarray(matte[here])
    if not old.size:
        return
    grid = _grid(old.shape, line.radius)
    distance = _from_line(line, here, old.shape, grid)
    before = np.asarray(cv2.resize(old, grid[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    colours = np.asarray(cv2.resize(window, grid[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    marked = _marked(before, distance, max(_LEAST_KNOWN, hardness), keep=keep)
    subject = _cut(colours, marked)
    unlike = before < _SURE[1] if keep else before > _SURE[0]
    turned = _hanging_together((subject == keep) & unlike & (distance <= REACH), distance <= 1)
    share = turned * ((REACH - distance) / _FADE).clip(0, 1)
    coarse = cv2.GaussianBlur(subject.astype(np.float32), (0, 0), _BLUR)
    matte[here] = _towards(old, refine_matte(window, np.asarray(coarse, np.float32)), share, keep=keep)


def _grid(shape: tuple[int, ...], radius: float) -> tuple[int, int]:
    """The (height, width) in cells for a window of (height, width) pixels."""
    scale = min(1.0, _FINE / radius, float(np.sqrt(_CELLS / (shape[0] * shape[1]))))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def _from_line(
    line: Line, here: tuple[slice, slice], shape: tuple[int, ...], grid: tuple[int, int]
) -> Floats:
    """How far each cell of a window's grid is from the line, in radii; endless beyond the band."""
    scale = np.array([grid[1] / shape[1], grid[0] / shape[0]], np.float32)
    corner = np.array([here[1].start, here[0].start], np.float32)
    radius = line.radius * float(scale.mean())
    small = Line((line.starts - corner) * scale, (line.ends - corner) * scale, radius)
    distance = np.full(grid, np.inf, np.float32)
    for patch in patches(small, grid, REACH * radius + 1):
        distance[patch.rows, patch.columns] = patch.distance / np.float32(radius)
    return distance


def _marked(before: Matte8, distance: Floats, known: float, *, keep: bool) -> NDArray[np.uint8]:
    """What is known, and likely, of each cell, in GrabCut's words; hxw uint8."""
    kept, other = (cv2.GC_FGD, cv2.GC_BGD) if keep else (cv2.GC_BGD, cv2.GC_FGD)
    likely = cv2.GC_PR_FGD if keep else cv2.GC_PR_BGD
    subject, background = before >= _SURE[1], before <= _SURE[0]
    same, opposite = (subject, background) if keep else (background, subject)
    marked = np.where(before >= _HALF, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marked[same] = kept
    marked[opposite & (distance > REACH)] = other
    marked[(distance <= 1) & ~same] = likely
    marked[distance <= known] = kept
    return marked


def _cut(colours: Pixels, marked: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which cells are subject; the same for the same cells, on every thread."""
    subject = (marked == cv2.GC_FGD) | (marked == cv2.GC_PR_FGD)
    if subject.all() or not subject.any():
        return np.asarray(subject, np.bool_)
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65), np.float64), np.zeros((1, 65), np.float64)
    cv2.grabCut(colours, marked, (0, 0, 1, 1), *models, _TURNS, cv2.GC_INIT_WITH_MASK)
    return np.asarray((marked == cv2.GC_FGD) | (marked == cv2.GC_PR_FGD), np.bool_)


def _hanging_together(turned: NDArray[np.bool_], stroke: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those connected parts of what turned that the stroke touches."""
    count, parts = cv2.connectedComponents(turned.astype(np.uint8), connectivity=8)
    touched = np.zeros(count, bool)
    touched[parts[stroke]] = True
    touched[0] = False
    return np.asarray(touched[parts], np.bool_)


def _towards(old: Matte8, new: Matte8, share: Floats, *, keep: bool) -> Matte8:
    """The old matte, moved to the new one by a share (hxw, 0..1) of each cell, and fading out about it."""
    wide = cv2.dilate(np.rint(share * 255).astype(np.uint8), np.ones((5, 5), np.uint8))
    weight = cv2.resize(cv2.blur(wide, (3, 3)), old.shape[::-1], interpolation=cv2.INTER_LINEAR)
    missing = cv2.subtract(new, old) if keep else cv2.subtract(old, new)  # never less than nothing
    step = cv2.multiply(missing, weight, scale=1 / 255)
    return np.asarray(cv2.add(old, step) if keep else cv2.subtract(old, step), np.uint8)
