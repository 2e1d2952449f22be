"""The page: puts the panels together and wires them to the handlers."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from components import text
from components.backdrop_panel import build_backdrop_panel
from components.batch_photo_panel import build_batch_photo_panel
from components.batch_photo_wiring import wire_batch_photo
from components.compare_panel import build_compare_panel
from components.download_panel import build_download_panel
from components.edges_panel import build_edges_panel
from components.framing_panel import build_framing_panel
from components.handlers import models as model_handlers
from components.i18n import language
from components.light_panel import build_light_panel
from components.model_panel import build_model_panel
from components.panels import Panels
from components.presets_panel import build_presets_panel
from components.share_panel import build_share_panel
from components.stage_panel import build_stage_panel
from components.touch_up_panel import build_touch_up_panel
from components.visit_panel import build_visit_panel
from components.wiring import wire
from pipelines.batch.touch_ups import TouchUps
from pipelines.samples import SAMPLES
from pipelines.workbench import Workbench

_CACHE_SECONDS = 3600


def build_studio(
    bench: Workbench,
    problems: Sequence[str] = (),
    *,
    touch_ups: TouchUps | None = None,
    log_out: bool = False,
) -> gr.Blocks:
    """Build the page.

    Args:
        bench: the studio's state, passed to every handler.
        problems: why weights could not be fetched at start, in sentences.
        touch_ups: takes photos of batches in and back; None for a page that has none.
        log_out: whether the page's head has a button for it.
    """
    page: gr.Blocks
    with gr.Blocks(
        title=text.PAGE["title"],
        analytics_enabled=False,
        delete_cache=(_CACHE_SECONDS, _CACHE_SECONDS),
        fill_width=True,
    ) as page:
        panels = lay_out(bench, log_out=log_out)
        wire(page, panels, bench, list(problems))
        if touch_ups is not None:
            wire_batch_photo(panels, bench, touch_ups)
    return page


def lay_out(bench: Workbench, *, log_out: bool = False) -> Panels:
    """Build every panel where it belongs; call inside the page's context."""
    first = model_handlers.view_of(bench.service.store, "auto")
    _build_header(log_out=log_out)
    banner = gr.HTML("", visible=False, apply_default_css=False)
    again = gr.Button(text.PAGE["try_again"], visible=False, size="sm", elem_id="try-again")
    batch_photo = build_batch_photo_panel()
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=3, min_width=320, elem_id="stage-column"):
            stage = build_stage_panel(SAMPLES)
            visit = build_visit_panel()
        with gr.Column(scale=1, min_width=300, elem_id="side"):
            with gr.Column(elem_classes="cw-card"):
                model = build_model_panel(model_handlers.other_models(), first.facts)
                compare = build_compare_panel()
            with gr.Column(elem_classes="cw-card"):
                gr.HTML(
                    f"<h2>{text.PAGE['background']}</h2>", apply_default_css=False, elem_classes="cw-heading"
                )
                backdrop = build_backdrop_panel()
            with gr.Column(elem_classes="cw-card"):
                edges = build_edges_panel()
            with gr.Column(elem_classes="cw-card"):
                touch_up = build_touch_up_panel()
            with gr.Column(elem_classes="cw-card"):
                framing = build_framing_panel()
            with gr.Column(elem_classes="cw-card"):
                light = build_light_panel()
            with gr.Column(elem_classes="cw-card"):
                presets = build_presets_panel()
            with gr.Column(elem_classes="cw-card"):
                download = build_download_panel()
            with gr.Column(elem_classes="cw-card"):
                share = build_share_panel()
    made = (stage, visit, model, backdrop, edges, touch_up, framing, light, presets, download)
    return Panels(*made, compare, share, batch_photo, banner, again)


def _build_header(*, log_out: bool) -> None:
    """Build the page's head: its name, the choice of a language, the sheet of shortcuts."""
    pieces = {"shortcut_rows": text.shortcut_rows(), "language_links": text.language_links()}
    pieces["log_out_button"] = text.log_out_button() if log_out else ""
    gr.HTML(
        "",
        html_template=text.template("header.html", {**text.PAGE, "code": language().upper()}, pieces),
        js_on_load=text.script(["keys.js", "language.js"], {}),
        apply_default_css=False,
        elem_id="head",
    )
