"""Pastel shapes cut from paper, one over the other, each with its soft shadow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from pipelines.compose.studio.grid import Grid, Plane, smooth
from pipelines.compose.tones import RGB, Light, lit, shifted, to_light

COLOR: Final = (244, 234, 226)

Shape = Callable[[Plane, Plane], Plane]
"""How far inside a shape a place (x, y) lies, in shares of the longer side; negative outside."""


def accent_of(_color: RGB) -> RGB:
    """The shape in front; the others are turned from it."""
    return (236, 196, 178)


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    rng = grid.random(1)
    light = lit(to_light(color), np.ones((grid.height, grid.width), np.float32))
    shapes = _shapes(grid, rng)
    for shape, tone in zip(shapes, _tones(color, accent, rng), strict=True):
        _lay(light, grid, shape, tone)
    paper = 1 + 0.006 * grid.grain(1500, 5)
    fall = 1.02 - 0.10 * smooth(0.2, 0.8, np.hypot(grid.x + 0.12, grid.y + 0.16))
    return light * (paper * fall)


def _tones(color: RGB, lead: RGB, rng: np.random.Generator) -> list[Light]:
    turn = float(rng.choice([-1, 1]))
    return [
        shifted(lead, 0.055, 0.65),
        shifted(lead, 0.02, 0.75, turn * 70),
        shifted(color, 0.012, 0.7),
        shifted(lead, 0.0, 1.0),
        shifted(lead, 0.0, 0.6, turn * 130),
    ]


def _shapes(grid: Grid, rng: np.random.Generator) -> list[Shape]:
    """The sheets, the lowest first: three discs, and two hills before them."""
    side = float(rng.choice([-1, 1]))
    across, down = grid.reach
    first, second = rng.uniform(0, 2 * np.pi, 2)
    return [
        _disc(-side * across * 0.72, -down * 0.62, 0.27 * float(rng.uniform(0.9, 1.15))),
        _disc(side * across * 0.98, -down * 0.25, 0.20 * float(rng.uniform(0.85, 1.2))),
        _disc(side * 0.02, down * 0.10, 0.36 * min(1.0, 2.2 * min(across, down) + 0.1)),
        _hill(down * 0.58, 0.034, first, 5.0),
        _hill(down * 0.80, 0.030, second, 4.2),
    ]


def _disc(x: float, y: float, radius: float) -> Shape:
    return lambda across, down: np.asarray(radius - np.hypot(across - x, down - y), np.float32)


def _hill(level: float, height: float, phase: float, speed: float) -> Shape:
    def inside(across: Plane, down: Plane) -> Plane:
        wave = np.sin(across * speed + phase) + 0.4 * np.sin(across * speed * 2.1 + phase * 1.7)
        return np.asarray((down - level - height * wave) / np.hypot(1, height * speed * 0.7), np.float32)

    return inside


def _lay(light: Light, grid: Grid, shape: Shape, tone: Light) -> None:
    """Lay a sheet over what is there, in place; its shadow falls down and to the right."""
    shadow = np.float32(0.24) * smooth(-0.032, 0.010, shape(grid.x - 0.005, grid.y - 0.009))
    edge = 0.75 / grid.longer
    cover = smooth(-edge, edge, shape(grid.x, grid.y))
    light *= (1 - shadow) * (1 - cover)
    light += lit(tone, cover)
