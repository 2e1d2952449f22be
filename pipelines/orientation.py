"""Orientation: which way up a photo is, and turning it upright."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines import ifd


def exif_orientation(exif: bytes) -> int:
    """Read the orientation from an Exif block.

    Args:
        exif: the block, with or without its ``Exif`` prefix; may be damaged.
    Returns:
        1..8 as in the Exif standard (CIPA DC-008, tag 274); 1, upright, where it is absent or makes no sense.
    """
    found = ifd.values(exif.removeprefix(b"Exif\0\0"), ifd.ORIENTATION)
    return found[0] if found and 1 <= found[0] <= 8 else 1


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn a stored picture the way it is meant to be seen.

    Args:
        pixels: HxW or HxWxC uint8.
        orientation: 1..8, as :func:`exif_orientation` gives it.
    Returns:
        The same pixels, HxW... for 1 to 4 and WxH... for 5 to 8; ``pixels`` itself for 1.
    """
    match orientation:
        case 2:
            turned: Any = cv2.flip(pixels, 1)
        case 3:
            turned = cv2.flip(pixels, -1)
        case 4:
            turned = cv2.flip(pixels, 0)
        case 5:
            turned = cv2.transpose(pixels)
        case 6:
            turned = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
        case 7:
            turned = cv2.flip(cv2.transpose(pixels), -1)
        case 8:
            turned = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
        case _:
            turned = pixels
    return np.asarray(turned, dtype=np.uint8)
