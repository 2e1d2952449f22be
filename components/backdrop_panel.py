"""The choice of what is behind the subject."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Event, Fields
from pipelines.recipe import Recipe


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


def build_backdrop_panel() -> BackdropPanel:
    """Build the picker: nothing, a colour, a picture of one's own, the blurred original."""
    kinds = "".join(
        f'<label><input type="radio" name="cw-kind" value="{kind}"{" checked" if kind == "none" else ""}>'
        f"<span>{html.escape(title)}</span></label>"
        for kind, title in text.KINDS.items()
    )
    swatches = "".join(_swatch(name, color) for name, color in text.SWATCHES.items())
    pieces = {"kind_buttons": kinds, "swatch_buttons": swatches}
    return BackdropPanel(
        gr.HTML(
            value={"kind": "none"},
            html_template=text.template("backdrop.html", text.BACKDROP, pieces),
            js_on_load=text.script("backdrop.js", text.BACKDROP_SCRIPT),
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
