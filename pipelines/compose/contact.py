"""Contact shadows: the dark seam under what stands on the ground, and the pool under a vehicle."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipelines.compose.composite import Veil
from pipelines.compose.ground import Ground, Stance, box_round
from pipelines.compose.patch import Floats, Patch, softened
from pipelines.recipe import CarShadow, ContactShadow, parse_color

_GRID: Final = 640
"""Cells along the longer side of the subject's box: the seam is a few of them high."""

_SEAM: Final = 0.005
"""Blur of the dark seam under a foot, as a share of the subject's longer side."""

_FLAT: Final = 0.42
"""How high the ground's shapes look against their width, seen from the height of a camera."""

_NEAR: Final = 0.05
"""Height above the ground, as a share of the piece's, from which on hardly any light is kept away."""

_FLOOR: Final = 0.16
"""How high above the ground, as a share of its height, a vehicle's floor is at most."""


def contact_veil(shadow: ContactShadow, ground: Ground, canvas: tuple[int, int]) -> Veil | None:
    """The contact shadow of everything that stands.

    Args:
        shadow: what is wanted.
        ground: where the subject stands.
        canvas: (height, width).
    Returns:
        None where nothing stands.
    """
    unit = ground.patch.box.longer
    room = box_round(ground, 0.03 + 3 * shadow.softness, 0.03 + 3 * shadow.softness)
    patch = Patch.over(room, canvas, _GRID / unit)
    seams = [_seam(stance, patch, unit, shadow.softness) for stance in ground.stances if _stands(stance)]
    if not seams:
        return None
    return Veil(parse_color(shadow.color)[:3], patch.enlarged(_joined(seams) * shadow.opacity), patch.at)


def car_veil(shadow: CarShadow, ground: Ground, canvas: tuple[int, int]) -> Veil | None:
    """The pool of shadow under a vehicle, with the seams under its wheels.

    Args:
        shadow: what is wanted.
        ground: where the subject stands.
        canvas: (height, width).
    Returns:
        None where nothing stands.
    """
    unit = ground.patch.box.longer
    reach = shadow.spread + 3 * shadow.softness + 0.03
    patch = Patch.over(box_round(ground, reach, reach), canvas, _GRID / unit)
    standing = [stance for stance in ground.stances if _stands(stance)]
    if not standing:
        return None
    pools = [_pool(stance, patch, unit, shadow) for stance in standing]
    seams = [_seam(stance, patch, unit, shadow.softness) for stance in standing]
    dark = _joined([*(pool * 0.85 for pool in pools), *(seam * 0.75 for seam in seams)])
    return Veil(parse_color(shadow.color)[:3], patch.enlarged(dark * shadow.opacity), patch.at)


def _stands(stance: Stance) -> bool:
    return bool(stance.standing().max() > 0)


def _joined(darkness: list[Floats]) -> Floats:
    """Several shadows of different causes: what light the one leaves the other takes."""
    light = np.ones_like(darkness[0])
    for one in darkness:
        light *= 1 - np.clip(one, 0, 1)
    return np.asarray(1 - light, np.float32)


def _seam(stance: Stance, patch: Patch, unit: int, softness: float) -> Floats:
    """The seam under each foot, and softer what keeps the light away round it: hxw in [0, 1]."""
    columns, height = patch.columns(), patch.scale[1] * unit
    foot = patch.down(stance.at(columns, stance.ground))
    feet = np.interp(columns, stance.columns, stance.standing(), left=0, right=0).astype(np.float32)
    near = np.interp(columns, stance.columns, _nearness(stance), left=0, right=0).astype(np.float32)
    layers = []
    for share, sigma, strength in ((feet, _SEAM, 0.85), (feet, 0.45 * softness, 0.7), (near, softness, 0.75)):
        flat = sigma * _FLAT * height
        drawn = _filled(patch, foot - 2.5 * flat, foot + 0.8 * flat, share)
        soft = softened(drawn, sigma * unit * patch.scale[0], flat)
        layers.append(strength * (1 - np.exp(-1.8 * soft)))
    return _joined(layers)


def _nearness(stance: Stance) -> Floats:
    """How much light each column keeps away from the ground below it: less, the higher above it is."""
    low = np.where(np.isfinite(stance.low), stance.low, -np.inf)
    near = np.exp(-(stance.ground - low) / (_NEAR * stance.height))
    return np.asarray(np.maximum(np.where(stance.cut, 0, near), stance.standing()), np.float32)


def _pool(stance: Stance, patch: Patch, unit: int, shadow: CarShadow) -> Floats:
    """What lies under the whole length of a vehicle, rounded at its ends: hxw in [0, 1]."""
    columns = patch.columns()
    across, down = patch.scale
    left, right = _floor_span(stance, unit)
    spread = shadow.spread * unit
    place = (columns - (left + right) / 2) / max(1.0, (right - left) / 2 + spread - shadow.softness * unit)
    bulge = np.sqrt(np.clip(1 - np.abs(place) ** 2.5, 0, 1)).astype(np.float32)
    line = patch.down(stance.at(columns, _hull(stance)))
    low = patch.down(stance.at(columns, np.where(np.isfinite(stance.low), stance.low, stance.ground)))
    thick = spread * _FLAT * down * bulge
    # Up to the vehicle's floor, and no higher than that of a truck.
    top = (
        np.maximum(np.minimum(low, line), line - _FLOOR * min(stance.height, 0.45 * (right - left)) * down)
        - 0.04 * unit * down * bulge
    )
    pool = _filled(patch, top, line + thick, (bulge > 0).astype(np.float32))
    sigma = shadow.softness * unit
    return softened(pool, 1.5 * sigma * across, sigma * _FLAT * 1.5 * down)


def _floor_span(stance: Stance, unit: int) -> tuple[float, float]:
    """From where to where a vehicle's floor reaches: its whole length, but not far beyond its wheels."""
    here = stance.columns[np.isfinite(stance.low)]
    feet = stance.columns[stance.weight > 0]
    over = 0.3 * float(feet[-1] - feet[0]) + 0.04 * unit
    return max(float(here[0]), float(feet[0]) - over), min(float(here[-1]), float(feet[-1]) + over)


def _hull(stance: Stance) -> Floats:
    """The lower hull of the feet, and beyond them level: the near side of the footprint."""
    feet = np.flatnonzero(stance.weight > 0)
    kept: list[int] = []
    for at in feet.tolist():
        while len(kept) > 1 and _above(stance, kept[-2], kept[-1], at):
            kept.pop()
        kept.append(at)
    return np.asarray(np.interp(stance.columns, stance.columns[kept], stance.ground[kept]), np.float32)


def _above(stance: Stance, first: int, middle: int, last: int) -> bool:
    """Whether the middle one of three feet is higher than the line between the others."""
    x, y = stance.columns, stance.ground
    share = (x[middle] - x[first]) / (x[last] - x[first])
    return bool(y[middle] <= y[first] + share * (y[last] - y[first]))


def _filled(patch: Patch, top: Floats, bottom: Floats, value: Floats) -> Floats:
    """Columns filled from top to bottom (in rows of the grid) with a value each, smooth at their ends."""
    rows = np.arange(patch.size[1], dtype=np.float32)[:, None]
    covered = np.minimum(rows + 1, bottom) - np.maximum(rows, top)
    return np.asarray(np.clip(covered, 0, 1) * value, np.float32)
