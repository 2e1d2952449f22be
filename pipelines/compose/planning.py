"""From a Recipe's framing to a placement: the rules are in :class:`pipelines.recipe.Framing`.

All of it is done in the coordinates of the full-size photo, for previews as well, so that they
show what the download will be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.compose.focus import Focus, Points, Side
from pipelines.compose.framing import Placement
from pipelines.recipe import Framing

Size = tuple[int, int]
"""Width and height in pixels."""

Cuts = Mapping[tuple[int, bool], float]
"""By axis (0 is across) and end (True is the far one): where a subject that is cut off there is whole."""

_INSET: Final = 0.001
"""How far inside the photo a slanting cut is laid, as a share of the photo's longer side: its edge is
soft, and the canvas's must lie where it is solid."""

_OUTWARD: Final[Mapping[Side, tuple[int, int]]] = {
    "left": (-1, 0),
    "right": (1, 0),
    "top": (0, -1),
    "bottom": (0, 1),
}


def plan(framing: Framing, size: Size, focus: Focus | None) -> Placement:
    """Where a photo lies on its canvas.

    Args:
        framing: what is wanted.
        size: the photo's (width, height) in pixels.
        focus: what is framed, in the photo's coordinates; without one the photo itself is.
    """
    turn, own = turned(framing, size)
    across, down = _spans(framing, turn, own, size, focus)
    canvas = _canvas(framing, own, across, down)
    wanted = _scale(framing, own, canvas, across, down)
    scale = min(wanted, framing.max_upscale)
    free_x, free_y = _align(framing, own, across, down)
    top = down.standing(canvas[1], scale, framing.baseline)
    move = np.array(
        [
            across.start(canvas[0], scale, free_x),
            down.start(canvas[1], scale, free_y) if top is None else top,
        ]
    )
    move -= scale * np.array([across.low, down.low])
    matrix = scale * turn
    matrix[:, 2] += move
    if scale == 1 and framing.straighten % 90 == 0:
        matrix[:, 2] = np.floor(matrix[:, 2] + 0.5)  # pixels stay pixels
    (a, b, x), (c, d, y) = matrix.tolist()
    place = Placement(canvas, ((a, b, x), (c, d, y)), held=wanted > scale)
    return place.at_most(framing.max_megapixels)


@dataclass(frozen=True)
class _Span:
    """What is framed, along one axis of the turned photo.

    Attributes:
        low: where it begins, in pixels.
        high: where it ends.
        before: the margin wanted before it, in pixels of the photo.
        after: the margin wanted after it.
        cut_low: whether it is cut off where it begins, and snaps to the canvas's edge.
        cut_high: whether it is cut off where it ends.
    """

    low: float
    high: float
    before: float = 0.0
    after: float = 0.0
    cut_low: bool = False
    cut_high: bool = False

    def snapped(self, cuts: Cuts, axis: int) -> _Span:
        """The same, cut off along an axis; as it is where a slanting cut would take half of it away."""
        low, high = cuts.get((axis, False)), cuts.get((axis, True))
        ends = self.low if low is None else low, self.high if high is None else high
        if ends[1] - ends[0] < self.length / 2:
            return self
        return replace(self, low=ends[0], high=ends[1], cut_low=low is not None, cut_high=high is not None)

    @property
    def length(self) -> float:
        return self.high - self.low

    @property
    def whole(self) -> float:
        """With its margins; a cut has none."""
        return self.length + self.margin_low + self.margin_high

    @property
    def margin_low(self) -> float:
        return 0.0 if self.cut_low else self.before

    @property
    def margin_high(self) -> float:
        return 0.0 if self.cut_high else self.after

    @property
    def through(self) -> bool:
        """Whether it is cut off at both ends."""
        return self.cut_low and self.cut_high

    def standing(self, room: int, scale: float, baseline: float | None) -> float | None:
        """Where it begins so that it ends on a baseline; None where there is none, or a cut rules it out."""
        if baseline is None or self.cut_low or self.cut_high:
            return None
        return room * baseline - self.length * scale

    def room_for(self, baseline: float | None) -> float:
        """How high a canvas must be for it to stand on a baseline, in pixels of the photo."""
        if baseline is None or self.cut_low or self.cut_high:
            return 0.0
        return (self.length + self.margin_low) / baseline

    def start(self, room: int, scale: float, align: float) -> float:
        """Where it begins on a canvas of ``room`` pixels."""
        free = room - self.length * scale
        if self.cut_low != self.cut_high:
            # What is too much goes over the edge where it is cut off anyway.
            return max(free, 0.0) if self.cut_high == (free >= 0) else min(free, 0.0)
        margins = (self.margin_low + self.margin_high) * scale
        if 0 < free < margins:
            return free * self.margin_low * scale / margins
        return free * align if free < margins else self.margin_low * scale + (free - margins) * align


