"""The edge controls: what is done to the matte after the networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Event, Fields
from components.handlers.edges import edges_of
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class EdgesPanel:
    """The controls, and what was marked on the photo.

    Attributes:
        subjects: all, the largest, or those that were clicked.
        holes: whether enclosed background is filled.
        translucency: whether what can be seen through is made solid.
        shift: how far the edge moves out or in, in pixels of the photo.
        feather: its softness, in pixels of the photo.
        contrast: its hardness, in per cent.
        decontaminate: how much of the old background's colour is taken out, in per cent.
        limit: whether a region is being marked on the photo.
        reset: puts all of it back.
        marks: the region and the clicked points, as shares of width and height.
    """

    subjects: gr.Radio
    holes: gr.Checkbox
    translucency: gr.Checkbox
    shift: gr.Slider
    feather: gr.Slider
    contrast: gr.Slider
    decontaminate: gr.Slider
    limit: gr.Checkbox
    reset: gr.Button
    marks: gr.State

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        sliders = [self.shift, self.feather, self.contrast, self.decontaminate]
        return [self.subjects, self.holes, self.translucency, *sliders, self.marks]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        *edges, decontaminate, marks = values
        return {"edges": edges_of(edges, marks), "decontaminate": decontaminate / 100}

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        edges = recipe.edges
        marks = {"region": edges.region, "picked": list(edges.picked)}
        percent = (round(share * 100) for share in (edges.contrast, recipe.decontaminate))
        filled = (edges.holes == "fill", edges.translucency == "fill")
        return [edges.subjects, *filled, edges.shift, edges.feather, *percent, marks]

    def changed(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []

    def recut(self) -> list[Event]:
        """All but what is marked on the photo, see :mod:`components.wiring`."""
        sliders = (self.shift, self.feather, self.contrast, self.decontaminate)
        return [*(slider.release for slider in sliders), self.holes.input, self.translucency.input]


def build_edges_panel() -> EdgesPanel:
    """Build the panel, folded away."""
    words = text.EDGES
    with gr.Accordion(words["title"], open=False, elem_id="edges"):
        subjects = gr.Radio(
            text.SUBJECTS.choices(), value="all", label=words["subjects"], elem_classes="cw-choices"
        )
        holes = gr.Checkbox(False, label=words["holes"], container=False)
        translucency = gr.Checkbox(False, label=words["translucency"], container=False)
        limit = gr.Checkbox(False, label=words["limit"], container=False)
        shift = gr.Slider(-20, 20, 0, step=0.5, label=words["shift"])
        feather = gr.Slider(0, 20, 0, step=0.5, label=words["feather"])
        contrast = gr.Slider(0, 95, 0, step=5, label=words["contrast"])
        decontaminate = gr.Slider(0, 100, 100, step=5, label=words["decontaminate"])
        reset = gr.Button(words["reset"], size="sm")
    marks = gr.State({"region": None, "picked": []})
    filled = holes, translucency
    return EdgesPanel(subjects, *filled, shift, feather, contrast, decontaminate, limit, reset, marks)
