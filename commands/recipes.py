"""From flags, a file and a preset to a Recipe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.errors import RecipeError
from pipelines.recipe import ImageBackdrop, Recipe, parse_backdrop

_PARTS: Final = ("output", "edges", "framing")
"""Parts of a Recipe of which flags may change some fields and leave the others."""


def build_recipe(
    path: Path | None, wishes: Mapping[str, Any], fit: str | None = None, preset: str | None = None
) -> Recipe:
    """A Recipe from a file, a preset and flags; a preset wins over the file, and a flag over both.

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
    if preset is not None:
        from pipelines.presets import apply, preset_named

        base = apply(preset_named(preset), base)
    fields = base.model_dump()
    if wishes.get("model") is not None:
        fields["input_size"] = None  # it belongs to the model that the file named
    for key, value in wishes.items():
        if isinstance(value, Mapping) and key in _PARTS:
            fields[key] |= {name: wish for name, wish in value.items() if wish is not None}
        elif value is not None:
            fields[key] = value
    if fit is not None:
        if fields["background"].get("kind") != "image":
            raise RecipeError("--fit goes with a picture as the background.")
        fields["background"]["fit"] = fit
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


def background_of(text: str | None) -> dict[str, object] | None:
    """A backdrop as ``--background`` names it; None where it does not."""
    if text is None:
        return None
    backdrop = parse_backdrop(text)
    if not isinstance(backdrop, ImageBackdrop) and Path(text).is_file():
        backdrop = ImageBackdrop(source=text)
    return backdrop.model_dump()
