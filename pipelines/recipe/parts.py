"""What the parts of a Recipe are made of: colours, places, and how a wrong value is explained."""

from __future__ import annotations

from typing import Annotated, Any, TypeGuard

from PIL import ImageColor
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines.errors import RecipeError

Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]
Region = tuple[Share, Share, Share, Share]


class Part(BaseModel):
    """A part of a Recipe: frozen, and without fields that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def is_plain(value: object) -> TypeGuard[Part]:
    """Whether it is a part each of whose fields can change alone; those of a backdrop go with its kind."""
    return isinstance(value, Part) and "kind" not in type(value).model_fields


def parse_color(text: str) -> tuple[int, int, int, int]:
    """Read a colour as people write it.

    Args:
        text: ``#rgb``, ``#rrggbb``, ``#rrggbbaa`` (the ``#`` may be missing), a CSS
            name, or ``rgb(...)``/``hsl(...)``.
    Returns:
        Red, green, blue, alpha, each 0..255, sRGB, straight.
    Raises:
        RecipeError: not a colour.
    """
    cleaned = text.strip()
    for attempt in (cleaned, f"#{cleaned}"):
        try:
            return _with_alpha(ImageColor.getrgb(attempt))
        except ValueError:
            continue
    raise RecipeError(
        f"{text[:40]!r} is not a colour. Write a name such as white, or a hex value such as #ff8800."
    )


def _with_alpha(rgb: tuple[int, ...]) -> tuple[int, int, int, int]:
    red, green, blue, *alpha = rgb
    return red, green, blue, alpha[0] if alpha else 255


def _normal_color(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        red, green, blue, alpha = parse_color(value)
    except RecipeError as error:
        raise ValueError(error.message) from None
    return f"#{red:02x}{green:02x}{blue:02x}" + ("" if alpha == 255 else f"{alpha:02x}")


Color = Annotated[str, BeforeValidator(_normal_color)]
"""A colour as people write it, kept as ``#rrggbb`` or ``#rrggbbaa``."""


def explain(error: ValidationError, tags: frozenset[str]) -> str:
    """One line for each wrong field of a Recipe, in words.

    Args:
        error: what pydantic found.
        tags: names of alternatives, which pydantic puts into a field's place, and a user never wrote.
    """
    lines = []
    for item in error.errors():
        where = ".".join(str(part) for part in item["loc"] if part not in tags) or "recipe"
        lines.append(f"{where}: {_plain(item)}")
    return "The recipe can't be used. " + "; ".join(lines) + "."


def _plain(item: Any) -> str:
    match item["type"]:
        case "extra_forbidden":
            return "there is no such field"
        case "literal_error":
            return f"{item['input']!r} is not one of {item['ctx']['expected']}"
        case "value_error":
            return str(item["ctx"]["error"]).rstrip(".")
        case "json_invalid":
            return "this is not JSON"
        case _:
            return str(item["msg"])
