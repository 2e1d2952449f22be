"""What is drawn round a subject: an outline as a sticker has it, and a glow."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipelines.compose.composite import Veil
from pipelines.compose.patch import Floats, Patch, shares, softened
from pipelines.compose.subject import Subject
from pipelines.photo import Matte8
from pipelines.recipe import Glow, Outline, parse_color

_FINE: Final = 12
"""Cells of the grid to the outline's width: its outer side is that smooth."""
_FINEST: Final = 3
"""Cells to a pixel, at most."""
_SMOOTH: Final = 0.8
"""Blur of the distances, in cells."""
_LEVELS: Final = (32, 96, 160, 224)
"""Alphas from which on a cell is subject: as many edges, each at another part of a cell."""
_BEYOND: Final = 0.25
"""How far beyond the middle of the outermost cells their edge lies, in cells: half a cell where it is level
or upright, none where it slants."""
_STRIP: Final = 512


def outline_veil(outline: Outline, subject: Subject) -> Veil | None:
    """A line of even width round the subject, and under it.

    The distance from the subject is taken on a grid that is as fine as the line needs it (Felzenszwalb and
    Huttenlocher, 2012), and cut at the width at the canvas's own pixels: a distance varies so evenly
    that its edge is sharp and smooth at any size (Green, 2007).

    Args:
        outline: what is wanted.
        subject: on its canvas.
    Returns:
        None for no line, or no subject.
    """
    if subject.box is None or outline.width == 0:
        return None
    width = max(1.0, outline.width * subject.box.longer)
    scale = min(_FINEST, _FINE / width)
    room = round(width * (1 + 2 / _FINE)) + 3  # with the cells in which it ends
    patch = Patch.over(subject.box.wider(room), subject.size, 1.0)
    distance = _distance(subject.matte, patch, scale)
    return Veil(parse_color(outline.color)[:3], _cut(distance, patch, width), patch.at)


def _distance(matte: Matte8, patch: Patch, scale: float) -> Floats:
    """How far each cell is from the subject, in pixels of the canvas; no more than 0 inside."""
    box = patch.box
    part = matte[box.top : box.bottom, box.left : box.right]
    size = max(2, round(part.shape[1] * scale)), max(2, round(part.shape[0] * scale))
    grid = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    distance = np.zeros(size[::-1], np.float32)
    for level in _LEVELS:
        outside = (grid < level).view(np.uint8)
        if outside.all():
            return np.full(distance.shape, box.longer, np.float32)
        distance += cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(
        softened(np.asarray(distance / len(_LEVELS) - _BEYOND, np.float32), _SMOOTH) / scale, np.float32
    )


def _cut(distance: Floats, patch: Patch, width: float) -> Matte8:
    """Opaque up to the width, with an edge of a pixel: HxW uint8 of the patch's box."""
    box = patch.box
    size = box.right - box.left, box.bottom - box.top
    full = cv2.resize(distance, size, interpolation=cv2.INTER_LINEAR)
    alpha = np.empty((size[1], size[0]), np.uint8)
    for start in range(0, size[1], _STRIP):
        part = full[start : start + _STRIP]
        alpha[start : start + _STRIP] = np.rint(np.clip(width - part + 0.5, 0, 1) * 255)
    return alpha


def glow_veil(glow: Glow, subject: Subject, outline: Outline) -> Veil | None:
    """A halo round the subject, or round its outline.

    Args:
        glow: what is wanted.
        subject: on its canvas.
        outline: what is drawn round the subject, too.
    Returns:
        None for no halo, or no subject.
    """
    if subject.box is None or glow.size == 0:
        return None
    unit = subject.box.longer
    sigma = max(0.5, glow.size * unit / 2)
    reach = round(3 * sigma + outline.width * unit) + 2
    patch = Patch.over(subject.box.wider(reach), subject.size, 4 / sigma)
    across, down = patch.scale
    # From a little further out, so that the rim of thin parts is as bright as any.
    wider = round((outline.width * unit + 0.5 * sigma) * across)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * wider + 1, 2 * wider + 1))
    shape = np.asarray(cv2.dilate(patch.reduced(subject.matte), disc), np.uint8)
    soft = softened(shares(shape), sigma * across, sigma * down)
    halo = np.clip(1.6 * soft, 0, 1) ** 1.3
    return Veil(
        parse_color(glow.color)[:3], patch.enlarged(np.asarray(halo * glow.opacity, np.float32)), patch.at
    )
