"""Wires what goes from one photo or step to another: a new photo, undo and redo, recipe files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from components.controls import Fields
from components.download_panel import MORE
from components.handlers import cutting, visit
from components.handlers import models as model_handlers
from components.handlers.cutting import recipe_of
from components.handlers.messages import Messages, spoken
from components.listening import field_of, on, with_controls
from components.panels import Panels
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench

Choice = tuple[Recipe | None, Messages]
"""The Recipe that the page shall stand for, None for the one it does, and what to tell the stage."""


def wire_visit(panels: Panels, bench: Workbench) -> None:
    """Connect the stage's photos and the strip; call inside the page's context."""
    _wire_photo(panels, bench)
    _wire_steps(panels, bench)
    _wire_files(panels, bench)
    _wire_all(panels, bench)


def outputs(panels: Panels) -> list[Any]:
    """The stage, every input that stands for the Recipe, and what goes with them."""
    told = [panels.model.facts, panels.model.fetch, panels.edges.limit, panels.visit.moved]
    return [panels.stage.stage, *panels.inputs()[1:], *told]


def _shown(panels: Panels, bench: Workbench, recipe: Recipe) -> list[Any]:
    """A value for each of :func:`outputs` but the stage, so that the page stands for a Recipe."""
    model = panels.model
    view = model_handlers.view_of(bench.service.store, recipe.model)
    values = dict(zip(panels.inputs()[1:], panels.show(recipe), strict=True))
    values[model.other] = gr.update(value=values[model.other], visible=values[model.choice] == "more")
    other = panels.download.other
    values[other] = gr.update(value=values[other], visible=values[panels.download.format] == MORE)
    values[model.consent] = gr.update(value=recipe.noncommercial, visible=view.needs_consent)
    return [*values.values(), view.facts, gr.update(visible=bool(view.missing)), False, True]


def changing(panels: Panels, bench: Workbench, choose: Callable[..., Choice]) -> Callable[..., list[Any]]:
    """A handler that has a Recipe chosen and makes the page show it.

    Args:
        panels: the page's.
        bench: the studio's state.
        choose: from what an event brought, the photo and the fields; the Recipe may be None for
            the one that is there.
    """

    def handle(event: gr.EventData, *values: Any) -> list[Any]:
        photo, fields = panels.read(values)
        recipe: Recipe | None = None

        @spoken
        def chosen() -> Messages:
            nonlocal recipe
            recipe, messages = choose(event, photo, fields)
            return messages

        messages = chosen()
        if recipe is None:
            return [messages, *(gr.skip() for _ in outputs(panels)[1:-1]), False]
        return [messages, *_shown(panels, bench, recipe)]

    return handle


def _wire_photo(panels: Panels, bench: Workbench) -> None:
    stage = panels.stage

    def remember(event: gr.EventData) -> str:
        return str(field_of(event, "id") or "")

    def choose(_event: gr.EventData, photo: str, fields: Fields) -> Choice:
        return visit.reopened(bench, photo, fields), []

    taken = on(stage.stage.photo, remember, None, stage.photo, trigger_mode="multiple")
    taken = on(taken.then, changing(panels, bench, choose), panels.inputs(), outputs(panels))
    for handler in (cutting.quick_look, visit.present):
        taken = on(taken.then, with_controls(panels, bench, handler), panels.inputs(), stage.stage)


def _wire_steps(panels: Panels, bench: Workbench) -> None:
    def moving(by: int) -> Callable[..., Choice]:
        def choose(_event: gr.EventData, photo: str, _fields: Fields) -> Choice:
            return visit.step(bench, photo, by), []

        return choose

    strip = panels.visit.strip
    for event, by in ((strip.undo, -1), (strip.redo, 1)):
        handler = changing(panels, bench, moving(by))
        moved = on(event, handler, panels.inputs(), outputs(panels), trigger_mode="multiple")
        present(panels, bench, moved)


def _wire_files(panels: Panels, bench: Workbench) -> None:
    def choose(event: gr.EventData, photo: str, _fields: Fields) -> Choice:
        recipe = visit.opened(field_of(event, "text"))
        values = [photo, *panels.show(recipe)]
        told = visit.lost(recipe, recipe_of(panels.read(values)[1]))
        if photo:
            bench.timelines.record(photo, recipe)
        return recipe, told

    strip, stage = panels.visit.strip, panels.stage.stage
    opened = on(strip.recipe, changing(panels, bench, choose), panels.inputs(), outputs(panels))
    present(panels, bench, opened)
    on(strip.keep, with_controls(panels, bench, visit.keep), panels.inputs(), stage)


def _wire_all(panels: Panels, bench: Workbench) -> None:
    def apply(event: gr.EventData, *values: Any) -> Messages:
        photo, fields = panels.read(values)
        return visit.to_all(bench, photo, fields, field_of(event, "photos"))

    on(panels.visit.strip.all, apply, panels.inputs(), panels.stage.stage)


def present(panels: Panels, bench: Workbench, changed: Any) -> None:
    """After the page was made to stand for a Recipe, show what it gives."""
    show = with_controls(panels, bench, visit.present)
    after_moving(panels, changed, show, trigger_mode="always_last")


def after_moving(panels: Panels, changed: Any, show: Callable[..., Messages], **how: Any) -> None:
    """Have the stage shown something after :func:`changing`, unless nothing was chosen.

    The sentence that says why would else be taken off the stage at once.
    """

    def handle(moved: bool, *values: Any) -> Any:
        return show(*values) if moved else gr.skip()

    on(changed.then, handle, [panels.visit.moved, *panels.inputs()], panels.stage.stage, **how)
