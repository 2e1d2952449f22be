"""Places that results have: no two of them get the same, whatever a file system holds for equal."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from pipelines.export.bundle import names
from pipelines.recipe import Output

_RUN: Final = re.compile(r"[0-9]*(?:\{(?:width|height)\}[0-9]*)+|[0-9]+")
"""Digits, and what digits are put in for when a picture is made, as far as they go together."""

_Digits = tuple[str | None, ...]
"""Of a name, each run of digits; None for one that is known only when the picture is made."""


class Taken:
    """The places that are taken.

    Of names that hold a width or a height, those that some sizes would make equal count as the same.
    """

    def __init__(self) -> None:
        self._names: dict[str, dict[frozenset[int], set[_Digits]]] = {}

    def take(self, place: str, output: Output) -> bool:
        """Take the places of a result's files, if all are free.

        Args:
            place: below the folder of the results, without an ending.
            output: says which files.
        """
        wanted = [_parted(name) for name in _files(place, output)]
        if not all(self._free(*name) for name in wanted):
            return False
        for text, digits in wanted:
            self._names.setdefault(text, {}).setdefault(_unknown(digits), set()).add(digits)
        return True

    def _free(self, text: str, digits: _Digits) -> bool:
        mine = _unknown(digits)
        for unknown, others in self._names.get(text, {}).items():
            if digits in others if unknown == mine else any(_may_meet(digits, other) for other in others):
                return False
        return True


def _files(place: str, output: Output) -> list[str]:
    path = PurePosixPath(place)
    return [_folded((path.parent / name).as_posix()) for name in names(path.name, output)]


def _folded(place: str) -> str:
    return unicodedata.normalize("NFC", place).casefold()


def _parted(name: str) -> tuple[str, _Digits]:
    """A name without its digits, and these."""
    runs = tuple(None if "{" in run else run for run in _RUN.findall(name))
    return _RUN.sub("0", name), runs


def _unknown(digits: _Digits) -> frozenset[int]:
    return frozenset(place for place, run in enumerate(digits) if run is None)


def _may_meet(one: _Digits, other: _Digits) -> bool:
    return all(a == b or a is None or b is None for a, b in zip(one, other, strict=True))
