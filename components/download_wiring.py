"""Wires the download: formats that go together, the file itself, and the clipboard."""

from __future__ import annotations

from typing import Any

import gradio as gr

from components import text
from components.backdrop_panel import shows_through
from components.download_panel import MORE, chosen_format
from components.handlers import delivery
from components.listening import on, with_controls
from components.panels import Panels
from components.presets_wiring import check_after
from pipelines.recipe.output import MATTES
from pipelines.workbench import Workbench


def wire_download(panels: Panels, bench: Workbench) -> None:
    """Connect the download's events; call inside the page's context."""
    download, stage = panels.download, panels.stage.stage
    deliver, copy = (with_controls(panels, bench, do) for do in (delivery.deliver, delivery.copy))
    delivered = on(download.button.click, deliver, panels.inputs(), stage, show_progress="minimal")
    check_after(delivered.then, panels, bench)
    on(download.copy.click, copy, panels.inputs(), stage, show_progress="minimal")
    _wire_formats(panels)
    _wire_note(panels)


def _wire_formats(panels: Panels) -> None:
    """Formats and contents that exclude each other: what was chosen last holds."""
    download, options = panels.download, panels.download.options

    def formats(name: str, other: str | None, content: str, also: list[str] | None) -> list[Any]:
        wanted = {chosen_format(name, other), *(also or ())}
        return [gr.update(visible=name == MORE), content if wanted <= MATTES else "picture"]

    def contents(content: str, name: str, other: str | None, also: list[str] | None) -> list[Any]:
        if content == "picture":
            return [name, gr.update(visible=name == MORE), also]
        if chosen_format(name, other) not in MATTES:
            name = "png"
        kept = [one for one in also or () if one in MATTES]
        return [name, gr.update(value=other, visible=name == MORE), kept]

    for event in (download.format.input, download.other.input, options.also.input):
        given = [download.format, download.other, options.content, options.also]
        on(event, formats, given, [download.other, options.content], trigger_mode="always_last")
    given = [options.content, download.format, download.other, options.also]
    changed = [download.format, download.other, options.also]
    on(options.content.input, contents, given, changed, trigger_mode="always_last")


def _wire_note(panels: Panels) -> None:
    def note(file_format: str, path: bool, backdrop: Any) -> str:
        if file_format != "jpg" or not shows_through(backdrop):
            return ""
        return f'<p class="cw-note">{text.FILES["jpeg_path"] if path else text.PAGE["jpeg_note"]}</p>'

    download, backdrop = panels.download, panels.backdrop.backdrop
    given = [download.format, download.options.path, backdrop]
    for event in (backdrop.backdrop, download.format.input, download.options.path.input):
        on(event, note, given, download.note, trigger_mode="always_last")
