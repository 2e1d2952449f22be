"""Names for the files that come out, made from a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

PLACES: Final = ("stem", "sku", "view", "model", "preset", "width", "height", "n", "shot", "date")
"""What a pattern may name in braces. ``n`` counts photos, ``shot`` those of one product; both take a number
of digits, as in ``{n:3}``. For ``sku`` and ``view`` see :mod:`pipelines.products`."""

PRODUCT: Final = frozenset({"sku", "shot"})
"""Those that can't be told without knowing which product a photo shows."""

LATE: Final = frozenset({"model", "width", "height"})
"""Those that are known only when the picture is made."""

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_OPTIONAL: Final = {name: re.compile(rf"[-_. ]*\{{{name}\}}") for name in ("preset", "view")}
"""What may be missing, with what parts it from the rest."""

_DIGITS: Final = re.compile(r"(n|shot):0?([1-9])")
_LONGEST: Final = 180
"""Bytes of a name without its ending: file systems take 255, and numbers and endings follow."""
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_FALLBACK: Final = "cutout"


def checked(pattern: str) -> str:
    """A pattern, if it is one.

    Raises:
        ValueError: it names something unknown, or has a brace too many; the message says what may be named.
    """
    for place in _PLACE.findall(pattern):
        if place not in PLACES and not _DIGITS.fullmatch(place):
            known = ", ".join(f"{{{name}}}" for name in PLACES)
            raise ValueError(f"{{{place[:40]}}} is not known here. A name may hold {known}")
    if "{" in _PLACE.sub("", pattern) or "}" in _PLACE.sub("", pattern):
        raise ValueError("a brace is missing or one too many, as in {stem}")
    return pattern


def asks_for(pattern: str, *places: str) -> bool:
    """Whether a pattern names one of some places.

    Args:
        pattern: see :func:`checked`.
        places: of :data:`PLACES`.
    """
    return any(place.partition(":")[0] in places for place in _PLACE.findall(pattern))


def filled(pattern: str, facts: Mapping[str, object]) -> str:
    """A pattern with facts put in; places whose facts are not given stay as they are.

    Args:
        pattern: see :func:`checked`.
        facts: by name of :data:`PLACES`; no preset and no view are None. What is put in is never read as a
            pattern.
    """
    for name, place in _OPTIONAL.items():
        if facts.get(name, "") is None:  # nor is there anything to part from it
            pattern = place.sub("", pattern)

    def fact(found: re.Match[str]) -> str:
        place = found[1]
        digits = _DIGITS.fullmatch(place)
        name = digits[1] if digits else place
        if name not in facts:
            return found[0]
        text = str(facts[name])
        return text.zfill(int(digits[2])) if digits else text.replace("{", "(").replace("}", ")")

    return _PLACE.sub(fact, pattern)


def safe(name: str) -> str:
    """A name that every file system takes, and that leads to no other folder.

    Args:
        name: without its ending.
    Returns:
        Never empty; free of separators and control characters, of dots and blanks at its ends, and of
        the names that Windows keeps for devices.
    """
    plain = "".join(c for c in _FORBIDDEN.sub("-", name) if c.isprintable())
    short = plain.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    if not short:
        return _FALLBACK
    return f"_{short}" if _DEVICES.fullmatch(short) else short
