"""Findings in words, by language: the sentences are in ``assets/i18n``, under ``rules``."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pipelines.rules.findings import Finding

_FOLDER: Final = Path(__file__).resolve().parents[2] / "assets" / "i18n"


@functools.cache
def sentences(language: str, section: str = "rules") -> dict[str, str]:
    """Every sentence of a language by its name.

    Args:
        language: its code.
        section: of the language's file.
    """
    found: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))[section]
    return found


def sentence(finding: Finding, words: Mapping[str, str] | None = None) -> str:
    """What was found, and what to do about it.

    Args:
        finding: of a check.
        words: the sentences of the language wanted; None is English.
    """
    words = sentences("en") if words is None else words
    facts = dict(finding.facts)
    if "sides" in facts:
        facts["sides"] = ", ".join(words[f"side_{side}"] for side in facts["sides"].split(", "))
    return words[finding.word].format(**facts)


def note(code: str, language: str = "en") -> str:
    """A rule that no program checks."""
    return sentences(language)[f"note_{code}"]
