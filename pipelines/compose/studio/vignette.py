"""A painted canvas with a soft light in its middle, as portrait painters and photographers hang behind."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipelines.compose.studio.grid import Grid, smooth
from pipelines.compose.tones import RGB, Light, mixed, near, shifted, to_light

COLOR: Final = (158, 153, 146)


def accent_of(color: RGB) -> RGB:
    """Towards the rim."""
    return near(color, -0.20, 1.15)


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    rng = grid.random(1)
    across, down = grid.reach
    x = (grid.x - float(rng.uniform(-0.05, 0.05))) / (0.25 + 0.75 * across)
    y = (grid.y - float(rng.uniform(-0.06, 0.02))) / (0.25 + 0.75 * down)
    # Dabs of a broad brush, and finer ones where it turned.
    dabs = 0.75 * grid.clouds(4, 2, 4, 0.55) + 0.35 * grid.clouds(13, 9, 4, 0.7)
    distance = np.hypot(x, y) + np.float32(0.05) * dabs
    middle = shifted(color, 0.085, 0.9)
    weave = 1 + np.float32(0.028) * dabs + np.float32(0.010) * grid.grain(1400, 5)
    return mixed(middle, to_light(accent), smooth(0.05, 1.12, distance)) * weave
