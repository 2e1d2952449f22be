"""Strokes of a brush, painted over a matte in their order."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pipelines.matting.brush import Line, covered, patches
from pipelines.matting.smart import grow
from pipelines.photo import Matte8, Photo
from pipelines.recipe import Stroke


def painted(photo: Photo, matte: Matte8, strokes: Sequence[Stroke]) -> Matte8:
    """A matte with strokes over it, the last on top.

    Only the rectangle about each stroke is looked at. Keeping never reaches beyond the transparency
    that the photo already had.

    Args:
        photo: of the matte's size.
        matte: HxW uint8.
        strokes: may be none.
    Returns:
        HxW uint8; the same array where there are no strokes.
    """
    if not strokes:
        return matte
    result = matte.copy()
    for stroke in strokes:
        line = Line.of(stroke, result.shape)
        if stroke.smart:
            grow(photo.pixels, result, line, stroke.hardness, keep=stroke.mode == "keep")
        _paint(result, line, stroke)
    return result if photo.alpha is None else np.minimum(result, photo.alpha)


def coverage(stroke: Stroke, shape: tuple[int, ...]) -> Matte8:
    """How much of each pixel of a (height, width) a stroke paints: HxW uint8."""
    whole = np.zeros(shape[:2], np.uint8)
    _paint(whole, Line.of(stroke, shape), stroke.model_copy(update={"mode": "keep", "smart": False}))
    return whole


def _paint(matte: Matte8, line: Line, stroke: Stroke) -> None:
    """Paint one stroke over a matte, in place."""
    # Of a smart stroke only what it is sure of is painted: its rim lies where the edge was found.
    radius, hardness = line.radius, stroke.hardness
    if stroke.smart:
        radius, hardness = radius * hardness, 1.0
    for patch in patches(line, matte.shape, line.radius + 1):
        here = (patch.rows, patch.columns)
        cover, old = covered(patch.distance, radius, hardness), matte[here]
        left = cv2.multiply(255 - old if stroke.mode == "keep" else old, 255 - cover, scale=1 / 255)
        matte[here] = 255 - left if stroke.mode == "keep" else left
