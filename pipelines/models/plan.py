"""Which looks at a photo a model's name stands for, and how their mattes become one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pipelines.models.fusion import Sight, canvas_of, contrast, fuse
from pipelines.models.known import MODELS
from pipelines.photo import Matte, Photo

AUTO: Final = "auto"

NICKNAMES: Final[dict[str, str]] = {"portrait": "modnet"}
"""What people call a model: the name of the catalogue."""


@dataclass(frozen=True)
class Look:
    """One run of a network over a photo.

    Attributes:
        model: the catalogue's name, or the path of an own file.
        side: of the square input of a flexible network, in pixels; None for its own size.
        span: least and most side to choose from by the subject's size (:func:`settled`).
        mirrored: shows the photo's mirror image, and mirrors the answer back.
        gain: contrast its matte needs once it is enlarged.
        say: its share among networks for anything that agree.
    """

    model: str
    side: int | None = None
    span: tuple[int, int] | None = None
    mirrored: bool = False
    gain: float = 1.0
    say: float = 1.0

    @property
    def label(self) -> str:
        """Names what the network answers: the same for two looks that differ in their use only."""
        size = f"@{self.side}" if self.side else ""
        return f"{self.model}{size}{' mirrored' if self.mirrored else ''}"


_SMALL: Final = Look("u2netp", gain=2.0)
"""Steady, seldom wholly wrong, coarse: what the others are held against. Its edge, enlarged
from 320 pixels, is wider than a true one."""

_SMALL_MIRRORED: Final = replace(_SMALL, mirrored=True, say=0.5)

_PEOPLE: Final = Look("modnet")

_ACROSS: Final = 355
"""How large a network is shown the subject: the square root of its area, in the input's pixels.
Shown larger, big furry subjects come out hollow; shown smaller, little ones are missed."""

_STEP: Final = 128
"""Sides to choose from differ by this much."""

PLANS: Final[dict[str, tuple[Look, ...]]] = {
    "fast": (_SMALL,),
    AUTO: (_SMALL, _PEOPLE, Look("isnet-general-use", span=(640, 896), say=2.0)),
    "best": (
        _SMALL,
        _PEOPLE,
        _SMALL_MIRRORED,
        Look("isnet-general-use", side=768),
        Look("isnet-general-use", span=(640, 1024), say=3.0),
    ),
}
"""The names that stand for several looks; the quickest first, which is also the anchor."""


def looks(name: str) -> tuple[Look, ...]:
    """The looks behind a model name, a nickname or a plan; quickest network first."""
    return PLANS.get(name) or (Look(NICKNAMES.get(name, name)),)


def members(name: str) -> tuple[str, ...]:
    """The catalogue's names behind a model name, a nickname or a plan; quickest first."""
    return tuple(dict.fromkeys(look.model for look in looks(name)))


def settled(look: Look, first: Sequence[tuple[Look, Matte]]) -> Look:
    """A look with its side chosen, so that the subject is shown at about the same size always.

    Args:
        look: one without a span comes back as it is.
        first: the looks made before; the first of them says how large the subject is.
            Without any, the middle of the span is taken.
    """
    if look.span is None:
        return look
    least, most = look.span
    if not first:
        return replace(look, side=(least + most) // 2 // _STEP * _STEP, span=None)
    area = float(contrast(first[0][1], first[0][0].gain).mean())
    wanted = _ACROSS / math.sqrt(area) if area > 0 else most
    side = round(min(max(wanted, least), most) / _STEP) * _STEP
    return replace(look, side=side, span=None)


def mirrored(photo: Photo) -> Photo:
    """A photo's mirror image, left and right exchanged."""
    alpha = None if photo.alpha is None else np.ascontiguousarray(photo.alpha[:, ::-1])
    return replace(photo, pixels=np.ascontiguousarray(photo.pixels[:, ::-1]), alpha=alpha)


def combine(seen: Sequence[tuple[Look, Matte]], size: tuple[int, int]) -> Matte:
    """What several looks gave, as one coarse matte.

    Args:
        seen: at least one look with its hxw float32 matte in [0, 1].
        size: the photo's (width, height) in pixels.
    Returns:
        HxW float32 in [0, 1]. A single look whose matte needs nothing comes back as it is.
    """
    if len(seen) == 1 and seen[0][0].gain == 1:
        return seen[0][1]
    return fuse([_sight(look, matte) for look, matte in seen], canvas_of(size))


def _sight(look: Look, matte: Matte) -> Sight:
    model = MODELS.get(look.model)
    people = model is not None and model.task == "portrait"
    return Sight(matte, people=people, gain=look.gain, say=look.say)
