"""Wires the window in which models are compared."""

from __future__ import annotations

from typing import Any

import gradio as gr

from components.controls import Fields
from components.handlers import comparing
from components.handlers.messages import Message
from components.listening import field_of, on
from components.panels import Panels
from components.visit_wiring import Choice, changing, outputs, present
from pipelines.workbench import Workbench


def wire_compare(panels: Panels, bench: Workbench) -> None:
    """Connect the window's events; call inside the page's context."""
    window = panels.compare.window

    def choices(*values: Any) -> Message:
        return comparing.choices(bench, panels.read(values)[1])

    def result(event: gr.EventData, *values: Any) -> Message:
        photo, fields = panels.read(values)
        return comparing.result(bench, photo, fields, event._data)

    def use(event: gr.EventData, photo: str, fields: Fields) -> Choice:
        recipe = comparing.with_model(fields, str(field_of(event, "model") or ""))
        if photo:
            bench.timelines.record(photo, recipe)
        return recipe, []

    on(window.choices, choices, panels.inputs(), window)
    on(window.cut, result, panels.inputs(), window, trigger_mode="multiple")
    present(panels, bench, on(window.use, changing(panels, bench, use), panels.inputs(), outputs(panels)))
