"""Shadows, light, outline and glow."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Event, Fields
from components.handlers.light import controls_of, fields_of
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class LightPanel:
    """The controls.

    Attributes:
        preset: the shadow of a single click.
        shades: the shadow's controls, as :data:`components.handlers.light.SHADES` names them.
        rest: sliders and colours of light, outline and glow, in the order of
            :func:`components.handlers.light.controls_of`.
        kept: what of the Recipe has no control.
        reset: puts all of it back.
    """

    preset: gr.Radio
    shades: tuple[Any, ...]
    rest: tuple[Any, ...]
    kept: gr.State
    reset: gr.Button

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [self.preset, *self.shades, *self.rest, self.kept]

    def sliders(self) -> list[gr.Slider]:
        """What may be shown while it is moved."""
        return [one for one in (*self.shades, *self.rest) if isinstance(one, gr.Slider)]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        return fields_of(values)

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return controls_of(recipe)

    def changed(self) -> list[Event]:
        """All but the preset, see :mod:`components.light_wiring`."""
        colors = [one.color for one in (*self.shades, *self.rest) if isinstance(one, gr.HTML)]
        return [*(slider.release for slider in self.sliders()), *colors]

    def recut(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []


def build_light_panel() -> LightPanel:
    """Build the panel, folded away."""
    words, (preset, *values) = text.LIGHT, controls_of(Recipe())
    with gr.Accordion(words["title"], open=False, elem_id="light"):
        choice = gr.Radio(
            text.SHADOWS.choices(),
            value=preset,
            label=words["shadow"],
            info=words["shadow_hint"],
            elem_classes="cw-choices",
            elem_id="light-preset",
        )
        shades = _shades(values[:8])
        rest = _rest(values[8:14])
        reset = gr.Button(words["reset"], size="sm")
    return LightPanel(choice, shades, rest, gr.State(values[14]), reset)


def _shades(values: Sequence[Any]) -> tuple[Any, ...]:
    """The shadow's controls; style sheets show those that the chosen shadow has."""
    strength, softness, right, down, direction, length, depth, color = values
    return (
        _slider("strength", (0, 100, 1), strength, "drop ground cast car reflection own"),
        _slider("softness", (0, 30, 0.1), softness, "drop ground cast car reflection"),
        _slider("right", (-50, 50, 0.5), right, "drop"),
        _slider("down", (-50, 50, 0.5), down, "drop"),
        _slider("direction", (0, 360, 1), direction, "cast"),
        _slider("length", (5, 300, 1), length, "cast"),
        _slider("depth", (2, 100, 1), depth, "reflection"),
        _color("shade", color, "drop ground cast car own"),
    )


def _rest(values: Sequence[Any]) -> tuple[Any, ...]:
    harmonise, wrap, outline, outline_color, glow, glow_color = values
    return (
        _slider("harmonise", (0, 100, 1), harmonise, info=text.LIGHT["backdrop_hint"]),
        _slider("wrap", (0, 100, 1), wrap),
        _slider("outline", (0, 20, 0.1), outline),
        _color("outline_color", outline_color),
        _slider("glow", (0, 50, 0.5), glow),
        _color("glow_color", glow_color),
    )


def _slider(
    name: str, steps: tuple[float, float, float], value: float, kinds: str = "", info: str | None = None
) -> gr.Slider:
    least, most, step = steps
    classes = _classes(kinds)
    return gr.Slider(least, most, value, step=step, label=text.LIGHT[name], info=info, elem_classes=classes)


def _color(name: str, value: str, kinds: str = "") -> gr.HTML:
    label = html.escape(text.LIGHT[name])
    return gr.HTML(
        value=value,
        html_template=text.template("color.html", {}, {"label": label}),
        js_on_load=text.script("color.js", {}),
        apply_default_css=False,
        elem_classes=_classes(kinds),
    )


def _classes(kinds: str) -> list[str]:
    """Of a control that only some kinds of shadows have; of any other none."""
    return ["cw-shade", *(f"cw-shade-{kind}" for kind in kinds.split())] if kinds else []
