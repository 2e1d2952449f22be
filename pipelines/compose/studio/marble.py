"""Marble: pale stone with clouds and veins."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipelines.compose.studio.grid import Grid, Plane, smooth
from pipelines.compose.tones import RGB, Light, mixed, near, to_light

COLOR: Final = (243, 241, 238)

_VEINS: Final = ((9.0, 0.0060, 0.80, -1.5), (15.0, 0.0026, 0.62, -1.0), (26.0, 0.0012, 0.50, -0.6))
"""Cells of the noise along whose zeros they run, their width, how dark they are, and where they fade."""

_ROOM: Final = 1.6
"""How much larger than the picture the stone is, so that all folded places lie in it."""


def accent_of(color: RGB) -> RGB:
    """The veins."""
    return near(color, -0.38, 1.2)


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    places = _folded(grid)
    clear = 1 - 0.36 * smooth(-0.3, 2.4, _stone(grid, 5.5, 71, places))
    thick = smooth(-1.4, 1.6, grid.clouds(7, 31, 3))
    for index, (cells, width, power, fade) in enumerate(_VEINS):
        distance = _distance(grid, _stone(grid, cells, 41 + 10 * index, places))
        here = power * smooth(fade, fade + 1.7, grid.clouds(3.5, 45 + 10 * index, 2))
        reach = np.maximum(width * (0.25 + 1.25 * thick), 0.55 / grid.longer)
        line = np.exp(-((distance / reach) ** 2)) * (0.45 + 0.55 * thick)
        feather = 0.42 * np.exp(distance * np.float32(-1 / (7 * width)))
        clear *= 1 - np.maximum(line, feather) * here
    clear = np.maximum(clear, 0.05) * (1 + np.float32(0.004) * grid.grain(1600, 81))
    return mixed(to_light(accent), to_light(color), clear)


def _folded(grid: Grid) -> tuple[Plane, Plane]:
    """Places along and athwart the veins' direction, folded as the stone was while it was soft."""
    angle = np.radians(grid.random(7).uniform(28, 50))
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    along = grid.x * cos + grid.y * sin + np.float32(0.045) * grid.clouds(4, 11, 5, 0.55)
    athwart = grid.y * cos - grid.x * sin + np.float32(0.040) * grid.clouds(4, 21, 5, 0.55)
    return along * np.float32(0.5), athwart


def _stone(grid: Grid, cells: float, salt: int, places: tuple[Plane, Plane]) -> Plane:
    """Noise at folded places: HxW float32, standard deviation about 1."""
    side = grid.longer
    square = Grid(side, side, grid.seed).noise(cells, salt)
    along, athwart = (place * np.float32(side / _ROOM) + np.float32(side / 2) for place in places)
    stone = cv2.remap(square, along, athwart, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(stone, np.float32)


def _distance(grid: Grid, surface: Plane) -> Plane:
    """How far it is to where a surface is 0, to first order, in shares of the longer side."""
    even = grid.soft(
        surface, 0.0012
    )  # a slope is taken over a little of the surface, not from pixel to pixel
    down = cv2.Sobel(even, cv2.CV_32F, 0, 1, scale=1 / 8)
    across = cv2.Sobel(even, cv2.CV_32F, 1, 0, scale=1 / 8)
    slope = cv2.magnitude(down, across) * np.float32(grid.longer)
    return np.asarray(np.abs(surface) / (slope + 3), np.float32)
