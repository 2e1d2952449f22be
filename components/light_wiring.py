"""Wires what the panel for shadows and light does beside its controls: presets, glimpses, the way back."""

from __future__ import annotations

from typing import Any

from components.handlers import cutting
from components.handlers.light import PRESETS, SHADES, shades_of
from components.listening import on, with_controls
from components.panels import Panels
from pipelines.recipe import DropShadow, Recipe
from pipelines.workbench import Workbench


def wire_light(panels: Panels, bench: Workbench) -> None:
    """Connect the events; call inside the page's context."""
    panel, stage = panels.light, panels.stage.stage
    compose, peek = (with_controls(panels, bench, do) for do in (cutting.compose, cutting.peek))

    def choose(preset: str, kept: dict[str, Any]) -> list[Any]:
        parts = PRESETS.get(preset, ())
        shades = shades_of(parts[0] if parts else DropShadow())
        return [*shades, {**kept, "shadows": [part.model_dump() for part in parts]}]

    shown = [*panel.shades, panel.kept]
    assert len(shown) == len(SHADES) + 1  # noqa: S101  (the panel has them all)
    chosen = on(panel.preset.input, choose, [panel.preset, panel.kept], shown)
    on(chosen.then, compose, panels.inputs(), stage)
    for slider in panel.sliders():
        on(slider.input, peek, panels.inputs(), stage, trigger_mode="always_last")
    emptied = on(panel.reset.click, lambda: panel.show(Recipe()), None, panel.inputs())
    on(emptied.then, compose, panels.inputs(), stage)
