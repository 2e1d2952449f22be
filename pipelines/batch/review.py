"""Where a person should look: the photos of a batch with what speaks against them, the least sure first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from pipelines.batch.alike import odd_ones
from pipelines.batch.items import Item
from pipelines.matting.confidence import TRUSTED

Flag = Literal["failed", "unsure", "broken", "cut_off", "duplicate", "odd_scale", "odd_colour"]
Filter = Literal[
    "all", "failed", "unsure", "broken", "cut_off", "duplicate", "odd", "accepted", "excluded", "undecided"
]

FILTERS: Final = get_args(Filter)


@dataclass(frozen=True)
class Reviewed:
    """A photo as a reviewer sees it.

    Attributes:
        item: the photo.
        score: how far its cutout can be trusted, in [0, 1]; 0 where there is none.
        flags: what speaks against it.
        twin: path of an earlier photo with the same content, if there is one.
    """

    item: Item
    score: float
    flags: frozenset[Flag]
    twin: str | None = None

    @property
    def doubt(self) -> tuple[int, float, int]:
        """Sorts what is to be looked at first to the front: failures, broken rules, then the least sure.

        What has no result yet comes last.
        """
        worst = 0 if "failed" in self.flags else 1 if "broken" in self.flags else 2
        return (3 if worst == 2 and not self.made else worst, self.score, self.item.number)

    @property
    def made(self) -> bool:
        """Whether there is a result to look at, if only an earlier one."""
        return bool((self.item.facts or {}).get("results"))

    def shown_by(self, wanted: Filter) -> bool:
        """Whether a filter shows it."""
        if wanted in ("accepted", "excluded"):
            return self.item.decision == wanted
        if wanted == "undecided":
            return self.item.decision is None
        if wanted == "odd":
            return bool(self.flags & {"odd_scale", "odd_colour"})
        return wanted == "all" or wanted in self.flags


def reviewed(items: Iterable[Item]) -> list[Reviewed]:
    """All photos, what is to be looked at first at the front."""
    items = list(items)
    first: dict[str, str] = {}
    found = []
    odd = odd_ones(items)
    for item in items:
        digest = (item.facts or {}).get("sha256")
        twin = first.setdefault(digest, item.path) if digest else item.path
        found.append(_reviewed(item, None if twin == item.path else twin, odd.get(item.number, frozenset())))
    return sorted(found, key=lambda each: each.doubt)


def acceptable(photos: Sequence[Reviewed], above: float) -> list[int]:
    """Numbers of the photos that are done, not decided on, and as sure as is asked.

    One whose file breaks a rule of its preset is not among them, however sure its cutout is.

    Args:
        photos: see :func:`reviewed`.
        above: the least score, in [0, 1].
    """
    return [
        photo.item.number
        for photo in photos
        if photo.item.state == "done"
        and photo.item.decision is None
        and photo.score >= above
        and "broken" not in photo.flags
    ]


def _reviewed(item: Item, twin: str | None, odd: frozenset[str]) -> Reviewed:
    results = list(((item.facts or {}).get("results") or {}).values())
    score = min((result["confidence"] for result in results), default=0.0)
    codes = {reason["code"] for result in results for reason in result["reasons"]}
    said: dict[Flag, bool] = {
        "failed": item.state == "failed",
        "unsure": bool(results) and score < TRUSTED,
        "broken": any(result["broken"] for result in results),
        "cut_off": "cut_off" in codes,
        "duplicate": twin is not None,
        "odd_scale": "odd_scale" in odd,
        "odd_colour": "odd_colour" in odd,
    }
    return Reviewed(item, score, frozenset(flag for flag, so in said.items() if so), twin)
