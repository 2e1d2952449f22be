"""From strokes on the photo to a Recipe's strokes, and what the stage is told about them."""

from __future__ import annotations

from typing import Any, Final

from components.controls import Fields
from components.handlers.cutting import recipe_of
from components.handlers.messages import Message, touched_message
from components.text import TOUCH_UP
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench

Strokes = dict[str, Any]
"""``strokes``: those painted, as a Recipe has them; ``undone``: those taken back, the latest last."""

NO_STROKES: Final[Strokes] = {"strokes": [], "undone": []}

MOST: Final = 500
"""A Recipe holds no more strokes."""

_FIELDS: Final = ("mode", "points", "size", "hardness", "smart")


def with_stroke(state: Strokes, stroke: Any) -> Strokes:
    """The strokes after one more; what was undone is gone for good.

    Args:
        state: before.
        stroke: what a browser sent; anything may be in it.
    Raises:
        RecipeError: no stroke at all, or one too many.
    """
    if len(state["strokes"]) >= MOST:
        raise RecipeError(TOUCH_UP["too_many"].format(most=MOST))
    sent = stroke if isinstance(stroke, dict) else {}
    fields = {name: sent[name] for name in _FIELDS if name in sent}
    (checked,) = Recipe.read({"strokes": [fields]}).strokes
    return {"strokes": [*state["strokes"], checked.model_dump()], "undone": []}


def undone(state: Strokes) -> Strokes:
    """The strokes without the last one."""
    if not state["strokes"]:
        return state
    *kept, last = state["strokes"]
    return {"strokes": kept, "undone": [*state["undone"], last]}


def redone(state: Strokes) -> Strokes:
    """The strokes with the one that was undone last."""
    if not state["undone"]:
        return state
    *left, back = state["undone"]
    return {"strokes": [*state["strokes"], back], "undone": left}


def cleared(state: Strokes) -> Strokes:
    """No strokes; undoing nothing brings them back, redoing does, one by one."""
    return {"strokes": [], "undone": [*state["undone"], *reversed(state["strokes"])]}


def touched(bench: Workbench, photo: str, fields: Fields, *, untouched: bool = False) -> list[Message]:
    """The cutout with its strokes, or without them, for the stage.

    Raises:
        CutawayError: see :mod:`pipelines.errors`.
    """
    if not photo:
        return []
    recipe = recipe_of(fields)
    shown = recipe.model_copy(update={"strokes": ()}) if untouched else recipe
    preview = bench.preview(photo, shown)
    word = {0: "none", 1: "one"}.get(len(recipe.strokes), "count")
    said = TOUCH_UP["untouched" if untouched else word].format(count=len(recipe.strokes))
    return [touched_message(photo, preview.image, said)]
