"""The page for many photos at once; what it shows of them it asks the server for (``assets/batch/page``)."""

from __future__ import annotations

import json
from typing import Final

from components.handlers.models import other_models
from components.i18n import Section, language
from components.plain_page import filled
from components.text import MODEL_CHOICES, REASONS, SIDES
from pipelines.batch.review import FILTERS
from pipelines.presets import presets

WORDS: Final = Section("batch")

_MORE: Final = "more"
"""The choice that leads to the other models, which stand beside it here."""


def batch_page(*, folders: bool = False) -> str:
    """The page.

    Args:
        folders: whether batches may use folders of the server's.
    """
    choices = [(label, name) for label, name in MODEL_CHOICES.choices() if name != _MORE]
    facts = {
        "words": dict(WORDS),
        "reasons": dict(REASONS),
        "sides": dict(SIDES),
        "models": [*choices, *other_models()],
        "presets": [(preset.titled(language()), preset.name) for preset in presets().values()],
        "filters": FILTERS,
        "folders": folders,
    }
    return filled("batch/page/page.html", {**WORDS, "lang": language()}, {"facts": _embedded(facts)})


def _embedded(facts: object) -> str:
    """JSON that can stand within a page: nothing in it ends the element that it stands in."""
    return json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
