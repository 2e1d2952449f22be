"""Shadows: what a subject leaves on the wall behind it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pipelines.compose.composite import Veil
from pipelines.compose.subject import Subject
from pipelines.photo import Matte8
from pipelines.recipe import Shadow, parse_color


def veils(shadows: Sequence[Shadow], subject: Subject) -> list[Veil]:
    """What the shadows of a Recipe lay over the backdrop, the lowest first.

    Args:
        shadows: what is wanted.
        subject: on its canvas.
    Returns:
        Nothing where there is no subject.
    """
    if subject.box is None:
        return []
    unit = subject.box.longer
    return [Veil(parse_color(one.color)[:3], _drop(one, subject.matte, unit)) for one in shadows]


def _drop(shadow: Shadow, matte: Matte8, unit: int) -> Matte8:
    across, down = (round(share * unit) for share in shadow.offset)
    height, width = matte.shape
    matrix = np.array([[1, 0, across], [0, 1, down]], np.float64)
    moved = cv2.warpAffine(matte, matrix, (width, height))
    soft = cv2.GaussianBlur(moved, (0, 0), max(0.3, shadow.softness * unit))
    return np.asarray(cv2.convertScaleAbs(soft, alpha=shadow.opacity), np.uint8)
