"""Which networks a model's name stands for, and how their mattes become one."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipelines.photo import Matte

NICKNAMES: Final[dict[str, str]] = {"fast": "u2netp", "portrait": "modnet", "best": "isnet-general-use"}
"""What people call a model: the name of the catalogue."""

AUTO: Final = "auto"

_AUTO_MEMBERS: Final = ("u2netp", "isnet-general-use")

_CONTRAST: Final = 1.6
"""How much a mean of two mattes is stretched about one half. U2-Net and IS-Net err on
different pictures; where they agree the mean is sure already, where they do not the
stretch keeps it from staying grey."""


def members(name: str) -> tuple[str, ...]:
    """The catalogue's names behind a model name, nickname or ``auto``; quickest first."""
    if name == AUTO:
        return _AUTO_MEMBERS
    return (NICKNAMES.get(name, name),)


def fuse(mattes: list[Matte]) -> Matte:
    """Several coarse mattes as one: their mean at the largest size, with contrast.

    Args:
        mattes: hxw float32 in [0, 1], at least one; sizes may differ.
    Returns:
        HxW float32 in [0, 1].
    """
    if len(mattes) == 1:
        return mattes[0]
    height, width = max((matte.shape for matte in mattes), key=lambda shape: shape[0] * shape[1])
    total = np.zeros((height, width), np.float32)
    for matte in mattes:
        total += resize_matte(matte, (height, width))
    return np.clip((total / len(mattes) - 0.5) * _CONTRAST + 0.5, 0, 1).astype(np.float32)


def resize_matte(matte: Matte, size: tuple[int, int]) -> Matte:
    """A float matte at another (height, width), kept within [0, 1]."""
    import cv2

    if matte.shape == size:
        return matte
    return np.clip(cv2.resize(matte, (size[1], size[0]), interpolation=cv2.INTER_LINEAR), 0, 1)
