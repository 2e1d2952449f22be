"""Subjects drawn by code that stand on the ground in known places."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pipelines.compose.ground import Ground, find_ground
from pipelines.compose.subject import Subject, subject_box

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom; the last two are exclusive."""

TABLE: tuple[Rectangle, ...] = ((120, 80, 280, 140), (120, 140, 140, 240), (260, 140, 280, 228))
"""A plate on two legs of which the right one ends 12 pixels higher, on a canvas of 400 x 300."""


def drawn(parts: Sequence[Rectangle], size: tuple[int, int] = (300, 400), scale: float = 1) -> Subject:
    """A subject of rectangles, each of a colour of its own, with a soft edge.

    Args:
        parts: in pixels at scale 1.
        size: (height, width) at scale 1.
        scale: how many times as large all of it is.
    """
    height, width = round(size[0] * scale), round(size[1] * scale)
    matte = np.zeros((height, width), np.uint8)
    pixels = np.full((height, width, 3), 90, np.uint8)
    for index, part in enumerate(parts):
        left, top, right, bottom = (round(side * scale) for side in part)
        matte[top:bottom, left:right] = 255
        pixels[top:bottom, left:right] = ((200, 40, 40), (40, 180, 60), (50, 60, 200))[index % 3]
    matte = np.asarray(cv2.GaussianBlur(matte, (0, 0), 0.7), np.uint8)
    return Subject(pixels, matte, subject_box(matte))


def frame_of(subject: Subject) -> np.ndarray:
    """The photo's corners where it fills the canvas."""
    height, width = subject.size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def ground_of(subject: Subject) -> Ground:
    """Where a subject stands whose photo fills the canvas."""
    assert subject.box
    return find_ground(subject, subject.box, frame_of(subject))
