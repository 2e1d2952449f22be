"""Wires the brushes to the handlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import gradio as gr

from components.handlers import cutting
from components.handlers import touch_up as strokes
from components.handlers.messages import Messages, error_message
from components.listening import on
from components.panels import Panels
from pipelines.errors import CutawayError
from pipelines.workbench import Workbench

Change = Callable[[strokes.Strokes, Any], strokes.Strokes]

_BRUSH: Final = """(mode, smart, size, hardness) => {
  const detail = { mode, smart, size: size / 100, hardness: hardness / 100 };
  document.dispatchEvent(new CustomEvent('cw-brush', { detail }));
}"""
"""The brush is the browser's own matter: it is followed without asking the server."""


def wire_touch_up(panels: Panels, bench: Workbench) -> None:
    """Connect the brushes' events; call inside the page's context."""
    panel, stage = panels.touch_up, panels.stage.stage
    brush = [panel.tool, panel.smart, panel.size, panel.hardness]
    for event in (panel.tool.change, panel.smart.change, panel.size.change, panel.hardness.change):
        on(event, None, brush, None, js=_BRUSH)

    on(panel.fold.collapse, lambda: "off", None, panel.tool)

    def change_with(event: Callable[..., Any], change: Change) -> None:
        outputs = [panel.strokes, stage, panel.compare]
        changed = on(
            event, _changing(panels, bench, change), panels.inputs(), outputs, trigger_mode="multiple"
        )
        on(changed.then, _made(panels, bench), panels.inputs(), stage)

    change_with(stage.stroke, strokes.with_stroke)
    change_with(
        stage.restroke, lambda state, back: (strokes.redone if back is True else strokes.undone)(state)
    )
    change_with(panel.undo.click, lambda state, _: strokes.undone(state))
    change_with(panel.redo.click, lambda state, _: strokes.redone(state))
    change_with(panel.clear.click, lambda state, _: strokes.cleared(state))
    on(panel.compare.input, _comparing(panels, bench), [panel.compare, *panels.inputs()], stage)


def _changing(panels: Panels, bench: Workbench, change: Change) -> Callable[..., list[Any]]:
    """Change the strokes, and show the cutout with them; where that can't be, nothing changes."""
    where = panels.inputs().index(panels.touch_up.strokes)

    def handle(event: gr.EventData, *values: Any) -> list[Any]:
        inputs = list(values)
        try:
            inputs[where] = change(values[where], _sent(event))
            photo, fields = panels.read(inputs)
            return [inputs[where], strokes.touched(bench, photo, fields), False]
        except CutawayError as error:
            return [values[where], [error_message(error.message)], False]

    return handle


def _sent(event: gr.EventData) -> Any:
    """What the stage sent with an event; None where a client sent something else, and from a button."""
    return event._data.get("sent") if isinstance(event._data, dict) else None


def _comparing(panels: Panels, bench: Workbench) -> Callable[..., Messages]:
    """The cutout without strokes, or with them again."""

    def handle(untouched: bool, *values: Any) -> Messages:
        photo, fields = panels.read(values)
        try:
            return strokes.touched(bench, photo, fields, untouched=untouched)
        except CutawayError as error:
            return [error_message(error.message)]

    return handle


def _made(panels: Panels, bench: Workbench) -> Callable[..., Messages]:
    """What is made of the cutout, after a stroke."""

    def handle(*values: Any) -> Messages:
        photo, fields = panels.read(values)
        return cutting.compose(bench, photo, fields)

    return handle
