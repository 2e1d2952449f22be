"""What of a Recipe is for any photo, and what belongs to one: the marks and strokes on it."""

from __future__ import annotations

from typing import Any

from pipelines.recipe import Recipe


def fresh(recipe: Recipe) -> Recipe:
    """A Recipe without what was marked or painted on its photo, for another one."""
    marked = recipe.edges.subjects == "picked"
    edges = recipe.edges.model_copy(
        update={"region": None, "picked": (), "subjects": "all" if marked else recipe.edges.subjects}
    )
    return recipe.model_copy(update={"edges": edges, "strokes": ()})


def of_own(recipe: Recipe, own: Recipe) -> Recipe:
    """A Recipe for a photo that has one of its own: what was marked or painted on that photo stays."""
    kept: dict[str, Any] = {"region": own.edges.region}
    if own.edges.subjects == "picked":
        kept |= {"subjects": "picked", "picked": own.edges.picked}
    edges = fresh(recipe).edges.model_copy(update=kept)
    return recipe.model_copy(update={"edges": edges, "strokes": own.strokes})
