"""Gradients: colours that run into one another evenly to the eye, and without bands."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.compose.tones import ONE, Fixed, dithered, from_light, from_oklab, to_light, to_oklab
from pipelines.recipe import GradientBackdrop, parse_color

_STEPS: Final = 4093
"""Colours of the table: one for each place of two to five even stops, and so many that no step shows."""

_WHOLE: Final = 1 / 64

_ROWS: Final = 512
"""Rows made at once: a multiple of the dither's pattern."""


def gradient(wanted: GradientBackdrop, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A gradient over a canvas.

    Args:
        wanted: its colours and their places.
        size: (height, width).
    Returns:
        HxWx3 uint8, sRGB, where all colours are opaque, else HxWx4 uint8, straight alpha.
    """
    colors = table(wanted)
    result = np.empty((*size, colors.shape[1]), np.uint8)
    for top in range(0, size[0], _ROWS):
        rows = slice(top, min(top + _ROWS, size[0]))
        steps = np.clip(_way(wanted, size, rows) * (_STEPS - 1) + 0.5, 0, _STEPS - 1).astype(np.uint16)
        result[rows] = dithered(np.take(colors, steps, axis=0))
    return result


def table(wanted: GradientBackdrop) -> Fixed:
    """The colours from the gradient's start to its end.

    They are mixed in OKLab (Ottosson, 2020), in which equal steps look equal and blue does not turn violet
    on its way to white, weighted by their alpha, so that what is transparent lends no colour.

    Returns:
        Nx3 or Nx4 uint16, straight alpha.
    """
    stops = np.array([parse_color(color) for color in wanted.colors])
    alpha = stops[:, 3:] / 255
    weighted = np.hstack([to_oklab(to_light(stops[:, :3])) * alpha, alpha])
    at = np.linspace(0, 1, _STEPS)
    mixed = np.stack([np.interp(at, wanted.places(), column) for column in weighted.T], axis=1)
    shown = from_light(from_oklab(mixed[:, :3] / np.maximum(mixed[:, 3:], 1e-6)))
    values = np.hstack([shown, mixed[:, 3:] * 255])
    # What is as good as a whole step is one: white must be white, and not now and then 254.
    whole = np.rint(values)
    values = np.where(np.abs(values - whole) < _WHOLE, whole, values)
    opaque = bool((stops[:, 3] == 255).all())
    return np.asarray(np.rint(values[:, : 3 if opaque else 4] * ONE), np.uint16)


def _way(wanted: GradientBackdrop, size: tuple[int, int], rows: slice) -> NDArray[np.float32]:
    """How far along the gradient each pixel of some rows lies; 0..1 from end to end."""
    height, width = size
    x = np.arange(width, dtype=np.float32)[None] + np.float32(0.5)
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + np.float32(0.5)
    if wanted.shape == "radial":
        across, down = wanted.center[0] * width, wanted.center[1] * height
        farthest = np.hypot(max(across, width - across), max(down, height - down))
        return np.asarray(np.hypot(x - across, y - down) / np.float32(farthest), np.float32)
    # As in CSS: just so long that the corners have the first and the last colour.
    angle = np.radians(wanted.angle)
    right, up = float(np.sin(angle)), float(np.cos(angle))
    length = abs(width * right) + abs(height * up)
    return np.asarray(
        (x - width / 2) * np.float32(right / length) - (y - height / 2) * np.float32(up / length) + 0.5,
        np.float32,
    )
