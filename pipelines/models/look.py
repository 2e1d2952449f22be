"""A look: one run of a network over a photo or a part of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pipelines.models.fusion import WHOLE, Frame, contrast
from pipelines.photo import Matte, Photo

NETWORK_PHOTO: Final = 2048
"""Longest side, in pixels, of what networks are shown parts of: made once, so that a large
photo is not read again for each look. A subject a quarter as wide as the photo still has 512
pixels in it."""

_PRESENT: Final = 0.35
"""What counts as subject for the frame: less than one half, so that a doubtful limb is inside."""

_STRAY: Final = 0.002
"""Share of the subject's pixels that may lie outside on each side: specks do not widen the frame."""

_MARGIN: Final = 0.12
"""Room left round the subject, as a share of its longer side. With twice as much, the subject is
shown so much smaller that little is won."""


@dataclass(frozen=True)
class Look:
    """One run of a network over a photo.

    Attributes:
        model: the catalogue's name, or the path of an own file.
        side: of the square input of a flexible network, in pixels; None for its own size.
        close: looks at the subject only, where earlier looks have found it.
        frame: the part of the photo that is shown; a close look gets it by :func:`aimed`.
        mirrored: shows the photo's mirror image, and mirrors the answer back.
        gain: contrast its matte needs once it is enlarged.
        say: its share among networks for anything that agree.
    """

    model: str
    side: int | None = None
    close: bool = False
    frame: Frame = WHOLE
    mirrored: bool = False
    gain: float = 1.0
    say: float = 1.0

    @property
    def label(self) -> str:
        """Names what the network answers: the same for two looks that differ in their use only."""
        size = f"@{self.side}" if self.side else ""
        part = "" if self.frame == WHOLE else " in " + ",".join(f"{edge:.4f}" for edge in self.frame)
        return f"{self.model}{size}{' mirrored' if self.mirrored else ''}{part}"


Seen = Sequence[tuple[Look, Matte]]
"""Looks that were made, each with the matte of its frame: hxw float32 in [0, 1]."""


def aimed(look: Look, seen: Seen, size: tuple[int, int]) -> Look:
    """A close look with its frame set; any other comes back as it is.

    Args:
        look: what is to be made.
        seen: the looks made before; the first says where the subject is. Without any, or
            where that found nothing, the whole photo is looked at.
        size: the photo's (width, height) in pixels.
    """
    if not look.close or not seen:
        return look
    first, matte = seen[0]
    return replace(look, frame=subject_frame(contrast(matte, first.gain), size))


def subject_frame(matte: Matte, size: tuple[int, int]) -> Frame:
    """The part of a photo that holds the subject, with some room round it.

    Args:
        matte: hxw float32 in [0, 1], of the whole photo.
        size: the photo's (width, height) in pixels.
    Returns:
        Left, top, right, bottom as shares of the width and height; the whole for an empty matte.
    """
    rows, columns = np.nonzero(matte > _PRESENT)
    if not rows.size:
        return WHOLE
    height, width = matte.shape
    left, right = (float(edge) for edge in np.quantile(columns, (_STRAY, 1 - _STRAY)) / width)
    top, bottom = (float(edge) for edge in np.quantile(rows, (_STRAY, 1 - _STRAY)) / height)
    right, bottom = right + 1 / width, bottom + 1 / height
    room = _MARGIN * max((right - left) * size[0], (bottom - top) * size[1])
    across, down = room / size[0], room / size[1]
    return max(left - across, 0.0), max(top - down, 0.0), min(right + across, 1.0), min(bottom + down, 1.0)


def shown(photo: Photo, look: Look) -> Photo:
    """What a look shows of a photo."""
    part = cropped(photo, look.frame)
    return mirrored(part) if look.mirrored else part


def cropped(photo: Photo, frame: Frame) -> Photo:
    """A part of a photo; at least one pixel of it.

    Args:
        photo: any size.
        frame: left, top, right, bottom as shares of its width and height.
    """
    if frame == WHOLE:
        return photo
    width, height = photo.size
    left, top = min(int(frame[0] * width), width - 1), min(int(frame[1] * height), height - 1)
    right, bottom = max(math.ceil(frame[2] * width), left + 1), max(math.ceil(frame[3] * height), top + 1)
    part = np.s_[top:bottom, left:right]
    alpha = None if photo.alpha is None else np.ascontiguousarray(photo.alpha[part])
    return replace(photo, pixels=np.ascontiguousarray(photo.pixels[part]), alpha=alpha)


def size_within(size: tuple[int, int], frame: Frame) -> tuple[int, int]:
    """Width and height in pixels, but for rounding, of a part of a photo of (width, height)."""
    left, top, right, bottom = frame
    return max(1, round((right - left) * size[0])), max(1, round((bottom - top) * size[1]))


def mirrored(photo: Photo) -> Photo:
    """A photo's mirror image, left and right exchanged."""
    alpha = None if photo.alpha is None else np.ascontiguousarray(photo.alpha[:, ::-1])
    return replace(photo, pixels=np.ascontiguousarray(photo.pixels[:, ::-1]), alpha=alpha)
