"""The choice of a file format, and the download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from components import text
from components.controls import Event, Fields
from components.file_options import FileOptions, build_file_options
from pipelines.recipe import Recipe

MORE: Final = "more"
"""The choice that opens the list of other formats."""

FIRST: Final = "png8"
"""What is chosen there at first."""


@dataclass(frozen=True)
class DownloadPanel:
    """The download.

    Attributes:
        format: png, webp, jpg or :data:`MORE`.
        other: any other format, when ``format`` says so.
        note: said when what was chosen does not go together.
        button: makes the full-size file and hands it over.
        copy: puts the result on the clipboard, as a PNG of full size.
        options: what else can be chosen.
    """

    format: gr.Radio
    other: gr.Dropdown
    note: gr.HTML
    button: gr.Button
    copy: gr.Button
    options: FileOptions

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [self.format, self.other, *self.options.inputs()]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        name, other, *rest = values
        return {"output": {"format": chosen_format(name, other), **self.options.read(rest)}}

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        name = recipe.output.format
        usual = name in text.FORMATS.values()
        shown = [name, FIRST] if usual else [MORE, name]
        return [*shown, *self.options.show(recipe.output)]

    def changed(self) -> list[Event]:
        """Nothing of it shows: only the download asks for it."""
        return []

    def recut(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []


def chosen_format(name: str, other: str | None) -> str:
    """The format behind the two controls."""
    return (other or FIRST) if name == MORE else name


def build_download_panel() -> DownloadPanel:
    """Build the panel."""
    usual = [*text.FORMATS.items(), (text.FILES["more"], MORE)]
    file_format = gr.Radio(usual, value="png", label=text.PAGE["format"], elem_classes="cw-choices")
    other = gr.Dropdown(text.OTHER_FORMATS.choices(), value=FIRST, label=text.FILES["other"], visible=False)
    note = gr.HTML("", elem_id="format-note", apply_default_css=False)
    button = gr.Button(text.PAGE["download"], variant="primary", size="lg", elem_id="download")
    copy = gr.Button(text.FILES["copy"], size="sm", elem_id="copy-result")
    return DownloadPanel(file_format, other, note, button, copy, build_file_options())
