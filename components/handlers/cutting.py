"""From what a visitor chose to what the stage shows. Plain functions; the workbench is passed in."""

from __future__ import annotations

from components.controls import Fields
from components.handlers.framing import framed
from components.handlers.heads import guides_of
from components.handlers.messages import (
    Message,
    Messages,
    backdrop_message,
    cut_message,
    numbered,
    scene_message,
    spoken,
    status_message,
    steps_message,
)
from components.handlers.treatment import fresh
from components.handlers.trust import trust
from components.text import SAID, UNITS, figure
from pipelines.compose.scene import plain
from pipelines.errors import WeightsUnavailable
from pipelines.models.known import model_named
from pipelines.models.plan import members
from pipelines.recipe import Recipe
from pipelines.workbench import GLIMPSE_SIDE, PREVIEW_SIDE, QUICK_MODEL, Preview, Workbench


def recipe_of(fields: Fields) -> Recipe:
    """The Recipe that the page's controls stand for.

    Raises:
        RecipeError: a control holds what it never should.
        UnknownModel: not a model of the catalogue; a page may not name files of this machine.
    """
    return checked(Recipe.read(fields))


def checked(recipe: Recipe) -> Recipe:
    """The same, if a page may ask for it.

    Raises:
        UnknownModel: not a model of the catalogue; a page may not name files of this machine.
    """
    for name in members(recipe.model):
        model_named(name)
    return recipe


@spoken
def quick_look(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """A first cutout with the quickest network, where a better one will follow."""
    model = recipe_of(fields).model  # says at once what can't be done
    if bench.timelines.of(photo) is not None:
        return []
    if members(model) == (QUICK_MODEL,) or bench.service.store.find(model_named(QUICK_MODEL)) is None:
        return [status_message(SAID["cutting"], busy=True)]
    preview = bench.preview(photo, Recipe(model=QUICK_MODEL))
    return [cut_message(photo, preview.image, SAID["first_look"], final=False)]


@spoken
def cut_out(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """The cutout with the chosen model, and what is behind it."""
    if not photo:
        return []
    recipe, asked = recipe_of(fields), bench.timelines.ask()
    return numbered(asked, [*show(bench, photo, recipe), noted(bench, photo, recipe, asked)])


def show(bench: Workbench, photo: str, recipe: Recipe) -> Messages:
    """The cutout that a Recipe asks for, and what is made of it.

    Raises:
        CutawayError: see :mod:`pipelines.errors`.
    """
    need_weights(bench, recipe.model)
    preview = bench.preview(photo, recipe)
    shown = cut_message(photo, preview.image, summary(preview), final=True, confidence=trust(preview))
    return [shown, _result(bench, photo, recipe)]


def noted(bench: Workbench, photo: str, recipe: Recipe, asked: int) -> Message:
    """Remember what was made, so that it can be undone.

    Args:
        bench: the studio's state.
        photo: the one in work.
        recipe: what was made.
        asked: its number (:meth:`~pipelines.timeline.Timelines.ask`).
    """
    timeline = bench.timelines.record(photo, recipe, asked)
    treatment = fresh(timeline.recipe).to_json()
    return steps_message(photo, back=timeline.back, forth=timeline.forth, recipe=treatment)


@spoken
def compose(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """Something else made of the same cutout; no network runs that has not run before."""
    if not photo:
        return []
    recipe, asked = recipe_of(fields), bench.timelines.ask()
    return numbered(asked, [_result(bench, photo, recipe), noted(bench, photo, recipe, asked)])


@spoken
def peek(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """A glimpse of the same while a slider is still moved: nothing that could be undone."""
    return [{**_result(bench, photo, recipe_of(fields), GLIMPSE_SIDE), "glimpse": True}] if photo else []


def _result(bench: Workbench, photo: str, recipe: Recipe, side: int = PREVIEW_SIDE) -> Message:
    """What is made of the cutout. A backdrop alone is put behind it by the browser itself."""
    if plain(recipe):
        message = backdrop_message(photo, bench.layer(photo, recipe))
    else:
        scene = bench.scene(photo, recipe, side)
        message = scene_message(photo, scene, guides_of(recipe, scene.head))
    # A head has guides of its own.
    frame = framed(bench.frame(photo, recipe)) if recipe.portrait is None else None
    return {**message, "frame": frame}


def summary(preview: Preview) -> str:
    """What made a cutout, in a line: networks, time, and anything worth knowing."""
    names = " + ".join(_title(facts.name) for facts in preview.cutout.model)
    parts = [names, f"{figure(preview.seconds, 1)} s"]
    if preview.cutout.box is None:
        parts.append(SAID["nothing_found"])
    parts.extend(facts.warning for facts in preview.cutout.model if facts.warning)
    return " · ".join(parts)


def _title(name: str) -> str:
    return model_named(name).title


def readable_size(count: int) -> str:
    """A number of bytes as people say it."""
    if count < 1_000_000:
        return UNITS["kilobytes"].format(count=figure(max(1, round(count / 1000))))
    if count < 1_000_000_000:
        return UNITS["megabytes"].format(count=figure(count / 1_000_000, 1))
    return UNITS["gigabytes"].format(count=figure(count / 1_000_000_000, 1))


def need_weights(bench: Workbench, name: str) -> None:
    """A click must not start a long download: say what is missing instead.

    Raises:
        WeightsUnavailable: none of the networks behind the name is here.
    """
    models = [model_named(member) for member in members(name)]
    if any(bench.service.store.present(model) for model in models):
        return
    raise WeightsUnavailable(SAID["weights_missing"].format(model=models[0].title))
