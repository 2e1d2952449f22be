"""From flags, a file and a preset to a Recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from commands.backdrop_flags import with_picture
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe

_PARTS: Final = ("output", "edges", "framing", "light", "even")
"""Parts of a Recipe of which flags may change some fields and leave the others."""


def build_recipe(
    path: Path | None,
    wishes: Mapping[str, Any],
    picture: Mapping[str, Any] | None = None,
    presets: Sequence[str] = (),
) -> Recipe:
    """A Recipe from a file, a preset and flags; a preset wins over the file, and a flag over both.

    Args:
        path: of the file.
        wishes: fields by name; None for those that no flag asks for.
        picture: fields of the background's picture.
        presets: their names; the flags go with the first, the others keep to what is theirs.
    Raises:
        RecipeError: the file can't be read, or a value is not allowed.
        UnknownPreset: there is none of that name.
    """
    base = Recipe()
    if path is not None:
        try:
            base = Recipe.read(path.read_bytes())
        except OSError as error:
            raise RecipeError(f"The recipe {path} can't be read: {error.strerror}.") from None
    if presets:
        from pipelines.presets import apply, preset_named

        first, *others = (preset_named(name) for name in presets)
        base = apply(first, base).changed(also_presets=[other.name for other in others])
    fields = base.model_dump()
    if wishes.get("model") is not None:
        fields["input_size"] = None  # it belongs to the model that the file named
    for key, value in wishes.items():
        if isinstance(value, Mapping) and key in _PARTS:
            fields[key] |= {name: wish for name, wish in value.items() if wish is not None}
        elif value is not None:
            fields[key] = value
    fields["background"] = with_picture(fields["background"], picture or {})
    return Recipe.read(fields)


def on_sheet(recipe: Recipe, paper: str | None) -> Recipe:
    """A Recipe whose pictures go on a print sheet, where a paper is named.

    Raises:
        RecipeError: no such paper, or no preset that knows the picture's size on it.
    """
    if paper is None:
        return recipe
    if recipe.preset is None:
        raise RecipeError("--sheet goes with --preset of an ID photo, which knows its size on paper.")
    from pipelines.presets import preset_named, sheet_for

    return recipe.changed(sheet=sheet_for(preset_named(recipe.preset), paper.lower()))
