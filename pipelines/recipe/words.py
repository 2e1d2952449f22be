"""Parts of a Recipe written in a line, as flags and forms have them: ``drop:opacity=0.5,color=navy``."""

from __future__ import annotations

import re
from typing import Any, Final

_SWITCHES: Final = ("", "none", "off", "no")
_AMOUNT: Final = re.compile(r"(-?\d*\.?\d+)(%?)")


def is_off(text: str) -> bool:
    """Whether a text stands for nothing: empty, ``none``, ``off``, ``no``."""
    return text.strip().lower() in _SWITCHES


def amount(text: str) -> float | str:
    """A number, or a share written as per cent; any other text comes back as it is."""
    found = _AMOUNT.fullmatch(text.strip())
    return float(found[1]) / (100 if found[2] else 1) if found else text.strip()


def fields_in(text: str, number: str, word: str) -> dict[str, Any]:
    """Fields between commas: ``opacity=0.5, offset=0.02/0.03, white``.

    Args:
        text: what a user wrote; numbers may be per cent, and a slash parts those that belong together.
        number: the field that a number alone stands for.
        word: the field that a word alone stands for.
    """
    fields: dict[str, Any] = {}
    for piece in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = piece.partition("=")
        if not equals:
            name, value = (number if isinstance(amount(piece), float) else word), piece
        values = [amount(part) for part in value.split("/")]
        fields[name.strip().lower()] = values[0] if len(values) == 1 else values
    return fields
