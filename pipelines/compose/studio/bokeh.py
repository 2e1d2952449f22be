"""Lights far behind, out of focus: discs that add up, smaller and dimmer the farther they are."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipelines.compose.studio.grid import Grid, smooth
from pipelines.compose.tones import RGB, Light, lit, shifted, to_light

COLOR: Final = (66, 55, 48)

_LAYERS: Final = ((90, 0.013, 0.20, 0.22), (60, 0.029, 0.15, 0.10), (30, 0.050, 0.085, 0.05))
"""How many discs, their radius, how bright they are, and how soft their rim: the farthest first."""


def accent_of(_color: RGB) -> RGB:
    """The lamps."""
    return (255, 203, 138)


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    light = _room(grid, color, accent)
    rng = grid.random(4)
    for count, radius, power, rim in _LAYERS:
        for _ in range(count):
            size = radius * float(rng.uniform(0.75, 1.25))
            place = float(rng.uniform(-0.56, 0.56)), float(rng.normal(-0.05, 0.17))
            hue = shifted(
                accent, float(rng.normal(0, 0.025)), float(rng.uniform(0.55, 1.15)), float(rng.normal(0, 9))
            )
            _add(light, grid, (*place, size, rim), hue * np.float32(power * rng.lognormal(0, 0.5)))
    return light


def _room(grid: Grid, color: RGB, lamp: RGB) -> Light:
    """A dark room, with the glow of what is too far to be told apart."""
    drift = smooth(-1.6, 1.6, grid.noise(5, 2))
    glow = np.exp(-(((grid.y + 0.05) / 0.20) ** 2)) * (0.35 + 0.65 * drift)
    fall = 1 - 0.5 * smooth(0.15, 0.7, np.hypot(grid.x, grid.y))
    return lit(to_light(color), fall) + lit(to_light(lamp), 0.11 * glow)


def _add(light: Light, grid: Grid, disc: tuple[float, float, float, float], color: Light) -> None:
    """Add a disc of light, in place; a lens lights its rim a little more than its middle."""
    x, y, radius, rim = disc
    half = radius * (1 + rim) * grid.longer + 1
    column, row = (x + grid.reach[0]) * grid.longer, (y + grid.reach[1]) * grid.longer
    left, right = max(0, int(column - half)), min(grid.width, int(column + half) + 2)
    top, bottom = max(0, int(row - half)), min(grid.height, int(row + half) + 2)
    if left >= right or top >= bottom:
        return
    across, down = (grid.x[:, left:right] - x) / radius, (grid.y[top:bottom] - y) / radius
    soft = max(rim, 0.7 / (radius * grid.longer))
    distance = np.hypot(across, down)
    # Towards the corners the lens's barrel cuts into the disc from outside.
    barrel = np.hypot(across + 0.75 * x, down + 0.75 * y)
    shape = (1 - smooth(1 - soft, 1 + soft, distance)) * (1 - smooth(1.12 - soft, 1.12 + soft, barrel))
    shape *= 0.75 + 0.25 * np.minimum(distance, 1) ** 5
    light[:, top:bottom, left:right] += lit(color, shape)
