"""Wires the page's panels to the handlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from components.compare_wiring import wire_compare
from components.download_wiring import wire_download
from components.framing_wiring import wire_framing
from components.handlers import cutting
from components.handlers import edges as edge_handlers
from components.handlers import models as model_handlers
from components.handlers.messages import Messages
from components.light_wiring import wire_light
from components.listening import field_of, on, with_controls
from components.model_panel import chosen_model
from components.panels import Panels
from components.presets_wiring import wire_presets
from components.share_wiring import wire_share
from components.touch_up_wiring import wire_touch_up
from components.visit_wiring import wire_visit
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench


def wire(page: gr.Blocks, panels: Panels, bench: Workbench, problems: list[str]) -> None:
    """Connect every event of the page; call inside the page's context."""
    wire_visit(panels, bench)
    wire_compare(panels, bench)
    wire_share(panels, bench)
    _wire_model(panels, bench)
    _wire_controls(panels, bench)
    wire_download(panels, bench)
    _wire_edges(panels, bench)
    wire_touch_up(panels, bench)
    wire_framing(panels, bench)
    wire_light(panels, bench)
    wire_presets(panels, bench)
    _wire_missing(page, panels, bench, problems)


def _wire_model(panels: Panels, bench: Workbench) -> None:
    model, stage, store = panels.model, panels.stage.stage, bench.service.store

    def describe(choice: str, other: str | None) -> list[Any]:
        view = model_handlers.view_of(store, chosen_model(choice, other))
        return [
            gr.update(visible=choice == "more"),
            view.facts,
            gr.update(visible=view.needs_consent, value=False),
            gr.update(visible=bool(view.missing)),
        ]

    def fetch(choice: str, other: str | None) -> Messages:
        missing = model_handlers.view_of(store, chosen_model(choice, other)).missing
        return model_handlers.fetched_messages(model_handlers.fetch(store, missing))

    def cut_again(event: Callable[..., Any]) -> None:
        on(event, with_controls(panels, bench, cutting.cut_out), panels.inputs(), stage)

    named, shown = [model.choice, model.other], [model.other, model.facts, model.consent, model.fetch]
    for event in (model.choice.input, model.other.input):
        cut_again(on(event, describe, named, shown, trigger_mode="always_last").then)
    fetched = on(model.fetch.click, fetch, named, stage, show_progress="minimal")
    cut_again(on(fetched.then, describe, named, shown).then)


def _wire_controls(panels: Panels, bench: Workbench) -> None:
    """Show a new result for each change that needs nothing told or asked before."""
    compose, cut = (with_controls(panels, bench, do) for do in (cutting.compose, cutting.cut_out))
    for panel in panels.controls():
        for events, handler in ((panel.changed(), compose), (panel.recut(), cut)):
            for event in events:
                on(event, handler, panels.inputs(), panels.stage.stage, trigger_mode="always_last")


def _wire_edges(panels: Panels, bench: Workbench) -> None:
    edges, stage = panels.edges, panels.stage.stage
    cut = with_controls(panels, bench, cutting.cut_out)

    def cut_again(event: Callable[..., Any]) -> None:
        on(event, cut, panels.inputs(), stage, trigger_mode="always_last")

    def tell(subjects: str, limit: bool, marks: edge_handlers.Marks) -> Messages:
        return [edge_handlers.marking(subjects, limit, marks)]

    def spot(marks: edge_handlers.Marks, event: gr.EventData) -> edge_handlers.Marks:
        return edge_handlers.with_spot(marks, field_of(event, "point"))

    def region(marks: edge_handlers.Marks, event: gr.EventData) -> edge_handlers.Marks:
        return edge_handlers.with_region(marks, field_of(event, "region"))

    def reset() -> list[Any]:
        return [*edges.show(Recipe()), False]

    pointer = [edges.subjects, edges.limit, edges.marks]
    on(edges.limit.input, tell, pointer, stage)
    cut_again(on(edges.subjects.input, tell, pointer, stage).then)
    for event, mark in ((stage.spot, spot), (stage.region, region)):
        marked = on(event, mark, edges.marks, edges.marks, trigger_mode="multiple")
        cut_again(on(marked.then, tell, pointer, stage).then)
    emptied = on(edges.reset.click, reset, None, [*edges.inputs(), edges.limit])
    cut_again(on(emptied.then, tell, pointer, stage).then)


def _wire_missing(page: gr.Blocks, panels: Panels, bench: Workbench, problems: list[str]) -> None:
    store = bench.service.store

    def report(reasons: list[str]) -> list[Any]:
        missing = model_handlers.missing_standard(store)
        shown = bool(missing)
        notice = gr.update(value=model_handlers.banner(missing, reasons), visible=shown)
        return [notice, gr.update(visible=shown)]

    def report_start() -> list[Any]:
        return report(problems)

    def try_again() -> list[Any]:
        return report(model_handlers.fetch(store, model_handlers.missing_standard(store)))

    outputs = [panels.banner, panels.again]
    on(page.load, report_start, None, outputs)
    on(panels.again.click, try_again, None, outputs, show_progress="minimal")
