"""Several networks' mattes of one photo as one: who agrees with the others counts.

Networks of different families err on different pictures, and where they err they seldom
agree. So a matte's say grows with how far it agrees with the others, over the whole
picture; and a pixel on which they differ goes to the heavier side instead of staying grey.
Everything here is a pure function over float32 arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipelines.photo import Matte

CANVAS: Final = 1024
"""Longest side, in pixels, of what is fused: no network sees more."""

_DECIDE: Final = 2.0
"""Contrast about one half of the mean of several mattes."""

_PEOPLE: Final = 4.0
"""The say of a network for people on a picture that shows people, against one for anything."""

_LIKE_PEOPLE: Final = (0.85, 0.95)
"""Agreement of a network for people with any other: below the first it is not heard, from
the second on in full. On pictures without people it draws something of its own, which
agrees with nothing."""


_LITTLE: Final = (0.04, 0.12)
"""Share of the picture below which a subject is too little for a small network: from
4 % down it has 64x64 of 320x320 pixels, and then a finer network need not agree with it."""


@dataclass(frozen=True, eq=False)
class Sight:
    """What one look at a photo gave.

    Attributes:
        matte: hxw float32 in [0, 1], of the whole photo; its aspect ratio need not be the photo's.
        people: whether it is from a network that knows people only.
        gain: contrast that the matte needs when it is enlarged: a small network's edges are wide.
        say: its share among networks for anything that agree.
    """

    matte: Matte
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
        sights: at least one; the first is the steadiest, which the others are held against.
        canvas: (height, width) of the result.
    Returns:
        HxW float32 in [0, 1], at every pixel between the least and the most that a heard
        look says (after its own gain).
    """
    mattes = [contrast(enlarged(sight.matte, canvas), sight.gain) for sight in sights]
    shares = says(sights, mattes)
    total = sum(shares)
    mean = np.zeros(canvas, np.float32)
    low, high = np.ones(canvas, np.float32), np.zeros(canvas, np.float32)
    for matte, share in zip(mattes, shares, strict=True):
        if share > 0:
            mean += matte * np.float32(share / total)
            np.minimum(low, matte, out=low)
            np.maximum(high, matte, out=high)
    return np.asarray(np.clip(contrast(mean, _DECIDE), low, high), np.float32)


def says(sights: Sequence[Sight], mattes: Sequence[Matte]) -> list[float]:
    """How much each look counts, not normalised; at least one counts.

    Args:
        sights: the first is the anchor.
        mattes: theirs, all of one size.
    """
    anything = [matte for sight, matte in zip(sights, mattes, strict=True) if not sight.people]
    little = 1 - _smooth_step(float(mattes[0].mean()), *_LITTLE)
    shares = [sights[0].say]
    for sight, matte in zip(sights[1:], mattes[1:], strict=True):
        if sight.people:
            nearest = max((agreement(matte, other) for other in anything), default=1.0)
            shares.append(_PEOPLE * _smooth_step(nearest, *_LIKE_PEOPLE))
        else:
            heard = agreement(mattes[0], matte) ** 2
            finer = sight.matte.size > sights[0].matte.size
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


def _smooth_step(value: float, low: float, high: float) -> float:
    place = min(max((value - low) / (high - low), 0.0), 1.0)
    return place * place * (3 - 2 * place)
