"""What clients write: answers, and text without what only misleads."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Verdict = Literal["approved", "change"]

NOTE_LIMIT: Final = 1000
"""Characters of a note."""

_JOINERS: Final = "\u200c\u200d"
"""Format characters that words and emoji are made with; the others only mislead."""


@dataclass(frozen=True)
class Answer:
    """What a client said.

    Attributes:
        at: when, in seconds since 1970.
        verdict: approved, or a change is asked for.
        note: cleaned; may be empty.
    """

    at: float
    verdict: Verdict
    note: str


def clean_text(text: str, limit: int = NOTE_LIMIT) -> str:
    """What somebody wrote, without control and other invisible characters, cut to a length.

    Lines stay lines; there is no more than one empty line between two.
    """
    lines = text[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cleaned: list[str] = []
    for line in map(clean_line, lines):
        if line or (cleaned and cleaned[-1]):
            cleaned.append(line)
    return "\n".join(cleaned)[:limit].strip()


def clean_line(text: str, limit: int = NOTE_LIMIT) -> str:
    """The same of a single line, with single spaces."""
    kept = "".join(filter(_shown, text))
    return " ".join(kept.split())[:limit].strip()


def _shown(character: str) -> bool:
    """Whether a character is text or space: no control, none that turns the direction, none unassigned."""
    spoken = not unicodedata.category(character).startswith("C")
    return spoken or character.isspace() or character in _JOINERS
