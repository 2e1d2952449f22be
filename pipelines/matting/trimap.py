"""The trimap: what a coarse matte is sure of, and where the edge must be looked for."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipelines.errors import ShapeError
from pipelines.photo import Matte, Matte8

BACKGROUND: Final = 0
UNKNOWN: Final = 128
SUBJECT: Final = 255

# A matte within this of 0 or 255 is sure: networks leave a haze of a few hundredths on
# what they have no doubt about.
_HAZE: Final = 10


def make_trimap(coarse: Matte, size: tuple[int, int]) -> Matte8:
    """Tell sure from unknown at full size.

    The unknown band follows the matte's own doubt. It is as wide as the matte is undecided,
    and at least one coarse pixel to each side: what lies between two coarse pixels is not
    known to either.

    Args:
        coarse: hxw float32 in [0, 1], at least 1x1.
        size: (height, width) wanted, each at least 1.
    Returns:
        HxW uint8: 0 sure background, 128 unknown, 255 sure subject. Any of the three may
        be missing.
    Raises:
        ShapeError: not a matte, or an empty one.
    """
    check_coarse(coarse)
    height, width = size
    eight = np.rint(coarse * 255).astype(np.uint8)
    near = np.ones((3, 3), np.uint8)
    trimap = np.full(size, UNKNOWN, np.uint8)
    for extreme, sure in ((cv2.dilate(eight, near), BACKGROUND), (cv2.erode(eight, near), SUBJECT)):
        grown = cv2.resize(extreme, (width, height), interpolation=cv2.INTER_LINEAR)
        low, high = (0, _HAZE) if sure == BACKGROUND else (255 - _HAZE, 255)
        trimap[cv2.inRange(grown, low, high).view(np.bool_)] = sure
    return trimap


def check_coarse(coarse: Matte) -> None:
    """Refuse what is no matte.

    Raises:
        ShapeError: not hxw float32, or empty.
    """
    if coarse.ndim != 2 or coarse.dtype != np.float32 or not coarse.size:
        raise ShapeError("coarse matte", coarse.shape, "hxw float32, not empty")
