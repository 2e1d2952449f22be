"""Shadows and reflections, as parts of a Recipe.

Lengths are shares of the longer side of the subject's box where nothing else is said, so that they
look the same at any size.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from pipelines.recipe.parts import Color, Part, Share
from pipelines.recipe.words import fields_in

Length = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[float, Field(ge=-1, le=1)]


class DropShadow(Part):
    """The subject's own shape, moved by ``offset`` (right, down) and blurred, as on a wall behind."""

    kind: Literal["drop"] = "drop"
    offset: tuple[Offset, Offset] = (0.02, 0.03)
    softness: Length = 0.03
    opacity: Share = 0.45
    color: Color = "#000000"


class ContactShadow(Part):
    """The dark seam under whatever stands on the ground, and the soft light-lessness around it.

    It lies under every foot and wheel, each at its own height, and not where the photo or the
    canvas cuts the subject off.
    """

    kind: Literal["contact"] = "contact"
    softness: Length = 0.03
    opacity: Share = 0.7
    color: Color = "#000000"


class CastShadow(Part):
    """The subject's shape thrown on level ground by a lamp.

    ``direction`` is where it falls, in degrees clockwise as seen from above: 0 straight away from the
    viewer, 90 to the right, 180 towards the viewer, 270 to the left. ``length`` is its length
    on the ground as a share of the subject's height. It grows softer with the distance from the
    feet, up to ``softness``, and loses the share ``fade`` of its darkness until its end.
    """

    kind: Literal["cast"] = "cast"
    direction: float = Field(60, ge=-360, le=360)
    length: float = Field(0.9, ge=0.05, le=3)
    softness: Length = 0.03
    fade: Share = 0.6
    opacity: Share = 0.5
    color: Color = "#000000"


class CarShadow(Part):
    """A flat dark pool under a vehicle, darkest at the wheels, as car dealers' pictures have it.

    ``spread`` is how far it reaches out from under the subject.
    """

    kind: Literal["car"] = "car"
    spread: Length = 0.03
    softness: Length = 0.02
    opacity: Share = 0.85
    color: Color = "#000000"


class Reflection(Part):
    """The subject mirrored in glossy ground.

    ``length`` is how far down it can be seen, as a share of the subject's height. ``softness`` is the
    blur at that end; where it stands it is sharp.
    """

    kind: Literal["reflection"] = "reflection"
    length: float = Field(0.5, ge=0.02, le=1)
    softness: Length = 0.008
    opacity: Share = 0.35


class OwnShadow(Part):
    """The shadow that the photo has: what is darker beside the subject than the ground around.

    ``opacity`` is how much of it is kept; 1 is as dark as in the photo.
    """

    kind: Literal["own"] = "own"
    opacity: Share = 1
    color: Color = "#000000"


Shadow = DropShadow | ContactShadow | CastShadow | CarShadow | Reflection | OwnShadow
"""What a subject may throw."""

SHADOW_KINDS: Final = ("drop", "contact", "cast", "reflection", "car", "own")
"""The kinds of shadows."""

_ALSO: Final = {"3d": "cast", "ground": "contact", "soft": "drop", "original": "own", "mirror": "reflection"}
"""What other programs call them."""


def _shadow_from_word(value: object) -> object:
    """Read ``drop``, or ``drop:opacity=0.5,softness=0.04,offset=0.02/0.05``."""
    if not isinstance(value, str):
        return value
    kind, _, rest = value.partition(":")
    kind = kind.strip().lower()
    kind = _ALSO.get(kind, kind)
    if kind not in SHADOW_KINDS:
        raise ValueError(f"{value[:40]!r} is not a shadow: write {', '.join(SHADOW_KINDS)}")
    return {"kind": kind, **fields_in(rest, "opacity", "color")}


AnyShadow = Annotated[Annotated[Shadow, Field(discriminator="kind")], BeforeValidator(_shadow_from_word)]
"""A shadow as a part, or in a line: ``cast:direction=300,length=0.5``."""
