"""From what a visitor chose to what the stage shows. Plain functions; the workbench is passed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from components.handlers.messages import (
    Message,
    Messages,
    backdrop_message,
    cut_message,
    download_message,
    spoken,
    status_message,
)
from components.text import VERDICTS
from pipelines.errors import WeightsUnavailable
from pipelines.models.known import model_named
from pipelines.models.plan import AUTO, members
from pipelines.recipe import Recipe
from pipelines.workbench import QUICK_MODEL, Preview, Workbench


def chosen_model(choice: str, other: str | None) -> str:
    """The name behind the two model controls; ``auto`` while nothing is chosen under "More"."""
    return (other or AUTO) if choice == "more" else choice


@dataclass(frozen=True)
class Wishes:
    """The page's controls as they stand when something is clicked."""

    choice: str
    other: str | None
    consent: bool
    backdrop: dict[str, Any] | None
    format: str
    edges: dict[str, Any] = field(default_factory=dict)
    decontaminate: float = 1.0

    @property
    def model(self) -> str:
        """The chosen model's name."""
        return chosen_model(self.choice, self.other)

    def recipe(self) -> Recipe:
        """The Recipe that the controls stand for.

        Raises:
            RecipeError: a control holds what it never should.
            UnknownModel: not a model of the catalogue; a page may not name files of this machine.
        """
        for name in members(self.model):
            model_named(name)
        return Recipe.read(
            {
                "model": self.model,
                "noncommercial": bool(self.consent),
                "background": self.backdrop or {"kind": "none"},
                "edges": self.edges,
                "decontaminate": self.decontaminate,
                "output": {"format": self.format},
            }
        )


@spoken
def quick_look(bench: Workbench, photo: str, wishes: Wishes) -> Messages:
    """A first cutout with the quickest network, where a better one will follow."""
    wishes.recipe()  # says at once what can't be done
    if members(wishes.model) == (QUICK_MODEL,) or bench.service.store.find(model_named(QUICK_MODEL)) is None:
        return [status_message("Cutting it out …", busy=True)]
    preview = bench.preview(photo, Recipe(model=QUICK_MODEL))
    text = "A first look. The better cutout is on its way …"
    return [cut_message(photo, preview.image, text, final=False)]


@spoken
def cut_out(bench: Workbench, photo: str, wishes: Wishes) -> Messages:
    """The cutout with the chosen model, and what is behind it."""
    if not photo:
        return []
    recipe = wishes.recipe()
    _need_weights(bench, wishes.model)
    preview = bench.preview(photo, recipe)
    layer = bench.layer(photo, recipe)
    shown = cut_message(photo, preview.image, summary(preview), final=True, confidence=trust(preview))
    return [shown, backdrop_message(photo, layer)]


@spoken
def change_backdrop(bench: Workbench, photo: str, wishes: Wishes) -> Messages:
    """Something else behind the same cutout; no network runs that has not run before."""
    if not photo:
        return []
    return [backdrop_message(photo, bench.layer(photo, wishes.recipe()))]


@spoken
def deliver(bench: Workbench, photo: str, wishes: Wishes) -> Messages:
    """The result at full size, as a file."""
    if not photo:
        return [status_message("Add a photo first.")]
    _need_weights(bench, wishes.model)
    file = bench.render(photo, wishes.recipe())
    kept = bench.shelf.get(file)
    size = kept.path.stat().st_size
    return [download_message(file, kept.filename, f"{kept.filename} is ready ({readable_size(size)}).")]


def summary(preview: Preview) -> str:
    """What made a cutout, in a line: networks, time, and anything worth knowing."""
    names = " + ".join(_title(facts.name) for facts in preview.cutout.model)
    parts = [names, f"{preview.seconds:.1f} s"]
    if preview.cutout.box is None:
        parts.append("No subject was found. Try another model.")
    parts.extend(facts.warning for facts in preview.cutout.model if facts.warning)
    return " · ".join(parts)


def trust(preview: Preview) -> Message:
    """How far a cutout can be trusted, in words, and the picture of where it can't."""
    confidence = preview.cutout.confidence
    percent = round(confidence.score * 100)
    level = "none" if preview.cutout.box is None else "sure" if confidence.trusted else "look"
    return {
        "level": level,
        "percent": percent,
        "verdict": VERDICTS[level].format(percent=percent),
        "why": "; ".join(reason.text for reason in confidence.reasons),
        "doubt": preview.doubt,
    }


def _title(name: str) -> str:
    return model_named(name).title


def readable_size(count: int) -> str:
    """A number of bytes as people say it."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{count / 1_000_000_000:.1f} GB"


def _need_weights(bench: Workbench, name: str) -> None:
    """A click must not start a long download: say what is missing instead.

    Raises:
        WeightsUnavailable: none of the networks behind the name is here.
    """
    models = [model_named(member) for member in members(name)]
    if any(bench.service.store.present(model) for model in models):
        return
    raise WeightsUnavailable(
        f"The weights of {models[0].title} are not on this machine yet. "
        "Get them first, with the button under the model."
    )
