"""The foreground: the subject's own colour, freed from the old background."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from pipelines.errors import ShapeError
from pipelines.matting.layers import Floats, Indices, estimate_layers, soft_pixels
from pipelines.photo import Matte8, Pixels

# Both layers are estimated on the finest grid within these limits: what the estimation
# takes grows with its cells, in memory, and with those on the subject's edge, in time.
_SCALES = (1, 2, 4, 8, 16)
_MAX_CELLS = 1_600_000
_MAX_MIXED = 250_000

# How far a pixel's colours keep to the grid's instead of explaining the pixel exactly:
# small follows a true matte, large forgives a wrong one.
_KEEP = np.float32(0.3)

# Edge pixels worked on at once, few enough for the processor's cache, and the rows they
# are looked for in, in pixels.
_CHUNK = 16_384
_STRIP = 1 << 20

# OpenCV looks colours up in pictures of sides below this only.
_REMAP_LIMIT = 32_767


def estimate_foreground(pixels: Pixels, matte: Matte8) -> Pixels:
    """Estimate the subject's own colour, without what shines through from behind.

    Colours of both layers are estimated on a grid (:mod:`pipelines.matting.layers`). At
    each edge pixel they are then moved as little as explains the photo: minimise
    ``|a F + (1 - a) B - I|^2 + k (|F - F0|^2 + |B - B0|^2)``, which Germer et al. (2020)
    solve with neighbours.

    Args:
        pixels: HxWx3 uint8, the photo.
        matte: HxW uint8, 0 is all background.
    Returns:
        HxWx3 uint8, straight colour, a new array. The photo's own pixels where ``matte`` is
        0 or 255. The same whatever the number of threads.
    Raises:
        ShapeError: the arrays are not 8 bits, or not of one height and width.
    """
    _check(pixels, matte)
    pixels, matte = np.ascontiguousarray(pixels), np.ascontiguousarray(matte)
    foreground = pixels.copy()
    soft = int(np.count_nonzero(soft_pixels(matte)))
    if not soft:
        return foreground
    scale = _scale(matte.shape[0], matte.shape[1], soft)
    layers = estimate_layers(pixels, matte, scale)
    for where in _edge(matte):
        if scale == 1:
            colours = layers[0].reshape(3, -1).take(where, axis=1)
        else:
            colours = _explained(pixels, matte, where, _looked_up(layers, where, matte.shape[1], scale))
        _place(foreground, where, colours)
    return foreground


def _check(pixels: Pixels, matte: Matte8) -> None:
    if matte.ndim != 2 or matte.dtype != np.uint8:
        raise ShapeError("matte", matte.shape, "HxW uint8")
    if pixels.shape != (*matte.shape, 3) or pixels.dtype != np.uint8:
        raise ShapeError("pixels", pixels.shape, f"{(*matte.shape, 3)} uint8, as the matte")


def _scale(height: int, width: int, soft: int) -> int:
    """The side of a grid cell, for a picture with so many soft pixels."""
    possible = [
        scale
        for scale in _SCALES
        if scale == 1 or (scale <= min(height, width) and max(height, width) // scale < _REMAP_LIMIT)
    ]
    for scale in possible:
        if height * width <= _MAX_CELLS * scale**2 and soft <= _MAX_MIXED * scale**2:
            return scale
    return possible[-1]


def _edge(matte: Matte8) -> Iterator[Indices]:
    """Flat indices of the soft pixels, some at a time."""
    flat = matte.reshape(-1)
    for start in range(0, flat.size, _STRIP):
        found = np.flatnonzero(soft_pixels(flat[start : start + _STRIP])) + start
        for first in range(0, len(found), _CHUNK):
            yield found[first : first + _CHUNK]


def _looked_up(layers: Floats, where: Indices, width: int, scale: int) -> Floats:
    """The grid's colours at some pixels, between cells: 2x3xn."""
    row = where // width
    column = where - row * width
    x, y = (((at + 0.5) / scale - 0.5).astype(np.float32)[np.newaxis] for at in (column, row))
    planes = layers.reshape(6, *layers.shape[2:])
    found = [cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0] for plane in planes]
    return np.stack(found).reshape(2, 3, -1)


def _explained(pixels: Pixels, matte: Matte8, where: Indices, colours: Floats) -> Floats:
    """The subject's colours (3xn) near the grid's that explain the photo."""
    alpha = matte.reshape(-1).take(where) * np.float32(1 / 255)
    rest = 1 - alpha
    subject, background = colours
    unexplained = pixels.reshape(-1, 3).take(where, axis=0).T - alpha * subject - rest * background
    unexplained *= alpha / (alpha * alpha + rest * rest + _KEEP)
    explained: Floats = unexplained + subject
    return explained


def _place(foreground: Pixels, where: Indices, colours: Floats) -> None:
    """Round colours (3xn) into the picture, in place."""
    values = np.empty((len(where), 3), np.uint8)
    values[:] = np.rint(colours).clip(0, 255).T
    # A pixel as one item of three bytes: numpy places those twice as fast as rows of three.
    foreground.reshape(-1, 3).view("V3")[:, 0][where] = values.view("V3")[:, 0]
