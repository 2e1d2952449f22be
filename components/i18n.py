"""The page's sentences in the visitor's language, from ``assets/i18n/LANGUAGE.json``.

A page is built once for each language, and its events come back to the page that was built in
that language; so whoever builds or answers says once which language is spoken, and everything
below just looks its sentences up.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "assets" / "i18n"

LANGUAGES: Final[dict[str, str]] = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
"""Codes of the languages that the page speaks, and their own names; the first is the default."""

DEFAULT: Final = "en"

_spoken: ContextVar[str] = ContextVar("spoken language", default=DEFAULT)


def language() -> str:
    """The language that is spoken here and now."""
    return _spoken.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language within a ``with`` block, and in threads and tasks that are started there.

    Args:
        code: one of :data:`LANGUAGES`.
    """
    before = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(before)


@functools.cache
def sentences(code: str) -> dict[str, dict[str, str]]:
    """All sentences of a language, by section and key."""
    found: dict[str, dict[str, str]] = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    return found


class Section(Mapping[str, str]):
    """Sentences that belong together, in the language that is spoken when they are looked up.

    Args:
        name: of the section in the files.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def _here(self) -> dict[str, str]:
        return sentences(language())[self._name]

    def __getitem__(self, key: str) -> str:
        return self._here()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._here())

    def __len__(self) -> int:
        return len(self._here())

    def choices(self) -> list[tuple[str, str]]:
        """Label and value of each, as Gradio's choices take them."""
        return [(label, value) for value, label in self.items()]
