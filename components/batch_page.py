"""The page for many photos at once; what it shows of them it asks the server for (``assets/batch/page``)."""

from __future__ import annotations

import json
from typing import Final

from components.handlers.models import other_models
from components.i18n import Section, language
from components.plain_page import filled
from components.text import ASSETS, MODEL_CHOICES, PAGE, REASONS, SIDES, language_links
from pipelines.batch.review import FILTERS
from pipelines.models.known import model_named
from pipelines.models.plan import members
from pipelines.presets import presets

WORDS: Final = Section("batch")

_MORE: Final = "more"
"""The choice that leads to the other models, which stand beside it here."""


def batch_page(*, folders: bool = False) -> str:
    """The page.

    Args:
        folders: whether batches may use folders of the server's.
    """
    facts = {
        "words": dict(WORDS),
        "reasons": dict(REASONS),
        "sides": dict(SIDES),
        "models": _models(),
        "presets": [(preset.titled(language()), preset.name) for preset in presets().values()],
        "filters": FILTERS,
        "folders": folders,
    }
    texts = {**WORDS, "lang": language(), "code": language().upper(), "language": PAGE["language"]}
    pieces = {"facts": _embedded(facts), "language_links": language_links(), "modules": _modules()}
    return filled("batch/page/page.html", {**texts, "consent": PAGE["consent"]}, pieces)


def _modules() -> str:
    """The page's scripts, to be fetched at once and not one after the other as they name each other."""
    names = sorted(path.name for path in (ASSETS / "batch" / "page").glob("*.js"))
    return "".join(f'<link rel="modulepreload" href="batch/static/{name}">' for name in names)


def _models() -> list[dict[str, object]]:
    """What photos can be cut out with, and whether its licence leaves commercial use free."""
    choices = [(label, name) for label, name in MODEL_CHOICES.choices() if name != _MORE]
    return [
        {
            "label": label,
            "value": name,
            "commercial": all(model_named(one).commercial for one in members(name)),
        }
        for label, name in [*choices, *other_models()]
    ]


def _embedded(facts: object) -> str:
    """JSON that can stand within a page: nothing in it ends the element that it stands in."""
    return json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
