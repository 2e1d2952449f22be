"""What may be behind the subject, as parts of a Recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError

from pipelines.errors import RecipeError
from pipelines.recipe.parts import Color, Part

Fit = Literal["cover", "contain"]


class NoBackdrop(Part):
    """Nothing behind the subject: the result is transparent."""

    kind: Literal["none"] = "none"


class ColorBackdrop(Part):
    """One colour behind the subject, written back as ``#rrggbb`` or ``#rrggbbaa``."""

    kind: Literal["color"] = "color"
    color: Color


class ImageBackdrop(Part):
    """A picture behind the subject.

    ``source`` is a file path at the command line and in Python, and an asset id in
    the studio and the API; the door decides how it is looked up.
    """

    kind: Literal["image"] = "image"
    source: str = Field(min_length=1, max_length=4096)
    fit: Fit = "cover"


class BlurBackdrop(Part):
    """The photo's own background, blurred.

    ``radius`` is the blur's standard deviation as a share of the photo's longer side.
    """

    kind: Literal["blur"] = "blur"
    radius: float = Field(0.02, gt=0, le=0.2)


Backdrop = NoBackdrop | ColorBackdrop | ImageBackdrop | BlurBackdrop


def parse_backdrop(text: str, fit: Fit = "cover") -> Backdrop:
    """Read a backdrop from one word, as the command line takes it. Looks at no file.

    Args:
        text: ``none``, ``transparent``, ``blur``, a colour, or a picture's path.
        fit: how a picture fills the canvas.
    Raises:
        RecipeError: neither a colour nor anything that could be a file.
    """
    word = text.strip().lower()
    if word in ("none", "transparent", ""):
        return NoBackdrop()
    if word == "blur":
        return BlurBackdrop()
    try:
        return ColorBackdrop(color=text)
    except ValidationError:
        if "/" in text or "\\" in text or "." in text:
            return ImageBackdrop(source=text, fit=fit)
    raise RecipeError(
        f"{text[:80]!r} is not a background: write none, blur, a colour (white, #ff8800), "
        "or the path of a picture."
    )


def _backdrop_from_word(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_backdrop(value)
    except RecipeError as error:
        raise ValueError(error.message) from None


AnyBackdrop = Annotated[
    Annotated[Backdrop, Field(discriminator="kind")], BeforeValidator(_backdrop_from_word)
]
"""A backdrop as a part, or as one word."""
