"""A seamless paper sweep: wall and floor in one, without a horizon, under a soft light."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipelines.compose.studio.grid import Grid, smooth
from pipelines.compose.tones import RGB, Light, mixed, near, to_light

COLOR: Final = (238, 237, 234)


def accent_of(color: RGB) -> RGB:
    """What the light leaves in shade."""
    return near(color, -0.06, 1.25)


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    x, v = grid.x, grid.v
    lean = float(grid.random(1).uniform(-0.16, 0.16))  # where the light stands
    # A pool of light on the wall, and one on the floor: between them the paper bends, and sees less of both.
    wall = np.exp(-(((x - lean) / 0.52) ** 2) - ((v - 0.36) / 0.40) ** 2)
    floor = np.exp(-(((x - lean * 0.6) / 0.60) ** 2) - ((v - 0.90) / 0.17) ** 2)
    level = 0.745 + 0.25 * wall + 0.20 * floor
    corners = 1 - 0.16 * smooth(0.30, 0.85, np.hypot(x - lean * 0.5, grid.y * 0.9))
    share = np.minimum(level * corners, 1)
    fibre = 1 + np.float32(0.006) * grid.grain(1500, 2) + np.float32(0.003) * grid.clouds(40, 3, 2)
    return mixed(to_light(accent) * np.float32(0.35), to_light(color), share) * fibre
