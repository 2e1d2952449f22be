"""The brushes: what should stay and what should go, painted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Event, Fields
from components.handlers.touch_up import NO_STROKES
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class TouchUpPanel:
    """The brush in hand, and the strokes painted so far.

    Attributes:
        fold: holds all of it.
        tool: off, keep or erase.
        smart: whether a stroke grows to the real edge.
        size: the brush's diameter, in per cent of the photo's longer side.
        hardness: in per cent.
        undo: takes the last stroke back.
        redo: brings it back.
        clear: takes all back.
        compare: shows the cutout without strokes for as long as it is on.
        strokes: those painted and those undone, see :mod:`components.handlers.touch_up`.
    """

    fold: gr.Accordion
    tool: gr.Radio
    smart: gr.Checkbox
    size: gr.Slider
    hardness: gr.Slider
    undo: gr.Button
    redo: gr.Button
    clear: gr.Button
    compare: gr.Checkbox
    strokes: gr.State

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [self.strokes]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        (state,) = values
        return {"strokes": state["strokes"]}

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [{**NO_STROKES, "strokes": [stroke.model_dump() for stroke in recipe.strokes]}]

    def changed(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []

    def recut(self) -> list[Event]:
        """None: strokes have an answer of their own, see :mod:`components.touch_up_wiring`."""
        return []


def build_touch_up_panel() -> TouchUpPanel:
    """Build the panel, folded away."""
    words = text.TOUCH_UP
    with gr.Accordion(words["title"], open=False, elem_id="touch-up") as fold:
        gr.HTML(f'<p class="cw-note">{words["hint"]}</p>', apply_default_css=False)
        tool = gr.Radio(text.BRUSHES.choices(), value="off", label=words["tool"], elem_classes="cw-choices")
        smart = gr.Checkbox(True, label=words["smart"], container=False)
        size = gr.Slider(0.2, 20, 3, step=0.1, label=words["size"])
        hardness = gr.Slider(0, 100, 80, step=5, label=words["hardness"])
        with gr.Row(elem_classes="cw-buttons"):
            undo, redo, clear = (
                gr.Button(words[name], size="sm", min_width=80) for name in ("undo", "redo", "clear")
            )
        compare = gr.Checkbox(False, label=words["compare"], container=False)
    return TouchUpPanel(fold, tool, smart, size, hardness, undo, redo, clear, compare, gr.State(NO_STROKES))
