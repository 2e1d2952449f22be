"""How the page listens to events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from components.controls import Fields
from components.handlers.messages import Messages
from components.panels import Panels
from pipelines.workbench import Workbench

Handler = Callable[[Workbench, str, Fields], Messages]


def with_controls(panels: Panels, bench: Workbench, handler: Handler) -> Callable[..., Messages]:
    """A handler as Gradio calls it, with the value of every control."""

    def handle(*values: Any) -> Messages:
        photo, fields = panels.read(values)
        return handler(bench, photo, fields)

    return handle


def on(
    event: Callable[..., Any], handler: Callable[..., Any] | None, inputs: Any, outputs: Any, **how: Any
) -> Any:
    """Listen to an event of the page; none of them is part of a public API.

    Events go past Gradio's queue: its page loses the answer to an event that starts just
    when another's ends. What is heavy waits at the workbench's own gate.
    """
    usual = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    return event(handler, inputs, outputs, **{**usual, **how})


def field_of(event: gr.EventData, name: str) -> Any:
    """A field of what the page sent with an event; None where a client sent something else."""
    return event._data.get(name) if isinstance(event._data, dict) else None
