"""Wires what the framing panel does beside its controls: moving the subject, guides, putting all back."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from components.handlers import cutting
from components.handlers.framing import dropped
from components.listening import field_of, on, with_controls
from components.panels import Panels
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench

_TELL: Final = """(value) => {
  document.dispatchEvent(new CustomEvent('cutaway:%s', { detail: value }));
}"""
"""Guides and the pointer's use are the browser's own matter: they are told without asking the server."""


def wire_framing(panels: Panels, bench: Workbench) -> None:
    """Connect the events; call inside the page's context."""
    panel, stage = panels.framing, panels.stage.stage
    on(panel.guides.change, None, panel.guides, None, js=_TELL % "guides")
    on(panel.move.change, None, panel.move, None, js=_TELL % "move")
    on(panel.fold.collapse, lambda: False, None, panel.move)

    def place(event: gr.EventData) -> Any:
        return dropped(field_of(event, "align")) or gr.skip()

    compose = with_controls(panels, bench, cutting.compose)
    placed = on(stage.place, place, None, panel.align, trigger_mode="multiple")
    on(placed.then, compose, panels.inputs(), stage)
    peek = with_controls(panels, bench, cutting.peek)
    for control in panel.controls:
        if isinstance(control, gr.Slider):
            on(control.input, peek, panels.inputs(), stage, trigger_mode="always_last")
    emptied = on(panel.reset.click, lambda: panel.show(Recipe()), None, panel.inputs())
    on(emptied.then, compose, panels.inputs(), stage)
