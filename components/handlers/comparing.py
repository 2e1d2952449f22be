"""Several models on one photo: which there are, and what each gives."""

from __future__ import annotations

from typing import Any, Final

from components.controls import Fields
from components.handlers.cutting import need_weights, recipe_of
from components.handlers.messages import Message, backdrop_message, message
from components.handlers.models import model_title
from components.handlers.trust import trust
from components.text import MODEL_CHOICES, figure
from pipelines.errors import CutawayError, WeightsUnavailable
from pipelines.models.known import MODELS, model_named
from pipelines.models.plan import members
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench

FIRST: Final = ("auto", "fast", "isnet-general-use")
"""What is compared unless a visitor chooses: these, and the model in use."""

MOST: Final = 4
"""Models side by side."""


def choices(bench: Workbench, fields: Fields) -> Message:
    """The models that are here and may be used, and which are ticked at first."""
    recipe = recipe_of(fields)
    every = dict.fromkeys((*MODEL_CHOICES, *MODELS))
    every.pop("more")
    names = [name for name in every if _usable(bench, name, recipe)]
    ticked = [name for name in dict.fromkeys((recipe.model, *FIRST)) if name in names][: MOST - 1]
    shown = [{"name": name, "title": model_title(name), "checked": name in ticked} for name in names]
    return message("choices", current=recipe.model, choices=shown)


def _usable(bench: Workbench, name: str, recipe: Recipe) -> bool:
    """Whether a model is here, and its licence free or accepted."""
    if not recipe.noncommercial and not all(model_named(member).commercial for member in members(name)):
        return False
    try:
        need_weights(bench, name)
    except WeightsUnavailable:
        return False
    return True


def result(bench: Workbench, photo: str, fields: Fields, asked: Any) -> Message:
    """What one model gives, everything else being as it is set; or why it gives nothing.

    Args:
        bench: the studio's state.
        photo: its id.
        fields: what the page's controls stand for.
        asked: the ``model``, and the ``round`` that the answer belongs to; anything may be in them.
    """
    about = asked if isinstance(asked, dict) else {}
    name = str(about.get("model") or "")
    told = {"model": name, "round": about.get("round")}
    try:
        return message("result", **told, **_shown(bench, photo, with_model(fields, name)))
    except CutawayError as error:
        return message("failed", **told, text=error.message)


def with_model(fields: Fields, name: str) -> Recipe:
    """What the page's controls stand for, with another model.

    Raises:
        CutawayError: not a model that a page may name.
    """
    return recipe_of({**fields, "model": name})


def _shown(bench: Workbench, photo: str, recipe: Recipe) -> dict[str, object]:
    need_weights(bench, recipe.model)
    preview = bench.preview(photo, recipe)
    sure = trust(preview)
    alone = recipe.cut().model_copy(update={"background": recipe.background})  # in the photo's own frame
    return {
        "image": preview.image,
        "text": f"{figure(preview.seconds, 1)} s · {sure['verdict']}",
        "level": sure["level"],
        "behind": backdrop_message(photo, bench.layer(photo, alone)),
    }
