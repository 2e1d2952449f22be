"""What the studio says while it holds a photo of a batch, and the ways back to the batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import gradio as gr

from components import text
from components.i18n import Section

WORDS: Final = Section("batch_photo")
SCRIPT: Final = Section("batch_photo_script")


@dataclass(frozen=True)
class BatchPhotoPanel:
    """The banner.

    Attributes:
        banner: its ``keep`` event asks to keep what was done for the batch; its value is what it is told,
            see :mod:`components.handlers.batch_photo`. It asks the server itself for the photo.
    """

    banner: gr.HTML


def build_batch_photo_panel() -> BatchPhotoPanel:
    """Build the banner, hidden until the stage holds a photo of a batch."""
    return BatchPhotoPanel(
        gr.HTML(
            value={},
            html_template=text.template("batch_photo.html", WORDS),
            js_on_load=text.script("batch_photo.js", SCRIPT),
            apply_default_css=False,
            elem_id="batch-photo",
        )
    )
