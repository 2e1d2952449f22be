"""Which looks at a photo a model's name stands for, and how their mattes become one.

A plan is a list of turns. Each is taken or left by what was seen before it: little
subjects are shown large, others close by; and a further opinion is asked for only where
the first ones differ, so that an easy photo costs little.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pipelines.models.fusion import (
    WHOLE,
    Sight,
    agreement,
    canvas_of,
    contrast,
    enlarged,
    fuse,
    placed,
    within,
)
from pipelines.models.known import MODELS
from pipelines.models.look import Look, Seen
from pipelines.photo import Matte

AUTO: Final = "auto"

NICKNAMES: Final[dict[str, str]] = {"portrait": "modnet"}
"""What people call a model: the name of the catalogue."""

_LITTLE: Final = 0.08
"""Share of the photo below which a subject is little. The small network may have found a part of
it only, and its frame then cuts off the rest: a finer one must look at the whole photo."""

_SETTLED: Final = 0.9
"""Two networks of different families that agree so far need no further opinions."""

_TORN: Final = 0.8
"""Two that agree less than this are heard together with still others by Best."""

_KINDRED: Final = 0.9
"""A network for people that agrees so far with one for anything sees the same subject."""

_GRID: Final = (320, 320)
"""Where agreement is measured: the small network's own size."""

Condition = Callable[[Seen], bool]
"""Whether a turn is taken, by what was seen before."""


@dataclass(frozen=True)
class Turn:
    """A look that is made if all its conditions hold."""

    look: Look
    when: tuple[Condition, ...] = ()

    def wanted(self, seen: Seen) -> bool:
        """Whether to look, after these looks."""
        return all(holds(seen) for holds in self.when)


def little(seen: Seen) -> bool:
    """Whether the first look found a subject that covers little of the photo."""
    return bool(seen) and float(contrast(seen[0][1], seen[0][0].gain).mean()) < _LITTLE


def sizeable(seen: Seen) -> bool:
    """Whether it did not."""
    return not little(seen)


def apart(least: float) -> Condition:
    """Whether the first two networks for anything agree less than this (0..1)."""

    def holds(seen: Seen) -> bool:
        others = [one for one in seen[1:] if not _for_people(one[0]) and one[0].model != seen[0][0].model]
        return bool(others) and _agreement_of(seen[0], others[0]) < least

    return holds


def together(least: float) -> Condition:
    """Whether they agree at least so far (0..1)."""
    further = apart(least)
    return lambda seen: not further(seen)


def _agreement_of(first: tuple[Look, Matte], second: tuple[Look, Matte]) -> float:
    """How far two looks agree inside the second's frame."""
    inside = placed(np.ones((1, 1), np.float32), second[0].frame, _GRID)
    one, other = (placed(contrast(matte, look.gain), look.frame, _GRID) for look, matte in (first, second))
    return agreement(np.asarray(one * inside, np.float32), other)


_SMALL: Final = Look("u2netp", gain=2.0)
"""Steady, seldom wholly wrong, coarse: what the others are held against. Its edge, enlarged
from 320 pixels, is wider than a true one."""

_CLOSER: Final = replace(_SMALL, close=True)

_PEOPLE: Final = Look("modnet")

_FINE: Final = "isnet-general-use"

PLANS: Final[dict[str, tuple[Turn, ...]]] = {
    "fast": (Turn(_SMALL),),
    AUTO: (
        Turn(_SMALL),
        Turn(replace(_PEOPLE, side=384)),
        Turn(Look(_FINE, side=896, say=4.0), (little,)),
        Turn(Look(_FINE, side=704, say=2.0), (sizeable,)),
        Turn(_CLOSER, (sizeable, apart(_SETTLED))),
        Turn(Look(_FINE, side=512, close=True, say=2.0), (sizeable, apart(_SETTLED))),
    ),
    "best": (
        Turn(_SMALL),
        Turn(_PEOPLE),
        Turn(Look(_FINE, side=896, say=4.0), (little,)),
        Turn(Look(_FINE, side=1024, say=2.0), (little,)),
        Turn(Look(_FINE, side=768), (sizeable,)),
        Turn(Look(_FINE, side=512, close=True), (sizeable,)),
        Turn(Look(_FINE, side=640, close=True), (sizeable,)),
        Turn(replace(_SMALL, mirrored=True, say=0.5), (sizeable,)),
        Turn(_CLOSER, (sizeable, apart(_SETTLED))),
        Turn(Look(_FINE, side=1024), (sizeable, apart(_SETTLED), together(_TORN))),
        Turn(Look(_FINE, side=640), (sizeable, apart(_TORN))),
    ),
}
"""The names that stand for several looks; the quickest first, which is also the anchor."""


def turns(name: str) -> tuple[Turn, ...]:
    """The turns behind a model name, a nickname or a plan; quickest network first."""
    return PLANS.get(name) or (Turn(Look(NICKNAMES.get(name, name))),)


def members(name: str) -> tuple[str, ...]:
    """The catalogue's names behind a model name, a nickname or a plan; quickest first."""
    return tuple(dict.fromkeys(turn.look.model for turn in turns(name)))


def combine(seen: Seen, size: tuple[int, int]) -> Matte:
    """What several looks gave, as one coarse matte.

    Args:
        seen: at least one look with the hxw float32 matte of its frame, in [0, 1].
        size: the photo's (width, height) in pixels.
    Returns:
        HxW float32 in [0, 1]. A single look at the whole whose matte needs nothing comes back as it is.
    """
    look, matte = seen[0]
    if len(seen) == 1 and look.gain == 1 and look.frame == WHOLE:
        return matte
    return fuse([_sight(look, matte) for look, matte in seen], canvas_of(size))


def whole(seen: Seen, size: tuple[int, int]) -> list[Matte]:
    """What each look says of the whole photo, ready to be compared.

    Args:
        seen: looks with the mattes of their frames.
        size: (height, width) of the results.
    Returns:
        HxW float32 in [0, 1] for each, after its gain; outside its frame a look says what the
        first one says.
    """
    first, matte = seen[0]
    anchor = contrast(enlarged(matte, size), first.gain)
    return [anchor, *(_ready(look, matte, anchor) for look, matte in seen[1:])]


def witnesses(seen: Seen) -> list[int]:
    """Which looks tell whether a cutout is right, as places in ``seen``.

    Of each network for anything those that saw the whole photo, or its close ones where there
    are no others: a close look has its frame from the first one, and so can't contradict it
    about what lies outside. A network for people says something of its own about a photo
    without any; it is asked where it agrees with another, or where there is no other.
    """
    general = [one for one in seen if not _for_people(one[0])]
    wide = {look.model for look, _ in general if not look.close}

    def asked(one: tuple[Look, Matte]) -> bool:
        if _for_people(one[0]):
            return any(_agreement_of(other, one) > _KINDRED for other in general) or not general
        return not one[0].close or one[0].model not in wide

    return [place for place, one in enumerate(seen) if asked(one)]


def _ready(look: Look, matte: Matte, anchor: Matte) -> Matte:
    size = anchor.shape[0], anchor.shape[1]
    part = within(look.frame, size)
    ready = anchor.copy()
    ready[part] = contrast(enlarged(matte, ready[part].shape), look.gain)
    return ready


def _sight(look: Look, matte: Matte) -> Sight:
    return Sight(matte, frame=look.frame, people=_for_people(look), gain=look.gain, say=look.say)


def _for_people(look: Look) -> bool:
    model = MODELS.get(look.model)
    return model is not None and model.task == "portrait"
