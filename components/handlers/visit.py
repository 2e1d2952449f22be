"""Undo and redo, recipe files, and going back to a photo of this visit."""

from __future__ import annotations

from typing import Any

from components.controls import Fields
from components.handlers.cutting import checked, noted, readable_size, recipe_of, show
from components.handlers.edges import marking
from components.handlers.messages import Messages, download_message, numbered, spoken, status_message
from components.handlers.treatment import fresh, of_own
from components.text import SAID
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe
from pipelines.timeline import PHOTOS
from pipelines.workbench import Workbench


def step(bench: Workbench, photo: str, by: int) -> Recipe | None:
    """The Recipe after a step back (negative) or forth; None where there is no photo."""
    moved = bench.timelines.move(photo, by)
    return moved.recipe if moved else None


def reopened(bench: Workbench, photo: str, fields: Fields) -> Recipe:
    """The Recipe for a photo that comes onto the stage.

    A photo that was worked on has its own. For a new one the controls stay as they are, so
    that it is treated like the last; only what was marked on that one is let go.

    Raises:
        CutawayError: a control holds what it never should.
    """
    known = bench.timelines.of(photo)
    return fresh(recipe_of(fields)) if known is None else known.recipe


@spoken
def to_all(bench: Workbench, photo: str, fields: Fields, photos: Any) -> Messages:
    """Have other photos treated like this one, as a step of each.

    Args:
        bench: the studio's state.
        photo: the one in work.
        fields: what the page's controls stand for.
        photos: ids of the visit's photos, as a browser sent them; anything may be in them.
    """
    recipe = recipe_of(fields)
    named = photos[:PHOTOS] if isinstance(photos, list) else []
    others = [one for one in named if isinstance(one, str) and one != photo and bench.shelf.has(one)]
    for other in others:
        known = bench.timelines.of(other)
        bench.timelines.record(other, fresh(recipe) if known is None else of_own(recipe, known.recipe))
    said = SAID[{0: "applied_none", 1: "applied_one"}.get(len(others), "applied")]
    return [status_message(said.format(count=len(others)))]


@spoken
def present(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """The cutout of a photo that comes onto the stage, or goes a step back or forth."""
    if not photo:
        return []
    asked = bench.timelines.ask()
    recipe = reopened(bench, photo, fields)
    edges = recipe.edges
    marks = marking(edges.subjects, False, {"region": edges.region, "picked": list(edges.picked)})
    return numbered(asked, [*show(bench, photo, recipe), noted(bench, photo, recipe, asked), marks])


def opened(text: Any) -> Recipe:
    """The Recipe of a file.

    Raises:
        RecipeError: not a Recipe, or not one that a page may ask for.
    """
    if not isinstance(text, str) or not text.strip():
        raise RecipeError(SAID["recipe_empty"])
    return checked(Recipe.read(text))


@spoken
def keep(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """The Recipe as a file."""
    data = recipe_of(fields).model_dump_json(indent=2)
    name = f"{bench.photo(photo).name if photo else 'cutaway'}.recipe.json"
    file = bench.shelf.put(data.encode(), name, "application/json")
    return [download_message(file, name, SAID["ready"].format(name=name, size=readable_size(len(data))))]


def lost(wanted: Recipe, shown: Recipe) -> Messages:
    """What to say where the page has no controls for all of a Recipe."""
    fields = [name for name in Recipe.model_fields if getattr(wanted, name) != getattr(shown, name)]
    if not fields:
        return []
    return [status_message(SAID["recipe_partly"].format(fields=", ".join(fields)))]
