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
from components.handlers.cutting import Wishes
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
        return [self.stage.photo, model.choice, model.other, model.consent, self.backdrop.backdrop, self.download.format]


Handler = Callable[[Workbench, str, Wishes], Messages]


def build_studio(bench: Workbench, problems: Sequence[str] = ()) -> gr.Blocks:
    """Build the page.

    Args:
        bench: the studio's state, passed to every handler.
        problems: why weights could not be fetched at start, in sentences.
    """
    settings = bench.service.settings
    with gr.Blocks(
        title=text.PAGE["title"], analytics_enabled=False, delete_cache=(_CACHE_SECONDS, _CACHE_SECONDS), fill_width=True
    ) as page:
        panels = _lay_out(bench)
        _wire_photo(panels, bench)
        _wire_model(panels, bench)
        _wire_backdrop(panels, bench)
        _wire_missing(page, panels, bench, list(problems))
    page.queue(max_size=settings.queue, default_concurrency_limit=settings.workers)
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
                gr.HTML(f"<h2>{text.PAGE['background']}</h2>", apply_default_css=False, elem_classes="cw-heading")
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


def _wire_photo(panels: Panels, bench: Workbench) -> None:
    stage, settings = panels.stage, bench.service.settings

    def remember(event: gr.EventData) -> str:
        return str(event._data.get("id", ""))

    taken = stage.stage.photo(
        remember, None, stage.photo, api_name=False, show_progress="hidden", trigger_mode="multiple"
    )
    for handler in (cutting.quick_look, cutting.cut_out):
        taken = taken.then(
            _with_controls(bench, handler),
            panels.controls(),
            stage.stage,
            api_name=False,
            show_progress="hidden",
            trigger_mode="multiple",
            concurrency_id="inference",
            concurrency_limit=settings.workers,
        )
    panels.download.button.click(
        _with_controls(bench, cutting.deliver),
        panels.controls(),
        stage.stage,
        api_name=False,
        show_progress_on=panels.download.button,
        concurrency_id="inference",
    )


def _wire_model(panels: Panels, bench: Workbench) -> None:
    model, stage = panels.model, panels.stage.stage

    def describe(choice: str, other: str | None) -> list[Any]:
        name = (other or "auto") if choice == "more" else choice
        view = model_handlers.view_of(bench.service.store, name)
        return [
            gr.update(visible=choice == "more"),
            view.facts,
            gr.update(visible=view.needs_consent, value=False),
            gr.update(visible=bool(view.missing)),
        ]

    def fetch(choice: str, other: str | None) -> Messages:
        name = (other or "auto") if choice == "more" else choice
        missing = model_handlers.view_of(bench.service.store, name).missing
        return model_handlers.fetched_messages(model_handlers.fetch(bench.service.store, missing))

    shown = [model.other, model.facts, model.consent, model.fetch]
    named = [model.choice, model.other]
    recut = {
        "fn": _with_controls(bench, cutting.cut_out),
        "inputs": panels.controls(),
        "outputs": stage,
        "api_name": False,
        "show_progress": "hidden",
        "concurrency_id": "inference",
    }
    for control in named:
        event = control.input(describe, named, shown, api_name=False, show_progress="hidden", trigger_mode="always_last")
        event.then(**recut)
    model.consent.input(**recut)
    model.fetch.click(fetch, named, stage, api_name=False, concurrency_id="fetch").then(
        describe, named, shown, api_name=False, show_progress="hidden"
    ).then(**recut)


def _wire_backdrop(panels: Panels, bench: Workbench) -> None:
    def note(file_format: str, backdrop: Any) -> str:
        transparent = not isinstance(backdrop, dict) or backdrop.get("kind", "none") == "none"
        return f'<p class="cw-note">{text.PAGE["jpeg_note"]}</p>' if file_format == "jpg" and transparent else ""

    download, backdrop = panels.download, panels.backdrop.backdrop
    quiet = {"api_name": False, "show_progress": "hidden", "trigger_mode": "always_last"}
    for event in (backdrop.backdrop, download.format.input):
        event(note, [download.format, backdrop], download.note, **quiet)
    backdrop.backdrop(_with_controls(bench, cutting.change_backdrop), panels.controls(), panels.stage.stage, **quiet)


def _wire_missing(page: gr.Blocks, panels: Panels, bench: Workbench, problems: list[str]) -> None:
    store = bench.service.store

    def report(reasons: list[str]) -> list[Any]:
        missing = model_handlers.missing_standard(store)
        return [gr.update(value=model_handlers.banner(missing, reasons), visible=bool(missing)), gr.update(visible=bool(missing))]

    def try_again() -> list[Any]:
        return report(model_handlers.fetch(store, model_handlers.missing_standard(store)))

    outputs = [panels.banner, panels.again]
    page.load(lambda: report(problems), None, outputs, api_name=False, show_progress="hidden")
    panels.again.click(try_again, None, outputs, api_name=False, concurrency_id="fetch")
