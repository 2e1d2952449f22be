"""The facts about models that the page shows, and fetching what is missing."""

from __future__ import annotations

import html
from dataclasses import dataclass

from components import text
from components.handlers.cutting import readable_size
from components.handlers.messages import Messages, error_message, status_message
from pipelines.errors import CutawayError
from pipelines.models.catalogue import Model
from pipelines.models.known import MODELS, STANDARD, model_named
from pipelines.models.plan import members
from pipelines.models.weights import WeightsStore


@dataclass(frozen=True)
class ModelView:
    """How the model panel should look for a choice.

    Attributes:
        facts: HTML.
        needs_consent: whether the licence asks for an explicit yes.
        missing: names of networks whose weights are not here.
    """

    facts: str
    needs_consent: bool
    missing: tuple[str, ...]


def other_models() -> list[tuple[str, str]]:
    """(title, name) of every model that is not a choice by itself."""
    return [(_label(model), name) for name, model in MODELS.items() if name not in text.MODEL_CHOICES]


def model_title(name: str) -> str:
    """What a model, or one of the choices, is called."""
    return text.MODEL_CHOICES[name] if name in text.MODEL_CHOICES else model_named(name).title


def _label(model: Model) -> str:
    return model.title if model.commercial else f"{model.title} ({text.SAID['not_commercial']})"


def view_of(store: WeightsStore, name: str) -> ModelView:
    """The facts of a choice.

    Args:
        store: knows what is here.
        name: a model's name or ``auto``.
    """
    models = [model_named(member) for member in members(name)]
    about = text.PLANS.get(name) or text.MODELS.get(name, models[0].about)
    lines = [
        f'<p class="cw-about">{html.escape(_sentence(about))}</p>',
        *(_facts(store, model) for model in models),
    ]
    return ModelView(
        facts="".join(lines),
        needs_consent=any(not model.commercial for model in models),
        missing=tuple(model.name for model in models if model.files and not store.present(model)),
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


def _facts(store: WeightsStore, model: Model) -> str:
    here = store.present(model)
    path = store.find(model) if here and model.files else None
    size = path.stat().st_size if path else next((file.size for file in model.files if file.size), None)
    facts = [
        model.licence if model.commercial else f"{model.licence}, {text.SAID['not_free']}",
        readable_size(size) if size else text.SAID["size_unknown"],
        text.SAID["about_seconds"].format(seconds=text.figure(model.seconds, 1 if model.seconds % 1 else 0)),
        "" if here else text.SAID["not_here"],
    ]
    state, title = "here" if here else "away", html.escape(model.title)
    line = html.escape(" · ".join(fact for fact in facts if fact))
    return f'<p class="cw-facts" data-state="{state}"><strong>{title}</strong> {line}</p>'


def fetch(store: WeightsStore, names: tuple[str, ...]) -> list[str]:
    """Get missing weights.

    Returns:
        A sentence for each that could not be had.
    """
    problems = []
    for name in names:
        try:
            store.ensure(model_named(name))
        except CutawayError as error:
            problems.append(error.message)
    return problems


def missing_standard(store: WeightsStore) -> tuple[str, ...]:
    """Names of the standard models whose weights are not here."""
    return tuple(name for name in STANDARD if store.find(model_named(name)) is None)


def banner(missing: tuple[str, ...], problems: list[str]) -> str:
    """HTML that says which standard models are missing and why; empty when all are here."""
    if not missing:
        return ""
    names = ", ".join(model_named(name).title for name in missing)
    reasons = "".join(f"<li>{html.escape(problem)}</li>" for problem in problems)
    return (
        f'<div class="cw-banner" role="status"><p>{html.escape(text.SAID["missing"])} '
        f"<strong>{html.escape(names)}</strong>. {html.escape(text.SAID['rest_works'])}</p>"
        f"<ul>{reasons}</ul></div>"
    )


def fetched_messages(problems: list[str]) -> Messages:
    """What to tell the stage after fetching."""
    if problems:
        return [error_message(" ".join(problems))]
    return [status_message(text.SAID["weights_here"])]
