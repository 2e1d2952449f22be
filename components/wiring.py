"""Wires the page's panels to the handlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from components import text
from components.edges_panel import NEUTRAL
from components.handlers import cutting
from components.handlers import edges as edge_handlers
from components.handlers import models as model_handlers
from components.handlers.cutting import Wishes, chosen_model
from components.handlers.messages import Messages
from components.panels import Panels
from pipelines.workbench import Workbench

Handler = Callable[[Workbench, str, Wishes], Messages]


def wire(page: gr.Blocks, panels: Panels, bench: Workbench, problems: list[str]) -> None:
    """Connect every event of the page; call inside the page's context."""
    _wire_photo(panels, bench)
    _wire_model(panels, bench)
    _wire_backdrop(panels, bench)
    _wire_edges(panels, bench)
    _wire_missing(page, panels, bench, problems)


def read_controls(*values: Any) -> tuple[str, Wishes]:
    """The values of :meth:`Panels.controls` as a photo id and wishes."""
    photo, choice, other, consent, backdrop, file_format, *edges, decontaminate, marks = values
    wishes = Wishes(
        choice=choice,
        other=other,
        consent=bool(consent),
        backdrop=backdrop if isinstance(backdrop, dict) else None,
        format=file_format,
        edges=edge_handlers.edges_of(edges, marks),
        decontaminate=decontaminate / 100,
    )
    return str(photo or ""), wishes


def _with_controls(bench: Workbench, handler: Handler) -> Callable[..., Messages]:
    def handle(*controls: Any) -> Messages:
        photo, wishes = read_controls(*controls)
        return handler(bench, photo, wishes)

    return handle


def _on(event: Callable[..., Any], handler: Callable[..., Any], inputs: Any, outputs: Any, **how: Any) -> Any:
    """Listen to an event of the page; none of them is part of a public API.

    Events go past Gradio's queue: its page loses the answer to an event that starts just
    when another's ends. What is heavy waits at the workbench's own gate.
    """
    usual = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    return event(handler, inputs, outputs, **{**usual, **how})


def field_of(event: gr.EventData, name: str) -> Any:
    """A field of what the page sent with an event; None where a client sent something else."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def _wire_photo(panels: Panels, bench: Workbench) -> None:
    stage = panels.stage

    def remember(event: gr.EventData) -> str:
        return str(field_of(event, "id") or "")

    def forget() -> edge_handlers.Marks:
        return edge_handlers.NO_MARKS

    taken = _on(stage.stage.photo, remember, None, stage.photo, trigger_mode="multiple")
    taken = _on(taken.then, forget, None, panels.edges.marks)
    for handler in (cutting.quick_look, cutting.cut_out):
        taken = _on(taken.then, _with_controls(bench, handler), panels.controls(), stage.stage)
    button = panels.download.button
    deliver = _with_controls(bench, cutting.deliver)
    _on(button.click, deliver, panels.controls(), stage.stage, show_progress="minimal")


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
        _on(event, _with_controls(bench, cutting.cut_out), panels.controls(), stage)

    named, shown = [model.choice, model.other], [model.other, model.facts, model.consent, model.fetch]
    for event in (model.choice.input, model.other.input):
        cut_again(_on(event, describe, named, shown, trigger_mode="always_last").then)
    cut_again(model.consent.input)
    fetched = _on(model.fetch.click, fetch, named, stage, show_progress="minimal")
    cut_again(_on(fetched.then, describe, named, shown).then)


def _wire_backdrop(panels: Panels, bench: Workbench) -> None:
    def note(file_format: str, backdrop: Any) -> str:
        transparent = not isinstance(backdrop, dict) or backdrop.get("kind", "none") == "none"
        if file_format != "jpg" or not transparent:
            return ""
        return f'<p class="cw-note">{text.PAGE["jpeg_note"]}</p>'

    download, backdrop = panels.download, panels.backdrop.backdrop
    for event in (backdrop.backdrop, download.format.input):
        _on(event, note, [download.format, backdrop], download.note, trigger_mode="always_last")
    change = _with_controls(bench, cutting.change_backdrop)
    _on(backdrop.backdrop, change, panels.controls(), panels.stage.stage, trigger_mode="always_last")


def _wire_edges(panels: Panels, bench: Workbench) -> None:
    edges, stage = panels.edges, panels.stage.stage
    cut = _with_controls(bench, cutting.cut_out)

    def cut_again(event: Callable[..., Any]) -> None:
        _on(event, cut, panels.controls(), stage, trigger_mode="always_last")

    def tell(subjects: str, limit: bool, marks: edge_handlers.Marks) -> Messages:
        return [edge_handlers.marking(subjects, limit, marks)]

    def spot(marks: edge_handlers.Marks, event: gr.EventData) -> edge_handlers.Marks:
        return edge_handlers.with_spot(marks, field_of(event, "point"))

    def region(marks: edge_handlers.Marks, event: gr.EventData) -> edge_handlers.Marks:
        return edge_handlers.with_region(marks, field_of(event, "region"))

    def reset() -> list[Any]:
        return [*NEUTRAL, False, edge_handlers.NO_MARKS]

    pointer = [edges.subjects, edges.limit, edges.marks]
    for slider in (edges.shift, edges.feather, edges.contrast, edges.decontaminate):
        cut_again(slider.release)
    cut_again(edges.holes.input)
    _on(edges.limit.input, tell, pointer, stage)
    cut_again(_on(edges.subjects.input, tell, pointer, stage).then)
    for event, mark in ((stage.spot, spot), (stage.region, region)):
        marked = _on(event, mark, edges.marks, edges.marks, trigger_mode="multiple")
        cut_again(_on(marked.then, tell, pointer, stage).then)
    emptied = _on(edges.reset.click, reset, None, [*edges.values(), edges.limit, edges.marks])
    cut_again(_on(emptied.then, tell, pointer, stage).then)


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
    _on(page.load, report_start, None, outputs)
    _on(panels.again.click, try_again, None, outputs, show_progress="minimal")
