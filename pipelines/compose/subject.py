"""What is laid on a backdrop: the subject's own colour, its matte, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np

from pipelines.photo import Matte8, Pixels

PRESENT: Final = 26
"""A pixel counts as subject for the box from this alpha on (10 %): haze does not widen it."""


class Box(NamedTuple):
    """A rectangle in pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def longer(self) -> int:
        """The longer side, in pixels."""
        return max(self.right - self.left, self.bottom - self.top)

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return self.right <= self.left or self.bottom <= self.top

    def wider(self, pixels: int) -> Box:
        """The same with a border round it."""
        return Box(self.left - pixels, self.top - pixels, self.right + pixels, self.bottom + pixels)

    def common(self, other: Box) -> Box:
        """What both hold; empty where they don't meet."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Box(left, top, min(self.right, other.right), min(self.bottom, other.bottom))


@dataclass(frozen=True, eq=False)
class Subject:
    """A subject on a canvas.

    Attributes:
        pixels: HxWx3 uint8, its own colour, straight; meaningless where the matte is 0.
        matte: HxW uint8, 0 is no subject.
        box: its rectangle; None where there is none.
    """

    pixels: Pixels
    matte: Matte8
    box: Box | None

    @property
    def size(self) -> tuple[int, int]:
        """The canvas's (height, width)."""
        return self.matte.shape[0], self.matte.shape[1]


def subject_box(matte: Matte8) -> Box | None:
    """The rectangle that holds every pixel of at least 10 % subject; None for an empty matte."""
    left, top, width, height = cv2.boundingRect((matte >= PRESENT).view(np.uint8))
    return Box(left, top, left + width, top + height) if width and height else None
