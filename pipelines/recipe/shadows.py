"""Shadows, as parts of a Recipe.

Lengths are shares of the longer side of the subject's box, so that they look the same at any size.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.recipe.parts import Color, Part, Share

Length = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[float, Field(ge=-1, le=1)]


class DropShadow(Part):
    """The subject's own shape, moved by ``offset`` (right, down) and blurred, as on a wall behind."""

    kind: Literal["drop"] = "drop"
    offset: tuple[Offset, Offset] = (0.02, 0.03)
    softness: Length = 0.03
    opacity: Share = 0.45
    color: Color = "#000000"


Shadow = DropShadow
"""What a subject may throw."""
