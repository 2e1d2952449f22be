"""Wires the presets to the handlers."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr

from components.controls import Event, Fields
from components.handlers import cutting, presets
from components.listening import field_of, on, with_controls
from components.panels import Panels
from components.visit_wiring import Choice, after_moving, changing, outputs
from pipelines.workbench import Workbench

_FORGET: Final = "() => ''"
"""A result of the check holds for what was checked, no longer."""

_PLACE: Final = "(on) => document.dispatchEvent(new CustomEvent('cw-place', { detail: on }))"
"""Dragging is the browser's own matter until the pointer lifts."""


def wire_presets(panels: Panels, bench: Workbench) -> None:
    """Connect the presets' events; call inside the page's context."""
    panel = panels.presets

    def choose(_event: gr.EventData, _photo: str, fields: Fields) -> Choice:
        return presets.chosen(str(fields["preset"] or ""), fields), []

    def describe(name: str | None) -> list[Any]:
        shown = gr.update(visible=bool(name)), gr.update(visible=presets.is_portrait(name))
        return [presets.facts_of(name), *shown, ""]

    chosen = on(panel.choice.input, changing(panels, bench, choose), panels.inputs(), outputs(panels))
    after_moving(panels, chosen, with_controls(panels, bench, cutting.compose))
    on(panel.choice.change, describe, panel.choice, [panel.facts, panel.check, panel.placing, panel.results])
    on(panel.more.change, None, None, panel.results, js=_FORGET)
    check_after(panel.check.click, panels, bench)
    _wire_placing(panels, bench)
    for one in panels.controls():
        for event in (*one.changed(), *one.recut()):
            on(event, None, None, panel.results, js=_FORGET)


def _wire_placing(panels: Panels, bench: Workbench) -> None:
    """A head is dragged on the picture, or put back."""
    panel, stage = panels.presets, panels.stage.stage

    def nudge(across: float, down: float, event: gr.EventData) -> list[float]:
        return presets.nudged(across, down, field_of(event, "by"))

    def put_back() -> list[Any]:
        return [True, 100, 0, 0]

    on(panel.drag.change, None, panel.drag, None, js=_PLACE)
    on(panel.choice.change, lambda: False, None, panel.drag)
    aside = [panel.across, panel.down]
    for moved in (
        on(stage.nudge, nudge, aside, aside, trigger_mode="multiple"),
        on(panel.back.click, put_back, None, panel.placement()),
    ):
        on(moved.then, with_controls(panels, bench, cutting.compose), panels.inputs(), stage)
        on(moved.then, None, None, panel.results, js=_FORGET)


def check_after(event: Event, panels: Panels, bench: Workbench) -> None:
    """Check the finished file when something happens, where a preset is chosen."""
    panel, stage = panels.presets, panels.stage.stage

    def check(*values: Any) -> list[Any]:
        photo, fields = panels.read(values)
        if not (fields["preset"] or fields["also_presets"]):
            return ["", []]
        return list(presets.checked(bench, photo, fields))

    on(event, check, panels.inputs(), [panel.results, stage], show_progress="minimal")
