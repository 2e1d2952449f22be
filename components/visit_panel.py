"""The visit: the photos so far, undo and redo, and recipe files."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from components import text


@dataclass(frozen=True)
class VisitPanel:
    """What goes beyond the photo on the stage.

    Attributes:
        strip: its ``undo`` and ``redo`` events ask for a step, ``keep`` for the Recipe as a file,
            ``recipe`` brings the text of one; ``all`` asks to treat all photos like the one in work.
        moved: whether what was asked for last made the page stand for another Recipe.
    """

    strip: gr.HTML
    moved: gr.State


def build_visit_panel() -> VisitPanel:
    """Build the panel, hidden until there is a photo."""
    strip = gr.HTML(
        value="",
        html_template=text.template("visit.html", text.VISIT),
        js_on_load=text.script("visit.js", text.VISIT_SCRIPT),
        apply_default_css=False,
        elem_id="visit",
    )
    return VisitPanel(strip, gr.State(False))
