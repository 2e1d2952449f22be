"""A part of a canvas on a grid of its own: where something soft is drawn small, and laid on large."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.subject import Box
from pipelines.photo import Matte8

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Patch:
    """A rectangle of a canvas, and a grid over it.

    Attributes:
        box: the rectangle, in pixels of the canvas; within it.
        size: the grid's (width, height).
    """

    box: Box
    size: tuple[int, int]

    @classmethod
    def over(cls, box: Box, canvas: tuple[int, int], scale: float) -> Patch:
        """The part of a box that is on a canvas.

        Args:
            box: may reach beyond.
            canvas: (height, width).
            scale: cells per pixel; a patch is never finer than the canvas.
        """
        seen = box.common(Box(0, 0, canvas[1], canvas[0]))
        scale = min(1.0, scale)
        sides = (seen.right - seen.left, seen.bottom - seen.top)
        return cls(seen, (max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale))))

    @property
    def scale(self) -> tuple[float, float]:
        """Cells per pixel, across and down."""
        return (
            self.size[0] / (self.box.right - self.box.left),
            self.size[1] / (self.box.bottom - self.box.top),
        )

    @property
    def at(self) -> tuple[int, int]:
        """Left and top, in pixels of the canvas."""
        return self.box.left, self.box.top

    def columns(self) -> Floats:
        """Where the grid's columns have their middle, in pixels of the canvas."""
        across = self.scale[0]
        return np.asarray((np.arange(self.size[0]) + 0.5) / across + self.box.left, np.float32)

    def rows(self) -> Floats:
        """Where the grid's rows have their middle, in pixels of the canvas."""
        down = self.scale[1]
        return np.asarray((np.arange(self.size[1]) + 0.5) / down + self.box.top, np.float32)

    def down(self, y: Floats) -> Floats:
        """Places down the canvas, in rows of the grid; 0 is the top of its first."""
        return np.asarray((y - self.box.top) * self.scale[1], np.float32)

    def reduced(self, plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What a plane of the canvas (HxW or HxWxC) holds here, averaged to the grid."""
        box = self.box
        return self.resized(plane[box.top : box.bottom, box.left : box.right])

    def resized(self, part: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture of the box (HxW or HxWxC), averaged to the grid."""
        if (part.shape[1], part.shape[0]) == self.size:
            return np.ascontiguousarray(part)
        return np.asarray(cv2.resize(part, self.size, interpolation=cv2.INTER_AREA), np.uint8)

    def enlarged(self, values: Floats) -> Matte8:
        """Values of the grid, 0..1, at the canvas's own pixels: HxW uint8 of the box's size."""
        grid = np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)
        size = (self.box.right - self.box.left, self.box.bottom - self.box.top)
        if size == self.size:
            return grid
        return np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def shares(values: NDArray[np.uint8]) -> Floats:
    """Values of 0..255 as shares of 1."""
    return np.asarray(values * np.float32(1 / 255), np.float32)


def softened(values: Floats, across: float, down: float | None = None) -> Floats:
    """A Gaussian blur whose cost does not grow with its width.

    Args:
        values: hxw float32.
        across: standard deviation in cells; beyond the rim it goes on as at the rim.
        down: the same from top to bottom, where it differs.
    """
    down = across if down is None else down
    if max(across, down) < 0.25:
        return values
    step_x, step_y = max(1, int(across / 3)), max(1, int(down / 3))
    height, width = values.shape
    small = values
    if step_x > 1 or step_y > 1:
        size = (max(1, round(width / step_x)), max(1, round(height / step_y)))
        small = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)
    soft = cv2.GaussianBlur(
        small,
        (0, 0),
        max(0.1, across / step_x),
        sigmaY=max(0.1, down / step_y),
        borderType=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
