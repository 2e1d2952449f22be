"""The choice of a file format, and the download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Event, Fields
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class DownloadPanel:
    """The download.

    Attributes:
        format: png, webp or jpg.
        rest: what else a Recipe says of the file.
        note: said when the format and the background do not go together.
        button: makes the full-size file and hands it over.
    """

    format: gr.Radio
    rest: gr.State
    note: gr.HTML
    button: gr.Button

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [self.format, self.rest]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        name, rest = values
        return {"output": {**rest, "format": name}}

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [recipe.output.format, recipe.output.model_dump(exclude={"format"})]

    def changed(self) -> list[Event]:
        """The format does not show: only the download asks for it."""
        return []

    def recut(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []


def build_download_panel() -> DownloadPanel:
    """Build the panel."""
    file_format = gr.Radio(
        list(text.FORMATS.items()), value="png", label=text.PAGE["format"], elem_classes="cw-choices"
    )
    note = gr.HTML("", elem_id="format-note", apply_default_css=False)
    button = gr.Button(text.PAGE["download"], variant="primary", size="lg", elem_id="download")
    return DownloadPanel(file_format, gr.State({}), note, button)
