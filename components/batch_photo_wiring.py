"""Wires the banner for photos of a batch."""

from __future__ import annotations

from typing import Any

import gradio as gr

from components.handlers import batch_photo
from components.handlers.cutting import recipe_of
from components.handlers.messages import Message
from components.listening import field_of, on
from components.panels import Panels
from pipelines.batch.touch_ups import TouchUps
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench


def wire_batch_photo(panels: Panels, bench: Workbench, touch_ups: TouchUps) -> None:
    """Connect the banner's event; call inside the page's context."""

    def seen(recipe: Recipe) -> Recipe:
        return recipe_of(panels.read(["", *panels.show(recipe)])[1])

    def keep(event: gr.EventData, *values: Any) -> Message:
        photo, fields = panels.read(values)
        keeping = batch_photo.Keeping(bench, touch_ups, seen)
        return batch_photo.kept(keeping, photo, fields, partly=field_of(event, "partly") is True)

    banner = panels.batch_photo.banner
    on(banner.keep, keep, panels.inputs(), banner)
