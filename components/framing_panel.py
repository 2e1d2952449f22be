"""Where the subject sits on the canvas."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from components import text
from components.controls import Event, Fields
from components.handlers.framing import controls_of, framing_of
from pipelines.recipe import Framing, Recipe

_RATIOS: Final = ("1:1", "4:5", "3:4", "2:3", "9:16", "5:4", "4:3", "3:2", "16:9")
_MARGINS: Final = ("0px", "2%", "5%", "10%", "20%", "50px", "100px")

_PLACES: Final = {
    "top_left": "0.0,0.0",
    "top": "0.5,0.0",
    "top_right": "1.0,0.0",
    "left": "0.0,0.5",
    "middle": "0.5,0.5",
    "right": "1.0,0.5",
    "bottom_left": "0.0,1.0",
    "bottom": "0.5,1.0",
    "bottom_right": "1.0,1.0",
}
"""The nine places, in the order in which they are shown, as shares of the free room."""


@dataclass(frozen=True)
class FramingPanel:
    """The framing controls.

    Attributes:
        fold: holds all of it.
        controls: the inputs, as :func:`components.handlers.framing.controls_of` orders them.
        align: one of those: its value is the subject's place, and its ``align`` event tells of a change.
        move: whether the pointer moves the subject on the picture.
        guides: which guides lie over the picture.
        reset: puts all of it back.
    """

    fold: gr.Accordion
    controls: tuple[Any, ...]
    align: gr.HTML
    move: gr.Checkbox
    guides: gr.CheckboxGroup
    reset: gr.Button

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return list(self.controls)

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        return {"framing": framing_of(values)}

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return controls_of(recipe.framing)

    def changed(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        events: list[Event] = []
        for control in self.controls:
            if isinstance(control, gr.Slider):
                events.append(control.release)
            elif isinstance(control, gr.Number):
                events += [control.submit, control.blur]
            else:
                events.append(control.align if control is self.align else control.input)
        return events

    def recut(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []


def build_framing_panel() -> FramingPanel:
    """Build the panel, folded away."""
    words, values = text.FRAMING, controls_of(Framing())
    with gr.Accordion(words["title"], open=False, elem_id="framing") as fold:
        canvas = _canvas(values[:4])
        crop = gr.Checkbox(values[4], label=words["crop"], container=False, elem_id="framing-crop")
        margin = _open_choice(_MARGINS, values[5], words["margin"], "framing-margin")
        fills = _filled(values[6:9])
        align = _place_picker(values[9])
        move = gr.Checkbox(False, label=words["move"], container=False)
        snap = gr.Checkbox(values[10], label=words["snap"], container=False)
        turned = _turned(values[11:])
        guides = gr.CheckboxGroup(
            text.GUIDES.choices(), value=[], label=words["guides"], elem_classes="cw-choices"
        )
        reset = gr.Button(words["reset"], size="sm")
    return FramingPanel(
        fold, (*canvas, crop, margin, *fills, align, snap, *turned), align, move, guides, reset
    )


def _canvas(values: Sequence[Any]) -> list[Any]:
    words, (shape, ratio, width, height) = text.FRAMING, values
    shapes = text.CANVASES.choices()
    return [
        gr.Radio(
            shapes, value=shape, label=words["canvas"], elem_classes="cw-choices", elem_id="framing-canvas"
        ),
        _open_choice(_RATIOS, ratio, words["ratio"], "framing-ratio"),
        *(
            gr.Number(
                value, label=words[name], precision=0, minimum=1, elem_id=f"framing-{name}", min_width=80
            )
            for name, value in (("width", width), ("height", height))
        ),
    ]


def _open_choice(choices: Sequence[str], value: str, label: str, name: str) -> gr.Dropdown:
    """A list of usual values, in which one's own can be written."""
    return gr.Dropdown(list(choices), value=value, label=label, allow_custom_value=True, elem_id=name)


def _filled(values: Sequence[Any]) -> list[Any]:
    words, (share, share_of, baseline) = text.FRAMING, values
    return [
        gr.Slider(0, 100, share, step=1, label=words["fills"]),
        gr.Dropdown(
            text.SHARES_OF.choices(), value=share_of, label=words["fills_by"], elem_id="framing-fills-by"
        ),
        gr.Slider(0, 100, baseline, step=1, label=words["baseline"]),
    ]


def _turned(values: Sequence[Any]) -> list[Any]:
    words, (degrees, quarter, flip, most, limit) = text.FRAMING, values
    quarters = [(label, int(name)) for name, label in text.QUARTERS.items()]
    return [
        gr.Slider(-45, 45, degrees, step=0.1, label=words["straighten"]),
        gr.Radio(quarters, value=quarter, label=words["quarter"], elem_classes="cw-choices"),
        gr.Radio(text.FLIPS.choices(), value=flip, label=words["flip"], elem_classes="cw-choices"),
        gr.Slider(1, 16, most, step=0.5, label=words["most"]),
        gr.Number(limit, label=words["megapixels"], minimum=0, maximum=1000),
    ]


def _place_picker(value: str) -> gr.HTML:
    places = "".join(_place(value, text.PLACES[name]) for name, value in _PLACES.items())
    pieces = {"places": places}
    return gr.HTML(
        value=value,
        html_template=text.template("framing.html", {**text.FRAMING, **text.PLACES}, pieces),
        js_on_load=text.script("framing.js", text.FRAMING_SCRIPT),
        apply_default_css=False,
        elem_id="framing-place",
    )


def _place(value: str, title: str) -> str:
    called = html.escape(title)
    return (
        f'<label title="{called}"><input type="radio" name="cw-place" value="{value}" aria-label="{called}">'
        "<span></span></label>"
    )
