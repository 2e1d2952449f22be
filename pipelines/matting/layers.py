"""The two layers a photo is mixed from: the subject's colour and the background's.

A photo ``I`` with matte ``a`` is ``a F + (1 - a) B``: three equations for six unknowns
at every pixel. As in Germer, Uelwer, Conrad and Harmeling, "Fast Multi-Level Foreground
Estimation" (2020, arXiv 2006.14970), the missing ones come from smoothness
that is asked for most where the matte changes most: minimise

    sum |a F + (1 - a) B - I|^2  +  sum (e + w |a - a'|) (|F - F'|^2 + |B - B'|^2)

over cells and their four neighbours (marked '), from one cell for the whole picture
through ever finer grids. Three things are done otherwise than there:

* A cell keeps the first and second moments of its pixels (means of ``I``, ``a``, ``a I``
  and ``a a``) instead of one sampled pixel. The pixels' data terms then add up exactly,
  and pixels of unlike matte inside a cell tell its two colours apart.
* Only cells that hold both layers are visited, those of one colour of a chessboard
  first, then the others: each can be solved on its own, in any order.
* A neighbour that has none of a layer says nothing about that layer's colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Matte8, Pixels

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

# Chosen on the lemur and on composites with known foreground, with their true mattes and
# with mattes blurred, moved, thickened and enlarged. Less smoothness follows a true matte
# more closely and overshoots more where the matte is wrong.
_SMOOTH = np.float32(0.6)
_LEAST = np.float32(1e-3)

# Coarse grids, by their cells, settle what is far from an edge, and cost next to nothing.
_SWEEPS = 2
_COARSE = 4096
_COARSE_SWEEPS = 4

# Mean mattes nearer than this to 0 or 1 count as one layer only.
_PURE = np.float32(1e-3)

# Cells worked on at once: few enough for the processor's cache.
_CHUNK = 8192


def estimate_layers(pixels: Pixels, matte: Matte8, scale: int) -> Floats:
    """Estimate the subject's and the background's colours on a grid of square cells.

    Args:
        pixels: HxWx3 uint8, C-contiguous.
        matte: HxW uint8, C-contiguous, neither 0 nor 255 somewhere.
        scale: side of a cell in pixels, 1..16, at most H and W. The ``H % scale`` rows at
            the bottom and ``W % scale`` columns on the right are not looked at.
    Returns:
        2x3xhxw float32, 0..255, h = H // scale, w = W // scale: the planes of the
        subject's colour, then the background's. Never NaN; where a layer is absent its
        colour is a guess carried over from coarser grids.
    """
    moments, mixed = _finest(pixels, matte, scale)
    levels = [moments]
    while levels[-1][0].size > 1:
        levels.append(_halved(levels[-1]))
    layers = _overall(levels[-1])
    for level in reversed(levels):
        layers = _enlarged(layers, level)
        _refine(layers, level, mixed if level is moments else _mixed(level))
    return layers


def _finest(pixels: Pixels, matte: Matte8, scale: int) -> tuple[Floats, Indices]:
    """The moments (8xhxw: means of r, g, b, a, then of a times those) and the mixed cells."""
    height, width = matte.shape[0] // scale, matte.shape[1] // scale
    whole = np.s_[: height * scale, : width * scale]
    colour = _pooled(pixels[whole], height, width)
    alpha = _pooled(matte[whole], height, width)
    soft = _pooled(cv2.inRange(matte[whole], 1, 254), height, width)
    moments = np.empty((8, height, width), np.float32)
    for channel in range(3):
        moments[channel] = colour[..., channel]
    np.multiply(alpha, np.float32(1 / 255), out=moments[3])
    np.multiply(moments[:4], moments[3], out=moments[4:])
    mixed = np.flatnonzero((soft > 0) | soft_pixels(alpha))
    if scale > 1:
        for cells in _chunks(mixed):
            moments.reshape(8, -1)[:, cells] = _exact(pixels, matte, cells, scale)
    return moments, mixed


def soft_pixels(matte: Matte8) -> NDArray[np.bool_]:
    """Where a matte (uint8) is neither 0 nor 255."""
    # 0 wraps round to 255, so that one comparison does.
    return (matte - np.uint8(1)) < np.uint8(254)


def _pooled(plane: NDArray[Any], height: int, width: int) -> NDArray[Any]:
    small = cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)
    return small.reshape(height, width, *plane.shape[2:])


def _chunks(indices: Indices) -> Iterator[Indices]:
    for start in range(0, len(indices), _CHUNK):
        yield indices[start : start + _CHUNK]


def _exact(pixels: Pixels, matte: Matte8, cells: Indices, scale: int) -> Floats:
    """The moments of some cells (8xn), summed over their pixels rather than from rounded means."""
    row = cells // (matte.shape[1] // scale)
    corner = (row * matte.shape[1] + cells - row * (matte.shape[1] // scale)) * scale
    total = np.zeros((8, len(cells)), np.float32)
    sample = np.empty((4, len(cells)), np.float32)
    for down in range(scale):
        for right in range(scale):
            at = corner + (down * matte.shape[1] + right)
            sample[:3] = pixels.reshape(-1, 3).take(at, axis=0).T
            np.multiply(matte.reshape(-1).take(at), np.float32(1 / 255), out=sample[3])
            total[:4] += sample
            sample *= sample[3].copy()
            total[4:] += sample
    return total / np.float32(scale * scale)


def _halved(moments: Floats) -> Floats:
    height, width = (moments.shape[1] + 1) // 2, (moments.shape[2] + 1) // 2
    return np.stack([_pooled(plane, height, width) for plane in moments])


def _mixed(moments: Floats) -> Indices:
    return np.flatnonzero((moments[3] > _PURE) & (moments[3] < 1 - _PURE))


def _overall(moments: Floats) -> Floats:
    """The mean colour of each layer over the whole picture, 2x3x1x1."""
    mean, share = moments[:3], moments[3, 0, 0]
    subject = moments[4:7] / share if share > _PURE else mean
    background = (mean - moments[4:7]) / (1 - share) if share < 1 - _PURE else mean
    return np.stack([subject, background]).clip(0, 255)


def _enlarged(layers: Floats, level: Floats) -> Floats:
    """Carry colours to a finer grid, with the photo's own where there is one layer only."""
    _, height, width = level.shape
    finer = np.empty((2, 3, height, width), np.float32)
    for layer, planes, pure in zip(layers, finer, (level[3] >= 1 - _PURE, level[3] <= _PURE), strict=True):
        for coarse, plane, photo in zip(layer, planes, level[:3], strict=True):
            plane[:] = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).reshape(
                plane.shape
            )
            np.copyto(plane, photo, where=pure)
    return finer


