"""A limewashed wall: broad strokes of a brush, a little relief, and light from one side."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipelines.compose.studio.grid import Grid, Plane, smooth
from pipelines.compose.tones import RGB, Light, mixed, near, shifted, to_light

COLOR: Final = (214, 207, 198)


def accent_of(color: RGB) -> RGB:
    """Where the wash lies thinly."""
    return near(color, -0.075, 1.15)


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    high = shifted(color, 0.03, 0.9)
    share = np.clip(0.55 + 0.26 * wash(grid), 0, 1)
    side = 1.0 if grid.random(1).random() < 0.5 else -1.0
    fall = 1 - 0.20 * smooth(-0.5, 0.75, grid.x * side + grid.y * 0.5)
    return mixed(to_light(accent), high, share) * (fall * (1 + relief(grid, side)))


def wash(grid: Grid) -> Plane:
    """How thick the wash lies: HxW float32, standard deviation about 1."""
    broad = grid.clouds(3.3, 11, 4, 0.6)
    mottled = smooth(-0.4, 0.9, grid.clouds(9, 15, 5, 0.75)) - 0.4
    strokes = 0.5 * grid.noise(22, 21, across=0.3) + 0.4 * grid.noise(9, 22, across=3.0)
    fine = 0.3 * grid.noise(90, 23, across=0.2) + 0.3 * grid.noise(22, 24, across=4.5)
    brushed = smooth(-1.0, 1.4, grid.noise(6, 25))
    return np.asarray(0.7 * broad + 0.9 * mottled + (strokes + fine) * (0.25 + 0.55 * brushed), np.float32)


def relief(grid: Grid, side: float) -> Plane:
    """How much more or less light the unevenness of plaster throws back, about 0."""
    height = grid.clouds(30, 31, 4, 0.6)
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=1 / 8)
    across = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=1 / 8)
    slope = (down + across * np.float32(side)) * np.float32(grid.longer / 1600)
    return np.asarray(0.045 * np.tanh(slope * 2) + 0.008 * grid.grain(1500, 41), np.float32)
