"""Several models on one photo, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import gradio as gr

from components import text
from components.i18n import Section

WORDS: Final = Section("compare")
SCRIPT: Final = Section("compare_script")


@dataclass(frozen=True)
class ComparePanel:
    """The button, and the window that it opens.

    Attributes:
        window: its ``choices`` event asks which models there are, ``cut`` for what one gives, and ``use``
            sets one; its value is what it is told, see :mod:`components.handlers.comparing`.
    """

    window: gr.HTML


def build_compare_panel() -> ComparePanel:
    """Build the button with its window."""
    return ComparePanel(
        gr.HTML(
            value={},
            html_template=text.template("compare.html", WORDS),
            js_on_load=text.script("compare.js", SCRIPT),
            apply_default_css=False,
            elem_id="compare",
        )
    )
