"""What guides over a picture show: where the subject lies on its canvas, and where else it could."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pipelines.compose.focus import Focus
from pipelines.compose.framing import Placement
from pipelines.compose.planning import Size, plan
from pipelines.recipe import Framing


class Rectangle(NamedTuple):
    """In shares of a canvas's width and height; may reach beyond it."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Guides:
    """Where the subject lies on its canvas.

    Attributes:
        box: round the subject.
        outer: the same with the margins that were asked for, as far as the canvas reaches.
        first: the box's top left corner where it is aligned to the top left, in shares of the canvas.
        last: the same where it is aligned to the bottom right; what is equal in both can't be moved.
    """

    box: Rectangle
    outer: Rectangle
    first: tuple[float, float]
    last: tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """What can be said of a framed picture.

    Attributes:
        canvas: its (width, height) in pixels, at full size.
        times: how many times as long as in the photo lengths are on it.
        held: whether they would be longer, were it not for the limit on enlarging.
        guides: None where there is no subject.
    """

    canvas: Size
    times: float
    held: bool
    guides: Guides | None


def guides(framing: Framing, size: Size, focus: Focus | None, place: Placement) -> Guides | None:
    """The guides of a framed photo.

    Args:
        framing: what was asked for.
        size: the photo's (width, height) in pixels.
        focus: the subject, in the photo's coordinates.
        place: what :func:`pipelines.compose.planning.plan` made of the three.
    Returns:
        None where there is no subject.
    """
    if focus is None:
        return None
    box = _box(focus, place)
    ends = [_box(focus, plan(_aligned(framing, end), size, focus)) for end in (0.0, 1.0)]
    first, last = ((end.left, end.top) for end in ends)
    return Guides(box, _outer(framing, box, place), first, last)


def _aligned(framing: Framing, end: float) -> Framing:
    return framing.model_copy(update={"align": (end, end)})


def _box(focus: Focus, place: Placement) -> Rectangle:
    matrix = np.array(place.matrix)
    shown = (focus.points @ matrix[:, :2].T + matrix[:, 2]) / np.array(place.canvas)
    (left, top), (right, bottom) = shown.min(axis=0).tolist(), shown.max(axis=0).tolist()
    return Rectangle(left, top, right, bottom)


def _outer(framing: Framing, box: Rectangle, place: Placement) -> Rectangle:
    across, down = place.canvas
    sides = (box.right - box.left) * across / place.times, (box.bottom - box.top) * down / place.times
    top, right, bottom, left = (length * place.times for length in framing.margins(*sides))
    return Rectangle(
        max(box.left - left / across, min(box.left, 0)),
        max(box.top - top / down, min(box.top, 0)),
        min(box.right + right / across, max(box.right, 1)),
        min(box.bottom + bottom / down, max(box.bottom, 1)),
    )
