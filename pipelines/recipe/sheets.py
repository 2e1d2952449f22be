"""A print sheet of several copies, as a part of a Recipe."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from pipelines.recipe.parts import Part

Paper = Literal["9x13", "10x15", "4x6", "13x18", "5x7", "a6", "a5", "a4", "letter"]

PAPERS: Final[dict[Paper, tuple[float, float]]] = {
    "9x13": (89, 127),
    "10x15": (100, 150),
    "4x6": (101.6, 152.4),
    "13x18": (130, 180),
    "5x7": (127, 177.8),
    "a6": (105, 148),
    "a5": (148, 210),
    "a4": (210, 297),
    "letter": (215.9, 279.4),
}
"""Width and height in millimetres."""

Millimetres = Annotated[float, Field(ge=5, le=300)]


class Sheet(Part):
    """Several copies of the finished picture on a page, to print and cut apart.

    ``photo_mm`` is one copy's width and height on paper. ``copies`` is how many; None is as many as
    fit. They stand ``gap_mm`` apart on white, upright or lying, whichever holds more, and ``marks``
    draws short lines beside them to cut along. The page has as many pixels to the millimetre as
    the picture.
    """

    paper: Paper = "10x15"
    photo_mm: tuple[Millimetres, Millimetres]
    copies: int | None = Field(None, ge=1, le=200)
    gap_mm: float = Field(1, ge=0, le=50)
    marks: bool = True
