"""Cast shadows: the subject's shape thrown on level ground, softer and lighter away from its feet.

Each point of the subject falls on the ground at a distance from its foot that is its height times
the lamp's slant; seen from the height of a camera, what goes towards the back is foreshortened. The
shape is drawn in bands of height, each with its own blur, that add up to one shadow (the penumbra
of a lamp that is not a point grows with the height of what throws it).
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np

from pipelines.compose.composite import Veil
from pipelines.compose.ground import Ground, Stance
from pipelines.compose.patch import Floats, Patch, shares, softened
from pipelines.compose.subject import Box
from pipelines.photo import Matte8
from pipelines.recipe import CastShadow, parse_color

_GRID: Final = 512
_FLAT: Final = 0.42
"""How long the ground's lengths away from the viewer look against those across."""
_LEAST: Final = 0.07
"""A shadow that falls just sideways still has some extent towards the back, as bodies have depth."""
_BANDS: Final = 5
_SHARPEST: Final = 0.002
"""Blur at the feet, as a share of the subject's longer side."""


def cast_veil(shadow: CastShadow, ground: Ground, matte: Matte8) -> Veil | None:
    """The cast shadow of everything that stands, and of what the picture's lower edge cuts off.

    Args:
        shadow: what is wanted.
        ground: where the subject stands.
        matte: HxW uint8, of the subject on its canvas.
    Returns:
        None where nothing stands.
    """
    box, unit = ground.patch.box, ground.patch.box.longer
    aside, back = slant(shadow)
    tall = max((stance.height for stance in ground.stances), default=0)
    room = round(3 * shadow.softness * unit) + 2
    reach = Box(
        box.left - room + min(0, round(aside * tall)),
        min(box.top, box.bottom - round(max(back, 0) * tall)) - room,
        box.right + room + max(0, round(aside * tall)),
        box.bottom + room + max(0, round(-back * tall)),
    )
    patch = Patch.over(reach, (matte.shape[0], matte.shape[1]), _GRID / unit)
    grid = ground.patch.reduced(matte)
    dark = np.zeros((patch.size[1], patch.size[0]), np.float32)
    for stance in ground.stances:
        if stance.weight.max() > 0:
            np.maximum(dark, _thrown(shadow, stance, ground.patch, grid, patch), out=dark)
    if not dark.any():
        return None
    return Veil(parse_color(shadow.color)[:3], patch.enlarged(dark * shadow.opacity), patch.at)


def slant(shadow: CastShadow) -> tuple[float, float]:
    """How far a point at height 1 falls to the right and towards the back, as seen in the picture."""
    angle = math.radians(shadow.direction)
    back = _FLAT * math.cos(angle)
    if abs(back) < _LEAST:
        back = math.copysign(_LEAST, back)
    return shadow.length * math.sin(angle), shadow.length * back


def _thrown(shadow: CastShadow, stance: Stance, source: Patch, grid: Matte8, patch: Patch) -> Floats:
    """The shadow of one piece on a patch of the ground: hxw in [0, 1]."""
    rows, columns = np.nonzero(stance.piece & (grid > 8))
    alpha = shares(grid[rows, columns])
    x, y = source.columns()[columns], source.rows()[rows]
    foot, height = _heights(stance, columns, x, y)
    aside, back = slant(shadow)
    across, down = patch.scale
    to_column = np.floor((x + aside * height - patch.box.left) * across).astype(np.int64)
    to_row = np.floor((foot - back * height - patch.box.top) * down).astype(np.int64)
    share = np.clip(height / stance.height, 0, 1)
    inside = (to_column >= 0) & (to_column < patch.size[0]) & (to_row >= 0) & (to_row < patch.size[1])
    inside &= height > -0.02 * stance.height
    place = (to_row * patch.size[0] + to_column)[inside]
    alpha, share = (alpha * (1 - shadow.fade * share))[inside], share[inside]
    unit = source.box.longer
    total = np.zeros((patch.size[1], patch.size[0]), np.float32)
    for band in range(_BANDS):
        middle = band / (_BANDS - 1)
        part = np.clip(1 - np.abs(share - middle) * (_BANDS - 1), 0, 1)
        sigma = (
            _SHARPEST + (shadow.softness - _SHARPEST) * middle
            if shadow.softness > _SHARPEST
            else shadow.softness
        ) * unit
        total += softened(_splat(place, alpha * part, patch), sigma * across)
    return np.clip(total, 0, 1)


def _heights(stance: Stance, columns: np.ndarray, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Where each point's foot is, and how high it is above: low down on its own foot, above on the level."""
    own = stance.ground[columns]
    level = stance.level(x)
    rise = np.clip((own - y) / (0.3 * stance.height), 0, 1)
    share = rise * rise * (3 - 2 * rise)
    foot = own + (level - own) * share
    return foot, foot - y


def _splat(place: np.ndarray, alpha: Floats, patch: Patch) -> Floats:
    """Points dropped on a grid, the darkest wins; gaps between neighbours are closed."""
    there = alpha > 0
    plane = np.zeros(patch.size[1] * patch.size[0], np.float32)
    np.maximum.at(plane, place[there], alpha[there])
    return np.asarray(
        cv2.morphologyEx(
            plane.reshape(patch.size[1], patch.size[0]), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)
        ),
        np.float32,
    )
