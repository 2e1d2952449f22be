"""The choice of what is behind the subject."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from components import text
from components.controls import Event, Fields
from pipelines.compose import studio
from pipelines.errors import RecipeError
from pipelines.recipe import (
    ColorBackdrop,
    GradientBackdrop,
    ImageBackdrop,
    NoBackdrop,
    Recipe,
    parse_backdrop,
)

_SCRIPTS: Final = ["backdrop.js", "backdrop_gradient.js", "backdrop_recent.js", "backdrop_start.js"]


@dataclass(frozen=True)
class BackdropPanel:
    """What is behind.

    Attributes:
        backdrop: its value is the Recipe's background part as a dictionary; its
            ``backdrop`` event tells that it changed.
    """

    backdrop: gr.HTML

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [self.backdrop]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        (part,) = values
        return {"background": part if isinstance(part, dict) else {"kind": "none"}}

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [recipe.background.model_dump()]

    def changed(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return [self.backdrop.backdrop]

    def recut(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []


def shows_through(part: Any) -> bool:
    """Whether a backdrop, as the page holds it, leaves anything transparent."""
    try:
        background = Recipe.read({"background": part}).background
    except RecipeError:  # nonsense, for which nothing is put behind
        return True
    match background:
        case ColorBackdrop(color=color):
            return len(color) > 7
        case GradientBackdrop(colors=colors):
            return any(len(color) > 7 for color in colors)
        case ImageBackdrop(fit=fit, scale=scale):
            return fit == "contain" or (fit == "cover" and scale < 1)
    return isinstance(background, NoBackdrop)


def build_backdrop_panel() -> BackdropPanel:
    """Build the picker: nothing, a colour, a gradient, a studio backdrop, a picture, the blurred original."""
    kinds = "".join(
        f'<label><input type="radio" name="cw-kind" value="{kind}"{" checked" if kind == "none" else ""}>'
        f"<span>{html.escape(title)}</span></label>"
        for kind, title in text.KINDS.items()
    )
    swatches = "".join(_swatch(name, color) for name, color in text.SWATCHES.items())
    pieces = {
        "kind_buttons": kinds,
        "swatch_buttons": swatches,
        "gradient_buttons": "".join(_gradient(*one) for one in text.READY_GRADIENTS.items()),
        "library_buttons": "".join(map(_backdrop, studio.names())),
    }
    return BackdropPanel(
        gr.HTML(
            value={"kind": "none"},
            html_template=text.template("backdrop.html", text.BACKDROP, pieces),
            js_on_load=text.script(_SCRIPTS, text.BACKDROP_SCRIPT),
            apply_default_css=False,
            elem_id="backdrop",
        )
    )


def _swatch(name: str, color: str) -> str:
    called = html.escape(text.COLORS[name])
    return (
        f'<button type="button" class="cw-swatch" style="--swatch:{color}" data-color="{color}" '
        f'data-name="{name}" aria-label="{called}" aria-pressed="false" title="{called}"></button>'
    )


def _gradient(name: str, word: str) -> str:
    part = parse_backdrop(word)
    assert isinstance(part, GradientBackdrop)  # noqa: S101  (the table holds no others)
    stops = ", ".join(f"{color} {place:.0%}" for color, place in zip(part.colors, part.places(), strict=True))
    x, y = part.center
    shape = (
        f"linear-gradient({part.angle}deg"
        if part.shape == "linear"
        else (f"radial-gradient(circle farthest-corner at {x:.0%} {y:.0%}")
    )
    called, value = html.escape(text.GRADIENTS[name]), html.escape(part.model_dump_json())
    return (
        f'<button type="button" class="cw-swatch" style="background:{shape} in oklab, {stops})" '
        f'data-gradient="{value}" aria-label="{called}" title="{called}"></button>'
    )


def _backdrop(name: str) -> str:
    called = html.escape(text.STUDIO_BACKDROPS[name])
    own, accent = ("#{:02x}{:02x}{:02x}".format(*color) for color in studio.own_colors(name))
    return (
        f'<button type="button" data-studio="{name}" data-own="{own}" data-accent="{accent}" '
        f'aria-pressed="false"><img src="studio/backdrops/{name}" alt="" loading="lazy"><span>{called}</span>'
        "</button>"
    )
