"""The choice of a model, with the facts that matter for choosing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from components import text


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


def build_model_panel(others: Sequence[tuple[str, str]], facts: str) -> ModelPanel:
    """Build the panel.

    Args:
        others: (title, name) of the models under "More".
        facts: HTML about the first choice.
    """
    choice = gr.Radio(text.model_options(), value="auto", label=text.PAGE["model"], elem_classes="cw-choices")
    other = gr.Dropdown(list(others), value=None, label=text.PAGE["more"], visible=False, filterable=True)
    info = gr.HTML(facts, elem_id="model-facts", apply_default_css=False)
    consent = gr.Checkbox(False, label=text.PAGE["consent"], visible=False, container=False)
    fetch = gr.Button(text.PAGE["fetch"], visible=False, size="sm")
    return ModelPanel(choice, other, info, consent, fetch)
