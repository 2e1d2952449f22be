"""A round podium before a niche in the wall, under a soft light from the left."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from pipelines.compose.studio.grid import Grid, Plane, smooth
from pipelines.compose.tones import RGB, Light, lit, mixed, shifted, to_light

COLOR: Final = (229, 216, 205)

_FLAT: Final = 0.20
"""How flat a circle lies, seen from a little above."""


class _Podium(NamedTuple):
    """Lengths in shares of the longer side; places from the middle."""

    top: float
    high: float
    radius: float

    def circle(self, grid: Grid, level: float, size: float, right: float = 0.0) -> Plane:
        """How far inside a circle lying flat each place is, of ``size`` times the podium's radius."""
        radius = size * self.radius
        away = np.hypot((grid.x - right) / radius, (grid.y - level) / (radius * _FLAT))
        return np.asarray((1 - away) * np.float32(radius * _FLAT), np.float32)


def accent_of(color: RGB) -> RGB:
    """The podium itself."""
    return color


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    across, down = grid.reach
    podium = _Podium(down * 0.54, 0.07, min(0.30, across * 0.78))
    ground = down * 0.54 - podium.radius * _FLAT - 0.02  # where wall and floor meet
    light = _room(grid, color, ground)
    light = _niche(light, grid, shifted(color, -0.045, 1.12), (ground, podium.radius * 0.98))
    light = _shadows(light, grid, podium)
    light = _cylinder(light, grid, to_light(accent), podium)
    return light * (1 + np.float32(0.005) * grid.grain(1500, 3))


def _edge(grid: Grid, inside: Plane) -> Plane:
    """How much of each pixel lies inside, from the distance to the rim."""
    return smooth(-0.75 / grid.longer, 0.75 / grid.longer, inside)


def _room(grid: Grid, color: RGB, ground: float) -> Light:
    pool = np.exp(-(((grid.x + 0.14) / 0.6) ** 2) - ((grid.y + 0.12) / 0.45) ** 2)
    near = np.exp(-((grid.x / 0.5) ** 2) - ((grid.y - ground - 0.12) / 0.22) ** 2)
    floor = smooth(ground - 0.010, ground + 0.022, grid.y)
    crease = 1 - 0.07 * np.exp(-np.abs(grid.y - ground) / 0.03)
    level = ((0.72 + 0.24 * pool) * (1 - floor) + (0.86 + 0.14 * near) * floor) * crease
    return lit(to_light(color), level)


def _niche(light: Light, grid: Grid, tone: Light, arch: tuple[float, float]) -> Light:
    """A half circle on a rectangle, set into the wall; its left side throws a shadow into it."""
    ground, radius = arch

    def inside(right: float, lower: float) -> Plane:
        x, y = grid.x - right, grid.y - lower
        head = radius - np.hypot(x, np.minimum(y - (ground - 0.28), 0))
        return np.asarray(np.minimum(head, ground - y), np.float32)

    sunny = 0.74 + 0.26 * smooth(-0.012, 0.030, inside(0.035, 0.02))
    level = sunny * (0.92 + 0.12 * smooth(-0.3, 0.25, grid.x))
    return mixed(light, lit(tone, level), _edge(grid, inside(0, 0)))


def _shadows(light: Light, grid: Grid, podium: _Podium) -> Light:
    """What the podium leaves on the floor: to the right, and all round where it stands."""
    foot = podium.top + podium.high
    fallen = smooth(-0.035, 0.03, podium.circle(grid, foot + 0.012, 1.10, 0.055))
    contact = smooth(-0.012, 0.006, podium.circle(grid, foot + 0.002, 1.01, 0.006))
    return light * ((1 - 0.26 * fallen) * (1 - 0.30 * contact))


def _cylinder(light: Light, grid: Grid, tone: Light, podium: _Podium) -> Light:
    """The podium itself: its side, then its top."""
    top, high, radius = podium
    x, y = grid.x, grid.y
    bow = np.sqrt(np.maximum(radius**2 - x * x, 0)) * np.float32(_FLAT)
    side = _edge(grid, np.minimum(np.minimum(y - top, top + high + bow - y), radius - np.abs(x)))
    around = np.arcsin(np.clip(x / np.float32(radius), -1, 1))
    level = 0.60 + 0.30 * np.maximum(np.cos(around + 0.75), 0) - 0.06 * smooth(top, top + high + 0.06, y)
    light = mixed(light, lit(tone, level), side)
    lid = _edge(grid, podium.circle(grid, top, 1.0))
    sheen = 0.93 + 0.10 * np.exp(-(((x + 0.06) / 0.22) ** 2))
    rim = (
        0.05
        * np.exp(-np.abs(podium.circle(grid, top, 1.0) - 0.0012) / 0.0012)
        * smooth(top - 0.01, top + 0.02, y)
    )
    return mixed(light, lit(tone, sheen + rim), lid)
