"""A watermark: a line of text, tiled aslant over a whole picture and drawn into its pixels."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.composite import laid
from pipelines.photo import Matte8

LONGEST: Final = 40
"""Characters of a watermark."""

_SIZE: Final = 0.034
"""Height of the letters as a share of the picture's longer side ..."""
_WIDEST: Final = 0.4
"""... and the share of it that a line fills at most: longer ones get smaller letters."""
_SMALLEST: Final = 9
"""Letters have at least so many pixels."""
_TURN: Final = -30.0
"""How far the lines are turned, in degrees; negative rises to the right."""
_WEIGHT: Final = 600
_LIGHT: Final = 0.42
_DARK: Final = 0.30
"""How opaque the white letters and their dark rim are: one of the two shows on any ground."""
_BAND: Final = 512
"""Rows drawn at a time, so that the largest pictures need little more memory."""


def watermarked(pixels: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """A picture with a line of text all over it.

    Args:
        pixels: HxWx3 RGB or HxWx4 RGBA uint8, straight alpha.
        text: one line; characters that OpenCV's own fonts lack become question marks.
    Returns:
        A new array of the same shape; lettering lies over transparent parts as well.
    """
    height, width = pixels.shape[:2]
    fill, rim = _tile(text, max(height, width))
    result = np.empty_like(pixels)
    for top in range(0, height, _BAND):
        rows = slice(top, min(height, top + _BAND))
        band = pixels[rows]
        for tile, grey, share in ((rim, 0, _DARK), (fill, 255, _LIGHT)):
            alpha = _spread(tile, (rows.stop - top, width), top, share)
            band = laid(np.full((*alpha.shape, 3), grey, np.uint8), alpha, band)
        result[rows] = band
    return result


def _tile(text: str, side: int) -> tuple[Matte8, Matte8]:
    """The letters and their rim on a tile that can be laid side by side: two lines, one shifted by half."""
    font = cv2.FontFace("sans")
    size = max(_SMALLEST, round(side * _SIZE))
    wide = _width(text, font, size)
    if wide > side * _WIDEST:
        size = max(_SMALLEST, int(size * side * _WIDEST / wide))
        wide = _width(text, font, size)
    across, down = wide + 3 * size, 4 * size
    fill = np.zeros((2 * down, across), np.uint8)
    cv2.putText(fill, text, (size, size * 2), 255, font, size, _WEIGHT)
    fill[down:] = np.roll(fill[:down], across // 2, axis=1)
    reach = max(1, round(size / 14))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    rim = cv2.GaussianBlur(cv2.dilate(fill, kernel), (0, 0), reach / 2)
    return fill, np.asarray(rim, np.uint8)


def _width(text: str, font: cv2.FontFace, size: int) -> int:
    """How many pixels a line takes."""
    return int(cv2.getTextSize((0, 0), text, (0, 0), font, size, _WEIGHT)[2])


def _spread(tile: Matte8, shape: tuple[int, int], top: int, share: float) -> Matte8:
    """Some rows of a picture that is tiled aslant: HxW uint8, ``share`` opaque where the tile is full."""
    height, width = shape
    angle = math.radians(_TURN)
    cos, sin = math.cos(angle), math.sin(angle)
    # From the picture's coordinates to the tile's; beyond its edges the tile begins anew.
    rows = np.array([[cos, sin, sin * top], [-sin, cos, cos * top]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(tile, rows, (width, height), flags=how, borderMode=cv2.BORDER_WRAP)
    return np.asarray(cv2.convertScaleAbs(shown, alpha=share), np.uint8)