def _refine(layers: Floats, level: Floats, mixed: Indices) -> None:
    """Relax the mixed cells of one grid, in place."""
    row = mixed // level.shape[2]
    red = ((mixed - row * level.shape[2] + row) & 1).astype(bool)
    colours = layers.reshape(2, 3, -1)
    groups = [_Group.of(cells, level, colours) for half in (~red, red) for cells in _chunks(mixed[half])]
    for _ in range(_SWEEPS if level[0].size > _COARSE else _COARSE_SWEEPS):
        for group in groups:
            group.relax(colours)


@dataclass(frozen=True, eq=False)
class _Group:
    """Cells of one chessboard colour, with everything about them that stays while colours change.

    Attributes:
        cells: n flat indices.
        near: 4xn flat indices of the neighbours; a cell itself where the picture ends.
        pull: 4x2x1xn, how strongly each neighbour's subject and background pull.
        data: 2x3xn, what the photo and the coarser grid say.
        inverse: 3xn, the symmetric inverse of each cell's 2x2 system: FF, FB, BB.
    """

    cells: Indices
    near: Indices
    pull: Floats
    data: Floats
    inverse: Floats

    @classmethod
    def of(cls, cells: Indices, level: Floats, colours: Floats) -> _Group:
        """Set up the systems of some cells of a grid whose colours so far are 2x3x(hw)."""
        values = level.reshape(8, -1).take(cells, axis=1)
        near = _neighbours(cells, level.shape[1], level.shape[2])
        beside = level[3].reshape(-1).take(near)
        pull = np.empty((4, 2, 1, len(cells)), np.float32)
        pull[:, 0, 0] = pull[:, 1, 0] = _LEAST + _SMOOTH * np.abs(beside - values[3])
        pull[:, 0, 0] *= beside > _PURE
        pull[:, 1, 0] *= beside < 1 - _PURE
        data = _LEAST * colours.take(cells, axis=2)
        data[0] += values[4:7]
        data[1] += values[:3] - values[4:7]
        return cls(cells, near, pull, data, _inverse(values[3], values[7], pull.sum(axis=0)[:, 0]))

    def relax(self, colours: Floats) -> None:
        """Give each cell the colours that suit its photo and its neighbours best, in place."""
        wanted = self.data.copy()
        for near, pull in zip(self.near, self.pull, strict=True):
            wanted += colours.take(near, axis=2) * pull
        ff, fb, bb = self.inverse
        solved = np.stack([ff * wanted[0] + fb * wanted[1], fb * wanted[0] + bb * wanted[1]])
        np.clip(solved, 0, 255, out=solved)
        for plane, values in zip(colours.reshape(6, -1), solved.reshape(6, -1), strict=True):
            plane[self.cells] = values


def _neighbours(cells: Indices, height: int, width: int) -> Indices:
    row = cells // width
    column = cells - row * width
    up, down = cells - width * (row > 0), cells + width * (row < height - 1)
    return np.stack([up, down, cells - (column > 0), cells + (column < width - 1)])


def _inverse(alpha: Floats, square: Floats, pulls: Floats) -> Floats:
    """Invert [[aa + s, ab], [ab, bb + t]] with b = 1 - a: 3xn, the entries FF, FB, BB."""
    cross = alpha - square
    subject = square + pulls[0] + _LEAST
    background = (1 - alpha - cross) + pulls[1] + _LEAST
    inverse: Floats = np.stack([background, -cross, subject])
    inverse /= subject * background - cross * cross
    return inverse