def turned(framing: Framing, size: Size) -> tuple[NDArray[np.float64], Size]:
    """The map from the photo's coordinates to the turned and mirrored photo's, and the size of its frame."""
    quarters = math.floor(framing.straighten / 90 + 0.5)
    own = size if quarters % 2 == 0 else (size[1], size[0])
    angle = math.radians(framing.straighten)
    cos, sin = math.cos(angle), math.sin(angle)
    if framing.straighten % 90 == 0:  # exactly, so that pixels stay pixels
        cos, sin = round(cos), round(sin)
    mirror = np.diag([-1 if framing.flip == "horizontal" else 1, -1 if framing.flip == "vertical" else 1])
    linear = mirror @ np.array([[cos, -sin], [sin, cos]], np.float64)
    return np.column_stack([linear, np.array(own) / 2 - linear @ (np.array(size) / 2)]), own


def _moved(points: Points, turn: NDArray[np.float64]) -> Points:
    return np.asarray(points @ turn[:, :2].T + turn[:, 2])


def _spans(
    framing: Framing, turn: NDArray[np.float64], own: Size, size: Size, focus: Focus | None
) -> tuple[_Span, _Span]:
    """What is framed along both axes: the photo, or the subject's box with its margins."""
    if focus is None:
        return _Span(0, own[0]), _Span(0, own[1])
    low, high, margins = np.zeros(2), np.array(own, np.float64), (0.0, 0.0, 0.0, 0.0)
    if framing.by_subject():
        box = _moved(focus.points, turn)
        low, high = box.min(axis=0), box.max(axis=0)
        margins = framing.margins(*(high - low).tolist())
    top, right, bottom, left = margins
    across = _Span(float(low[0]), float(high[0]), left, right)
    down = _Span(float(low[1]), float(high[1]), top, bottom)
    if not framing.snap:
        return across, down
    inset = max(1.0, _INSET * max(size)) if framing.straighten % 90 else 0.0
    cuts = _turned_cuts(focus, turn, inset)
    return across.snapped(cuts, 0), down.snapped(cuts, 1)


def _turned_cuts(focus: Focus, turn: NDArray[np.float64], inset: float) -> Cuts:
    """How far in from each side of the turned photo the subject is whole."""
    cuts = {}
    for side, ends in focus.cuts:
        axis, far = _facing(np.array(_OUTWARD[side]) @ turn[:, :2].T)
        reached = _moved(ends, turn)[:, axis]
        cuts[axis, far] = float(reached.min() - inset if far else reached.max() + inset)
    return cuts


def _facing(outward: NDArray[np.float64]) -> tuple[int, bool]:
    """The axis along which a side of the turned photo faces out, and whether it is the far one."""
    axis = int(np.argmax(np.abs(outward)))
    return axis, bool(outward[axis] > 0)


def _canvas(framing: Framing, own: Size, across: _Span, down: _Span) -> Size:
    """The canvas in pixels."""
    if framing.size:
        return framing.size
    if framing.ratio is None and framing.crop == "photo":
        return own
    cropped = framing.crop == "subject"
    held = (across.whole, down.whole) if cropped or framing.share is not None else own
    ratio = framing.ratio or held[0] / held[1]
    width = max(held[0], held[1] * ratio)
    if framing.share is not None:
        width = max(width if cropped else 0, _share_width(framing, ratio, across, down))
    width = max(width, down.room_for(framing.baseline) * ratio)
    # Cut off on opposite sides it has to reach both, at its own size.
    if across.through:
        width = min(width, across.length)
    if down.through:
        width = min(width, down.length * ratio)
    return max(1, math.floor(width + 0.5)), max(1, math.floor(width / ratio + 0.5))


def _share_width(framing: Framing, ratio: float, across: _Span, down: _Span) -> float:
    """How wide a canvas of a ratio is, in pixels of the photo, on which the subject has its share."""
    share = framing.share or 1.0
    sides = across.length, down.length * ratio
    by_area = math.sqrt(across.length * down.length * ratio / share)
    widths = {
        "longer": max(sides) / share,
        "width": sides[0] / share,
        "height": sides[1] / share,
        "area": by_area,
    }
    return max(widths[framing.share_of], *sides)


def _scale(framing: Framing, own: Size, canvas: Size, across: _Span, down: _Span) -> float:
    """How many times as large as it is the photo would lie on the canvas, were there no limit."""
    if framing.size is None and (framing.ratio or framing.crop == "subject"):
        return 1.0
    held = (across.whole, down.whole) if framing.crop == "subject" else own
    scale = min(room / length for room, length in zip(canvas, held, strict=True))
    if framing.share is not None:
        shared = canvas[0] / _share_width(framing, canvas[0] / canvas[1], across, down)
        scale = min(scale, shared) if framing.crop == "subject" else shared
    scale = min(scale, canvas[1] / max(down.room_for(framing.baseline), 1e-9))
    for span, room in ((across, canvas[0]), (down, canvas[1])):
        if span.through:
            scale = max(scale, room / span.length)
    return scale


def _align(framing: Framing, own: Size, across: _Span, down: _Span) -> tuple[float, float]:
    """Where in its free room lies what is framed, as shares."""
    if framing.align is None:
        return 0.5, 0.5
    if framing.align != "photo":
        return framing.align
    spans = ((across, own[0]), (down, own[1]))
    x, y = (span.low / (side - span.length) if side > span.length else 0.5 for span, side in spans)
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
