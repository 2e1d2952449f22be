"""Light on the subject, and what is drawn round it, as parts of a Recipe.

Lengths are shares of the longer side of the subject's box. Every default leaves the picture alone.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from pipelines.recipe.parts import Color, Part, Share
from pipelines.recipe.words import fields_in, is_off


class Light(Part):
    """How the backdrop lights the subject; without a backdrop it does not.

    ``harmonise`` brings the subject's exposure, white point and contrast towards the backdrop's,
    1 as far as looks right. ``wrap`` lays the backdrop's light over the subject's rim, and
    ``wrap_width`` is how far in it reaches.
    """

    harmonise: Share = 0
    wrap: Share = 0
    wrap_width: float = Field(0.012, gt=0, le=0.2)


class Outline(Part):
    """A line of one colour round the subject, as a sticker has it; no wider than 0 is none."""

    width: float = Field(0, ge=0, le=0.2)
    color: Color = "#ffffff"


class Glow(Part):
    """A soft halo round the subject, or round its outline; a ``size`` of 0 is none."""

    size: float = Field(0, ge=0, le=0.5)
    opacity: Share = 0.8
    color: Color = "#ffffff"


def _outline(value: object) -> object:
    """Read ``0.02``, ``white``, ``width=0.02,color=white``, or ``none``."""
    if not isinstance(value, str):
        return value
    return {} if is_off(value) else {"width": 0.012, **fields_in(value, "width", "color")}


def _glow(value: object) -> object:
    """Read ``0.1``, ``gold``, ``size=0.1,color=gold,opacity=0.5``, or ``none``."""
    if not isinstance(value, str):
        return value
    return {} if is_off(value) else {"size": 0.06, **fields_in(value, "size", "color")}


AnyOutline = Annotated[Outline, BeforeValidator(_outline)]
"""An outline as a part, or in a line."""

AnyGlow = Annotated[Glow, BeforeValidator(_glow)]
"""A glow as a part, or in a line."""
