"""The page: puts the panels together and wires them to the handlers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.backdrop_panel import BackdropPanel, build_backdrop_panel
from components.download_panel import DownloadPanel, build_download_panel
from components.handlers import cutting
from components.handlers import models as model_handlers
from components.handlers.cutting import Wishes, chosen_model
from components.handlers.messages import Messages
from components.model_panel import ModelPanel, build_model_panel
from components.stage_panel import StagePanel, build_stage_panel
from pipelines.samples import SAMPLES
from pipelines.workbench import Workbench

_CACHE_SECONDS = 3600


@dataclass(frozen=True)
class Panels:
    """All of the page's panels, and the banner for what is missing."""

    stage: StagePanel
    model: ModelPanel
    backdrop: BackdropPanel
    download: DownloadPanel
    banner: gr.HTML
    again: gr.Button

    def controls(self) -> list[Any]:
        """The inputs that :func:`read_controls` reads, in its order."""
        model = self.model
        return [
            self.stage.photo,
            model.choice,
            model.other,
            model.consent,
            self.backdrop.backdrop,
            self.download.format,
        ]


Handler = Callable[[Workbench, str, Wishes], Messages]


def build_studio(bench: Workbench, problems: Sequence[str] = ()) -> gr.Blocks:
    """Build the page.

    Args:
        bench: the studio's state, passed to every handler.
        problems: why weights could not be fetched at start, in sentences.
    """
    page: gr.Blocks
    with gr.Blocks(
        title=text.PAGE["title"],
        analytics_enabled=False,
        delete_cache=(_CACHE_SECONDS, _CACHE_SECONDS),
        fill_width=True,
    ) as page:
        panels = _lay_out(bench)
        _wire_photo(panels, bench)
        _wire_model(panels, bench)
        _wire_backdrop(panels, bench)
        _wire_missing(page, panels, bench, list(problems))
    return page


def _lay_out(bench: Workbench) -> Panels:
    first = model_handlers.view_of(bench.service.store, "auto")
    gr.HTML(text.template("header.html", text.PAGE), apply_default_css=False)
    banner = gr.HTML("", visible=False, apply_default_css=False)
    again = gr.Button(text.PAGE["try_again"], visible=False, size="sm", elem_id="try-again")
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=3, min_width=320, elem_id="stage-column"):
            stage = build_stage_panel(SAMPLES)
        with gr.Column(scale=1, min_width=300, elem_id="side"):
            with gr.Column(elem_classes="cw-card"):
                model = build_model_panel(model_handlers.other_models(), first.facts)
            with gr.Column(elem_classes="cw-card"):
                gr.HTML(
                    f"<h2>{text.PAGE['background']}</h2>", apply_default_css=False, elem_classes="cw-heading"
                )
                backdrop = build_backdrop_panel()
            with gr.Column(elem_classes="cw-card"):
                download = build_download_panel()
    return Panels(stage, model, backdrop, download, banner, again)


def read_controls(
    photo: str, choice: str, other: str | None, consent: bool, backdrop: Any, file_format: str
) -> tuple[str, Wishes]:
    """The values of :meth:`Panels.controls` as a photo id and wishes."""
    part = backdrop if isinstance(backdrop, dict) else None
    return str(photo or ""), Wishes(choice, other, bool(consent), part, file_format)


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


def _wire_photo(panels: Panels, bench: Workbench) -> None:
    stage = panels.stage

    def remember(event: gr.EventData) -> str:
        return str(event._data.get("id", ""))

    taken = _on(stage.stage.photo, remember, None, stage.photo, trigger_mode="multiple")
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
