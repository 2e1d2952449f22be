"""What a market place or an authority wants: the choice, its rules and source, and the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Event, Fields
from components.i18n import language
from pipelines.presets import preset_named, presets
from pipelines.recipe import Portrait, Recipe
from pipelines.recipe.sheets import PAPERS, Paper


@dataclass(frozen=True)
class PresetsPanel:
    """The presets.

    Attributes:
        choice: a preset's name; empty for none.
        more: further presets that the same cutout is made for.
        facts: its sources, and what is not checked.
        placing: holds all that places a head; seen with presets of ID photos.
        level: whether the head is straightened.
        zoom: how large the head is, in per cent of what the preset wants.
        across: how far it is moved to the right, in per cent of the canvas's width.
        down: how far down, in per cent of the canvas's height.
        drag: whether it is dragged on the picture.
        back: puts the placement back.
        sheet: the paper of a print sheet; empty for one picture.
        check: makes the finished file and checks it.
        results: what the check found.
        held: what presets set of the Recipe and no input shows.
    """

    choice: gr.Dropdown
    more: gr.Dropdown
    facts: gr.HTML
    placing: gr.Column
    level: gr.Checkbox
    zoom: gr.Slider
    across: gr.Slider
    down: gr.Slider
    drag: gr.Checkbox
    back: gr.Button
    sheet: gr.Dropdown
    check: gr.Button
    results: gr.HTML
    held: gr.State

    def placement(self) -> list[Any]:
        """What a head is placed by."""
        return [self.level, self.zoom, self.across, self.down]

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [self.choice, self.more, *self.placement(), self.sheet, self.held]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        name, more, level, zoom, across, down, paper, held = values
        portrait = held["portrait"]
        if portrait is not None:
            moved = {"straighten": level, "zoom": zoom / 100, "offset": (across / 100, down / 100)}
            portrait = {**portrait, **moved}
        return {
            "preset": name or None,
            "also_presets": tuple(more or ()),
            "portrait": portrait,
            "sheet": {**held["sheet"], "paper": paper} if paper and held["sheet"] else None,
        }

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        portrait = recipe.portrait or Portrait()
        across, down = (round(share * 100, 1) for share in portrait.offset)
        placed = [portrait.straighten, round(portrait.zoom * 100, 1), across, down]
        paper = recipe.sheet.paper if recipe.sheet else ""
        return [recipe.preset or "", list(recipe.also_presets), *placed, paper, _held(recipe)]

    def changed(self) -> list[Event]:
        """Choosing a preset changes other panels too, see :mod:`components.presets_wiring`."""
        return [self.level.input, *(slider.release for slider in (self.zoom, self.across, self.down))]

    def recut(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []


def _held(recipe: Recipe) -> dict[str, Any]:
    """What of a Recipe the inputs do not show; a preset's size on paper, where it has one."""
    sheet = recipe.sheet.model_dump() if recipe.sheet else None
    if sheet is None and recipe.preset and (photo := preset_named(recipe.preset).print_mm):
        sheet = {"photo_mm": photo}
    return {
        "portrait": recipe.portrait and recipe.portrait.model_dump(),
        "sheet": sheet,
    }


def build_presets_panel() -> PresetsPanel:
    """Build the panel, folded away."""
    words = text.PRESETS
    named = [(preset.titled(language()), preset.name) for preset in presets().values()]
    papers = [(words["sheet_paper"].format(paper=_paper(name)), name) for name in PAPERS]
    with gr.Accordion(words["title"], open=False, elem_id="presets"):
        choice = gr.Dropdown([(words["none"], ""), *named], value="", label=words["choose"])
        facts = gr.HTML("", apply_default_css=False, elem_id="preset-facts")
        more = gr.Dropdown(named, value=[], multiselect=True, label=words["more"], info=words["more_hint"])
        with gr.Column(visible=False) as placing:
            drag = gr.Checkbox(False, label=words["drag"], container=False)
            level = gr.Checkbox(True, label=words["level"], container=False)
            zoom = gr.Slider(50, 200, 100, step=0.5, label=words["zoom"])
            across = gr.Slider(-50, 50, 0, step=0.1, label=words["across"])
            down = gr.Slider(-50, 50, 0, step=0.1, label=words["down"])
            back = gr.Button(words["put_back"], size="sm")
            sheet = gr.Dropdown(
                [(words["sheet_none"], ""), *papers], value="", label=words["sheet"], info=words["sheet_hint"]
            )
        check = gr.Button(words["check"], size="sm", visible=False)
        results = gr.HTML("", apply_default_css=False, elem_id="preset-results")
    held = gr.State(_held(Recipe()))
    placement = (level, zoom, across, down, drag, back, sheet)
    return PresetsPanel(choice, more, facts, placing, *placement, check, results, held)


def _paper(name: Paper) -> str:
    """What a paper is called: ``10 x 15 cm``, ``A4``, ``Letter``."""
    unit = " in" if name in ("4x6", "5x7") else " cm"
    return name.replace("x", " x ") + unit if "x" in name else name.title()
