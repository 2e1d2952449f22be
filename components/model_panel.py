"""The choice of a model, with the facts that matter for choosing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Event, Fields
from pipelines.models.plan import AUTO
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class ModelPanel:
    """The model choice.

    Attributes:
        choice: one of the four, or ``more``.
        other: the name of any other model, when ``choice`` is ``more``.
        facts: licence, size, speed, and whether it is here.
        consent: the explicit yes to a licence that is not free for commercial use.
        fetch: gets missing weights.
    """

    choice: gr.Radio
    other: gr.Dropdown
    facts: gr.HTML
    consent: gr.Checkbox
    fetch: gr.Button

    def inputs(self) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        return [self.choice, self.other, self.consent]

    def read(self, values: Sequence[Any]) -> Fields:
        """See :class:`components.controls.Controls`."""
        choice, other, consent = values
        return {"model": chosen_model(choice, other), "noncommercial": bool(consent)}

    def show(self, recipe: Recipe) -> list[Any]:
        """See :class:`components.controls.Controls`."""
        listed = recipe.model in text.MODEL_CHOICES
        choice, other = (recipe.model, None) if listed else ("more", recipe.model)
        return [choice, other, recipe.noncommercial]

    def changed(self) -> list[Event]:
        """See :class:`components.controls.Controls`."""
        return []

    def recut(self) -> list[Event]:
        """Only the consent: a choice of a model is described first, see :mod:`components.wiring`."""
        return [self.consent.input]


def chosen_model(choice: str, other: str | None) -> str:
    """The name behind the two model controls; ``auto`` while nothing is chosen under "More"."""
    return (other or AUTO) if choice == "more" else choice


def build_model_panel(others: Sequence[tuple[str, str]], facts: str) -> ModelPanel:
    """Build the panel.

    Args:
        others: (title, name) of the models under "More".
        facts: HTML about the first choice.
    """
    choices = text.MODEL_CHOICES.choices()
    choice = gr.Radio(choices, value="auto", label=text.PAGE["model"], elem_classes="cw-choices")
    other = gr.Dropdown(list(others), value=None, label=text.PAGE["more"], visible=False, filterable=True)
    info = gr.HTML(facts, elem_id="model-facts", apply_default_css=False)
    consent = gr.Checkbox(False, label=text.PAGE["consent"], visible=False, container=False)
    fetch = gr.Button(text.PAGE["fetch"], visible=False, size="sm")
    return ModelPanel(choice, other, info, consent, fetch)
