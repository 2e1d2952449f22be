"""The outline as an SVG file: smooth curves, holes by the even-odd rule."""

from __future__ import annotations

import base64

import numpy as np

from pipelines.export.curves import Loop
from pipelines.export.tracing import Outline


def drawn(outline: Outline, jpeg: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Write an SVG file.

    The path is there once, under the id ``subject-path``: filled with black, or as the clipping path of the
    photo.

    Args:
        outline: what is drawn.
        jpeg: the photo as a JPEG file of the outline's size; None draws the outline alone.
        dpi: makes the drawing as large in print as the photo; None leaves it at one unit a pixel.
    """
    width, height = outline.size
    size = f'width="{width}" height="{height}"'
    if dpi:
        size = f'width="{_number(width / dpi[0])}in" height="{_number(height / dpi[1])}in"'
    path = f'<path id="subject-path" clip-rule="evenodd" fill-rule="evenodd" d="{_curves(outline)}"/>'
    body = path if jpeg is None else _clipped(path, jpeg, width, height)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">\n{body}\n</svg>\n'
    ).encode()


def _clipped(path: str, jpeg: bytes, width: int, height: int) -> str:
    data = base64.b64encode(jpeg).decode()
    return (
        f'<clipPath id="subject">{path}</clipPath>\n'
        f'<image width="{width}" height="{height}" clip-path="url(#subject)" '
        f'href="data:image/jpeg;base64,{data}"/>'
    )


def _curves(outline: Outline) -> str:
    return " ".join(_loop(loop) for loop in outline.loops)


def _loop(loop: Loop) -> str:
    following = np.roll(loop.knots, -1, axis=0)
    steps = np.stack([loop.knots[:, 2], following[:, 0], following[:, 1]], axis=1).reshape(-1, 6)
    curves = " ".join("C" + " ".join(map(_number, step)) for step in steps)
    return f"M{' '.join(map(_number, loop.knots[0, 1]))} {curves}Z"


def _number(value: float) -> str:
    """Two decimals at most: a hundredth of a pixel."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
