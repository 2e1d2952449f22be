"""The stage: where a photo is dropped and its cutout appears."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from components import text
from pipelines.samples import Sample


@dataclass(frozen=True)
class StagePanel:
    """The photo area.

    Attributes:
        stage: shows what it is sent as a list of messages (see ``handlers/messages.py``);
            its ``photo`` event tells that a visitor gave a photo, with its id.
        photo: the id of the photo in work, as this visitor's only state.
    """

    stage: gr.HTML
    photo: gr.State


def build_stage_panel(samples: Sequence[Sample]) -> StagePanel:
    """Build the photo area with its row of sample photos."""
    buttons = "".join(_sample_button(sample) for sample in samples)
    stage = gr.HTML(
        value=[],
        html_template=text.template("stage.html", {**text.STAGE, **text.ZOOM}, {"sample_buttons": buttons}),
        js_on_load=text.script(
            ["stage.js", "zoom.js", "brush.js", "guides.js", "heads.js", "clipboard.js"],
            {**text.STAGE_SCRIPT, **text.BRUSH_SCRIPT, **text.GUIDES_SCRIPT, **text.FILES_SCRIPT},
        ),
        apply_default_css=False,
        elem_id="stage",
    )
    return StagePanel(stage, gr.State(""))


def _sample_button(sample: Sample) -> str:
    name, title = html.escape(sample.name), html.escape(text.SAMPLES.get(sample.name, sample.title))
    filename = html.escape(sample.filename)
    return (
        f'<button type="button" class="cw-sample" data-name="{name}" data-file="{filename}">'
        f'<img src="studio/samples/{name}?thumb=1" alt="" loading="lazy"><span>{title}</span></button>'
    )
