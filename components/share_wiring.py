"""Wires the panel of links for clients."""

from __future__ import annotations

from typing import Any

import gradio as gr

from components.handlers import sharing
from components.handlers.messages import Message
from components.listening import on
from components.panels import Panels
from pipelines.workbench import Workbench


def wire_share(panels: Panels, bench: Workbench) -> None:
    """Connect the panel's events; call inside the page's context."""

    def link(event: gr.EventData, *values: Any) -> Message:
        photo, fields = panels.read(values)
        return sharing.made(bench, photo, fields, event._data)

    links = panels.share.links
    on(links.link, link, panels.inputs(), links)
