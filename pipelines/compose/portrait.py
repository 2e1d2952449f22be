"""From a Recipe's portrait to a placement: the rules are in :class:`pipelines.recipe.Portrait`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.compose.framing import Placement
from pipelines.compose.planning import turned
from pipelines.faces.face import Face
from pipelines.faces.head import Head, head_of
from pipelines.photo import Matte8
from pipelines.recipe import Framing, Portrait

_LEVEL: Final = 0.4
"""A lean of fewer degrees is left alone: turning would soften the photo for nothing."""
_AIR: Final = 0.015
"""At least so much of the canvas's height stays free above the crown."""
_HIGHER: Final = 0.4
"""Without another wish: so much of the free height is above the head."""


@dataclass(frozen=True)
class HeadShown:
    """Where a head is on a canvas, as shares of its height from the top; ``middle`` of its width."""

    crown: float
    eyes: float
    chin: float
    middle: float
    cut: bool

    @property
    def height(self) -> float:
        """From chin to crown."""
        return self.chin - self.crown


def plan(
    portrait: Portrait, framing: Framing, size: tuple[int, int], face: Face, matte: Matte8
) -> tuple[Placement, HeadShown]:
    """Where a photo lies on its canvas, and the head with it.

    Args:
        portrait: what is wanted.
        framing: has the canvas's size, and how the photo is turned besides.
        size: the photo's (width, height) in pixels.
        face: in the photo.
        matte: HxW uint8, of the photo or a copy.
    """
    assert framing.size is not None  # noqa: S101  (the Recipe refuses a portrait without)
    wide, high = framing.size
    turn, _ = turned(_levelled(portrait, framing, face), size)
    head = head_of(face, matte, size, turn)
    scale = min(portrait.head * portrait.zoom * high / max(head.height, 1.0), framing.max_upscale)
    crown = _crown(portrait, head, scale, high) + portrait.offset[1] * high
    across = wide / 2 + portrait.offset[0] * wide - head.middle * scale
    move = np.array([across, crown - head.crown * scale])
    (a, b, x), (c, d, y) = np.column_stack([scale * turn[:, :2], scale * turn[:, 2] + move]).tolist()
    place = Placement((wide, high), ((a, b, x), (c, d, y))).at_most(framing.max_megapixels)
    crown_y, eyes, chin = (
        (crown + (row - head.crown) * scale) / high for row in (head.crown, head.eyes, head.chin)
    )
    return place, HeadShown(crown_y, eyes, chin, 0.5 + portrait.offset[0], head.cut)


def _levelled(portrait: Portrait, framing: Framing, face: Face) -> Framing:
    """The framing that turns the photo until the head is upright."""
    lean = face.lean if portrait.straighten else 0.0
    if abs(lean) < _LEVEL:
        return framing
    angle = (framing.straighten - lean + 180) % 360 - 180
    return framing.model_copy(update={"straighten": angle})


def _crown(portrait: Portrait, head: Head, scale: float, high: int) -> float:
    """The row of the canvas on which the crown lies."""
    tall = head.height * scale
    if portrait.eyes is not None:
        crown = (1 - portrait.eyes) * high - (head.eyes - head.crown) * scale
    elif portrait.top is not None:
        crown = portrait.top * high
    else:
        crown = (high - tall) * _HIGHER
    return max(crown, min(_AIR * high, high - tall))
