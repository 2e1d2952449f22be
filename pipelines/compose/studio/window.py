"""Sun through a window on a plain wall, with the soft shadow of leaves."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.studio import plaster
from pipelines.compose.studio.grid import Grid, Plane, smooth
from pipelines.compose.tones import RGB, Light, lit, to_light

COLOR: Final = (236, 229, 219)
_SKY: Final = np.array([0.60, 0.60, 0.615], np.float32)
"""What the sky lends to the shade, against the sun's 0.46 on top of it."""


def accent_of(_color: RGB) -> RGB:
    """The sun."""
    return (255, 240, 219)


def draw(grid: Grid, color: RGB, accent: RGB) -> Light:
    """See :mod:`pipelines.compose.studio`."""
    rng = grid.random(1)
    side = 1.0 if rng.random() < 0.5 else -1.0
    sunny = _panes(grid, side, float(rng.uniform(-0.06, 0.06))) * (1 - 0.8 * _leaves(grid, side))
    uneven = 1 + np.float32(0.012) * plaster.wash(grid) + np.float32(0.5) * plaster.relief(grid, side)
    fall = 1 - np.float32(0.16) * smooth(0.1, 0.8, np.hypot(grid.x, grid.y))
    light = lit(_SKY, fall) + lit(to_light(accent), np.float32(0.46) * sunny)
    return lit(to_light(color), uneven) * light


def _panes(grid: Grid, side: float, shift: float) -> Plane:
    """Two by three panes, thrown aslant: 0..1, softer the farther from the bars the wall is."""
    u = grid.x * np.float32(side) - np.float32(shift) + grid.y * np.float32(0.30)
    w = grid.y + grid.x * np.float32(side * 0.36)
    panes = _bars(u, 0.245, 2, 0.055) * _bars(w, 0.215, 3, 0.06)
    near, far = grid.soft(panes, 0.003), grid.soft(panes, 0.013)
    share = smooth(-0.35, 0.4, grid.y + grid.x * np.float32(0.3 * side))
    return np.asarray(near * (1 - share) + far * share, np.float32)


def _bars(at: Plane, pane: float, count: int, bar: float) -> Plane:
    """1 within so many panes side by side round 0, 0 on the bars between them and beyond."""
    inside = smooth(-0.004, 0.004, np.float32(pane * count / 2) - np.abs(at))
    along = at * np.float32(1 / pane) + np.float32(count / 2)
    middle = np.abs(along - np.floor(along) - np.float32(0.5))
    return np.asarray(inside * (1 - smooth(0.485 - bar, 0.515 - bar, middle)), np.float32)


def _leaves(grid: Grid, side: float) -> Plane:
    """The shadow of three twigs, out of focus: 0..1."""
    rng = grid.random(3)
    canvas = np.zeros((grid.height, grid.width), np.float32)
    for _ in range(3):
        x, y = rng.uniform(-0.42, -0.12), rng.uniform(-0.42, -0.08)
        angle = np.radians(rng.uniform(15, 50))
        for step in np.linspace(0, 0.55, 15):
            at = x + step * np.cos(angle), y + step * np.sin(angle)
            for turn in (-1, 1):
                tilt = angle + turn * np.radians(rng.uniform(32, 55))
                length = 0.10 * (1 - step * 1.1) * rng.uniform(0.8, 1.2)
                _leaf(
                    canvas,
                    grid,
                    (at[0] * side, at[1]),
                    length * np.array([np.cos(tilt) * side, np.sin(tilt)]),
                )
            angle += np.radians(rng.uniform(-1, 4))
    return np.minimum(grid.soft(canvas, 0.0075), 1)


def _leaf(canvas: Plane, grid: Grid, at: tuple[float, float], along: NDArray[np.float64]) -> None:
    """Paint a leaf, in place."""
    t = np.linspace(0, 1, 12)[:, None]
    width = 0.16 * np.sin(np.pi * np.clip(t, 0, 1)) ** 0.9
    spine, normal = np.array(at) + t * along, np.array([-along[1], along[0]])
    outline = np.concatenate([spine + width * normal, (spine - width * normal)[::-1]])
    points = np.rint((outline + grid.reach) * grid.longer * 16).astype(np.int32)
    cv2.fillPoly(canvas, [points], 1.0, cv2.LINE_8, 4)
