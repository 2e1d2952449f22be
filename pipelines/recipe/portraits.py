"""Where a head sits on the canvas, as a part of a Recipe."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from pipelines.recipe.parts import Part, Share

Shift = Annotated[float, Field(ge=-0.5, le=0.5)]


class Portrait(Part):
    """Frames by the one face of a photo, as ID photos ask for. Needs a canvas of a given size.

    Lengths are shares of the canvas's height: ``head`` is from the chin to the crown with its hair, ``eyes``
    from the bottom edge to the eye line, ``top`` above the crown. Of ``eyes`` and ``top`` at most one is
    given; without either there is as much room above the head as suits its size. Where the head
    would reach beyond the canvas, the eye line gives way. ``straighten`` turns the photo until
    the head is upright. ``zoom`` and ``offset`` (right, down, as shares of the canvas's sides) are what a
    person moved by hand after that.
    """

    head: float = Field(0.7, ge=0.1, le=0.95)
    eyes: Share | None = None
    top: Share | None = None
    straighten: bool = True
    zoom: float = Field(1, ge=0.5, le=2)
    offset: tuple[Shift, Shift] = (0.0, 0.0)

    @model_validator(mode="after")
    def _is_held_once(self) -> Self:
        if self.eyes is not None and self.top is not None:
            raise ValueError("a head is placed by its eye line or by the room above it, not by both")
        return self
