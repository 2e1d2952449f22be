"""Several networks' mattes of one photo as one: who agrees with the others counts.

Networks of different families err on different pictures, and where they err they seldom
agree. So a matte's say grows with how far it agrees with the others, over the whole
picture; and a pixel on which they differ goes to the heavier side instead of staying grey.
Everything here is a pure function over float32 arrays.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipelines.photo import Matte

CANVAS: Final = 1024
"""Longest side, in pixels, of what is fused: no network sees more."""

_DECIDE: Final = 3.0
"""Contrast about one half of the mean of several mattes."""

_PEOPLE: Final = 6.0
"""The say of a network for people on a picture that shows people, against one for anything."""

_LIKE_PEOPLE: Final = (0.9, 0.97)
"""Agreement of a network for people with any other: below the first it is not heard, from
the second on in full. On pictures without people it draws something of its own, which
agrees with nothing."""

_STRANGE: Final = (0.0, 0.08)
"""How much less it agrees with any other than two others do with each other: beyond the first it is
heard less, from the second on not at all. Of a plain thing it may draw nearly what they draw, and wrong."""

_LITTLE: Final = (0.04, 0.12)
"""Share of the picture below which a subject is too little for a small network: from
4 % down it has 64x64 of 320x320 pixels, and then a finer network need not agree with it."""

Frame = tuple[float, float, float, float]
"""A part of a photo: left, top, right, bottom as shares of its width and height."""

WHOLE: Final[Frame] = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, eq=False)
class Sight:
    """What one look at a photo gave.

    Attributes:
        matte: hxw float32 in [0, 1], of the frame; its aspect ratio need not be the frame's.
        frame: the part of the photo that was looked at; of the rest this says nothing.
        people: whether it is from a network that knows people only.
        gain: contrast that the matte needs when it is enlarged: a small network's edges are wide.
        say: its share among networks for anything that agree.
    """

    matte: Matte
    frame: Frame = WHOLE
    people: bool = False
    gain: float = 1.0
    say: float = 1.0


def canvas_of(size: tuple[int, int]) -> tuple[int, int]:
    """The (height, width) to fuse at, for a photo of (width, height) pixels: its shape, bounded."""
    width, height = size
    scale = min(1.0, CANVAS / max(width, height))
    return max(1, round(height * scale)), max(1, round(width * scale))


def fuse(sights: Sequence[Sight], canvas: tuple[int, int]) -> Matte:
    """Several looks as one matte.

    Args:
        sights: at least one; the first, of the whole photo, is the steadiest, which the others
            are held against.
        canvas: (height, width) of the result.
    Returns:
        HxW float32 in [0, 1], at every pixel between the least and the most that a heard
        look says (after its own gain).
    """
    mattes = [contrast(placed(sight.matte, sight.frame, canvas), sight.gain) for sight in sights]
    total, mean = np.zeros(canvas, np.float32), np.zeros(canvas, np.float32)
    low, high = np.ones(canvas, np.float32), np.zeros(canvas, np.float32)
    for sight, matte, share in zip(sights, mattes, says(sights, mattes), strict=True):
        if share > 0:
            part = within(sight.frame, canvas)
            total[part] += np.float32(share)
            mean[part] += matte[part] * np.float32(share)
            low[part] = np.minimum(low[part], matte[part])
            high[part] = np.maximum(high[part], matte[part])
    return np.asarray(np.clip(contrast(mean / total, _DECIDE), low, high), np.float32)


def says(sights: Sequence[Sight], mattes: Sequence[Matte]) -> list[float]:
    """How much each look counts, not normalised; at least one counts.

    Args:
        sights: the first is the anchor.
        mattes: theirs, all of one size, 0 outside their frames.
    """
    anything = [matte for sight, matte in zip(sights, mattes, strict=True) if not sight.people]
    among = max((agreement(*pair) for pair in itertools.combinations(anything, 2)), default=0.0)
    little = 1 - _smooth_step(float(mattes[0].mean()), *_LITTLE)
    shares = [sights[0].say]
    for sight, matte in zip(sights[1:], mattes[1:], strict=True):
        if sight.people:
            nearest = max((agreement(matte, other) for other in anything), default=1.0)
            like = _smooth_step(nearest, *_LIKE_PEOPLE)
            shares.append(_PEOPLE * like * (1 - _smooth_step(among - nearest, *_STRANGE)))
        else:
            part = within(sight.frame, (matte.shape[0], matte.shape[1]))
            heard = agreement(mattes[0][part], matte[part]) ** 2
            finer = sight.frame == WHOLE and sight.matte.size > sights[0].matte.size
            shares.append(sight.say * (max(heard, little) if finer else heard))
    return shares


def agreement(first: Matte, second: Matte) -> float:
    """How far two mattes agree: their common share of all that either holds (soft IoU).

    Args:
        first: HxW float32 in [0, 1].
        second: of the same size.
    Returns:
        0..1; 1 for two empty ones.
    """
    union = float(np.maximum(first, second).sum(dtype=np.float64))
    if union <= 0:
        return 1.0
    return float(np.minimum(first, second).sum(dtype=np.float64)) / union


def contrast(matte: Matte, gain: float) -> Matte:
    """A matte stretched about one half, kept within [0, 1]; a gain of 1 leaves it alone."""
    if gain == 1:
        return matte
    return np.asarray(np.clip((matte - 0.5) * np.float32(gain) + np.float32(0.5), 0, 1), np.float32)


def enlarged(matte: Matte, size: tuple[int, int]) -> Matte:
    """A float matte at another (height, width), kept within [0, 1]."""
    if matte.shape == size:
        return matte
    shrinking = size[0] * size[1] < matte.shape[0] * matte.shape[1]
    how = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    return np.asarray(np.clip(cv2.resize(matte, (size[1], size[0]), interpolation=how), 0, 1), np.float32)


def placed(matte: Matte, frame: Frame, size: tuple[int, int]) -> Matte:
    """The matte of a part as one of the whole photo, all background elsewhere.

    Args:
        matte: hxw float32 in [0, 1], of the frame.
        frame: where it belongs.
        size: (height, width) of the whole.
    """
    if frame == WHOLE:
        return enlarged(matte, size)
    whole = np.zeros(size, np.float32)
    part = within(frame, size)
    whole[part] = enlarged(matte, whole[part].shape)
    return whole


def within(frame: Frame, size: tuple[int, int]) -> tuple[slice, slice]:
    """The rows and columns of a frame, at least one of each, in a picture of (height, width)."""
    (top, bottom), (left, right) = (
        _span(frame[start], frame[start + 2], length) for start, length in ((1, size[0]), (0, size[1]))
    )
    return slice(top, bottom), slice(left, right)


def _span(start: float, end: float, length: int) -> tuple[int, int]:
    first = min(round(start * length), length - 1)
    return first, max(round(end * length), first + 1)


def _smooth_step(value: float, low: float, high: float) -> float:
    place = min(max((value - low) / (high - low), 0.0), 1.0)
    return place * place * (3 - 2 * place)
