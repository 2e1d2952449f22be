"""Backdrops as one word, as the command line and a Recipe's file may write them.

none                                nothing
white, #ff8800, ff880080            a colour
blur, blur@0.04, blur:disc@0.04     the photo's own background, and how far it is blurred
gradient:white-#ccc                 from the top down; two to five colours joined by -
gradient:white-tan 70%-#543@90      with places, and an angle as in CSS: 90 runs to the right
radial:white-#999@0.5,0.3           from a point to the farthest corner
studio:paper,color=tan,seed=3       the studio's library
beach.jpg                           a picture
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, ValidationError

from pipelines.errors import RecipeError
from pipelines.recipe.backdrops import (
    Backdrop,
    BlurBackdrop,
    ColorBackdrop,
    Fit,
    GradientBackdrop,
    ImageBackdrop,
    NoBackdrop,
    StudioBackdrop,
)
from pipelines.recipe.parts import explain

_STOP: Final = re.compile(r"(.+?)(?:\s+(\d+(?:\.\d+)?)%)?")


def parse_backdrop(text: str, fit: Fit = "cover") -> Backdrop:
    """Read a backdrop from one word, see this module. Looks at no file.

    Args:
        text: the word.
        fit: how a picture fills the canvas.
    Raises:
        RecipeError: neither a word for a backdrop nor anything that could be a file.
    """
    word = text.strip().lower()
    if word in ("none", "transparent", ""):
        return NoBackdrop()
    kind, rest = re.fullmatch(r"(\w*):?(.*)", word, re.DOTALL).groups()  # type: ignore[union-attr]
    if kind in _READERS and (word[len(kind) :][:1] in ("", ":", "@")):
        try:
            return _READERS[kind](rest)
        except ValidationError as error:
            reason = explain(error, frozenset()).removeprefix("The recipe can't be used. ")
            raise RecipeError(
                f"{text[:80]!r} is not a background. {reason.removeprefix('recipe: ')}"
            ) from None
    try:
        return ColorBackdrop(color=text)
    except ValidationError:
        if "/" in text or "\\" in text or "." in text:
            return ImageBackdrop(source=text, fit=fit)
    raise RecipeError(
        f"{text[:80]!r} is not a background: write none, blur, a colour (white, #ff8800), "
        "gradient:white-#ccc, studio:paper, or the path of a picture."
    )


def _blur(rest: str) -> Backdrop:
    shape, _, radius = rest.partition("@")
    wanted = {"shape": shape, "radius": radius}
    return BlurBackdrop.model_validate({name: value for name, value in wanted.items() if value})


def _stops(text: str) -> dict[str, Any]:
    """The colours of a gradient, and their places where any is given."""
    found = [_STOP.fullmatch(stop.strip()) for stop in text.split("-")]
    stops = [match.groups() if match else ("", None) for match in found]
    fields: dict[str, Any] = {"colors": [color for color, _ in stops]}
    if any(at is not None for _, at in stops):
        fields["at"] = _filled([None if at is None else float(at) / 100 for _, at in stops])
    return fields


def _filled(places: list[float | None]) -> list[float]:
    """Places with those that are not given filled in, as in CSS: evenly, and from end to end."""
    known = {0: 0.0, len(places) - 1: 1.0} | {i: at for i, at in enumerate(places) if at is not None}
    indices = sorted(known)
    filled = []
    for index in range(len(places)):
        before = max(i for i in indices if i <= index)
        after = min(i for i in indices if i >= index)
        share = (index - before) / (after - before) if after > before else 0.0
        filled.append(known[before] + (known[after] - known[before]) * share)
    return filled


def _linear(rest: str) -> Backdrop:
    colors, _, angle = rest.partition("@")
    wanted = {"angle": angle} if angle else {}
    return GradientBackdrop.model_validate({**_stops(colors), **wanted})


def _radial(rest: str) -> Backdrop:
    colors, _, center = rest.partition("@")
    wanted = {"center": center.split(",")} if center else {}
    return GradientBackdrop.model_validate({"shape": "radial", **_stops(colors), **wanted})


def _studio(rest: str) -> Backdrop:
    name, *fields = rest.split(",")
    wanted = dict(field.partition("=")[::2] for field in fields)
    return StudioBackdrop.model_validate({**wanted, "name": name})


_READERS: Final[dict[str, Callable[[str], Backdrop]]] = {
    "blur": _blur,
    "gradient": _linear,
    "radial": _radial,
    "studio": _studio,
}


def _from_word(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_backdrop(value)
    except RecipeError as error:
        raise ValueError(error.message) from None


AnyBackdrop = Annotated[Annotated[Backdrop, Field(discriminator="kind")], BeforeValidator(_from_word)]
"""A backdrop as a part, or as one word."""
