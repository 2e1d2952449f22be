"""The choice of a file format, and the download."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from components import text


@dataclass(frozen=True)
class DownloadPanel:
    """The download.

    Attributes:
        format: png, webp or jpg.
        note: said when the format and the background do not go together.
        button: makes the full-size file and hands it over.
    """

    format: gr.Radio
    note: gr.HTML
    button: gr.Button


def build_download_panel() -> DownloadPanel:
    """Build the panel."""
    file_format = gr.Radio(
        list(text.FORMATS.items()), value="png", label=text.PAGE["format"], elem_classes="cw-choices"
    )
    note = gr.HTML("", elem_id="format-note", apply_default_css=False)
    button = gr.Button(text.PAGE["download"], variant="primary", size="lg", elem_id="download")
    return DownloadPanel(file_format, note, button)
