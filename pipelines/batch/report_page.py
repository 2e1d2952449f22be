"""The report of a batch as one page: it holds everything, and asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

from pipelines.batch.places import within
from pipelines.batch.review import Filter, Flag, Reviewed

_ASSETS: Final = Path(__file__).resolve().parents[2] / "assets" / "batch"

PICTURES_BYTES: Final = 24_000_000
"""Of all small pictures in a page, as text. A page with more opens slowly, and can't be sent by mail."""

_SHORT: Final = 120
"""Below so many seconds, work is told in seconds."""

_FLAGS: Final[Mapping[Flag, str]] = {
    "failed": "failed",
    "unsure": "have a look",
    "broken": "breaks a rule",
    "cut_off": "cut off",
    "duplicate": "duplicate",
    "odd_scale": "odd size",
    "odd_colour": "odd colour",
}
_FILTERS: Final[Mapping[Filter, str]] = {
    "all": "Photos",
    "unsure": "Have a look",
    "broken": "Break a rule",
    "failed": "Failed",
    "cut_off": "Cut off",
    "duplicate": "Duplicates",
    "odd": "Odd ones out",
    "accepted": "Accepted",
    "excluded": "Excluded",
    "undecided": "Undecided",
}


def page_of(photos: Sequence[Reviewed], own: Path) -> str:
    """The page.

    Args:
        photos: what is to be looked at first at the front.
        own: the folder that a batch keeps its small pictures in.
    """
    script = (_ASSETS / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    pictures = _Pictures(own)
    cards = "\n".join(_card(photo, pictures) for photo in photos)
    return Template((_ASSETS / "report.html").read_text(encoding="utf-8")).substitute(
        script=script,
        digest=digest,
        filters="\n".join(_buttons(photos)),
        cards=cards,
        summary=_summary(photos),
        left_out=_left_out(pictures.left_out),
    )


class _Pictures:
    """Small pictures as text, until there are too many of them."""

    def __init__(self, own: Path) -> None:
        self._own = own
        self._left = PICTURES_BYTES
        self.left_out = 0

    def shown(self, path: str | None, alt: str) -> str:
        """A picture's element; empty where there is none, or no room for it.

        Args:
            path: below the batch's own folder.
            alt: what it shows.
        """
        if path is None:
            return ""
        try:
            place = self._own / path
            if not within(place, self._own):
                return ""
            text = base64.b64encode(place.read_bytes()).decode()
        except OSError:
            return ""
        if len(text) > self._left:
            self.left_out += 1
            return ""
        self._left -= len(text)
        return (
            f'<img alt="{escape(alt)}" loading="lazy" decoding="async" src="data:image/webp;base64,{text}">'
        )


def _summary(photos: Sequence[Reviewed]) -> str:
    states = [photo.item.state for photo in photos]
    waiting = len(states) - states.count("done") - states.count("failed")
    parts = [f"{states.count('done'):,} done", f"{states.count('failed'):,} failed"]
    parts += [f"{waiting:,} not made yet"] if waiting else []
    seconds = sum((photo.item.facts or {}).get("seconds", 0) for photo in photos)
    work = f"{seconds:,.0f} seconds" if seconds < _SHORT else f"{seconds / 60:,.0f} minutes"
    return f"{', '.join(parts)}; {work} of work. {datetime.now():%Y-%m-%d %H:%M}"


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f"<p>{count:,} small pictures, of the surest, are left out: the page would be too large.</p>"


def _buttons(photos: Sequence[Reviewed]) -> Iterator[str]:
    for wanted, text in _FILTERS.items():
        count = sum(photo.shown_by(wanted) for photo in photos)
        if count or wanted == "all":
            pressed = "true" if wanted == "all" else "false"
            yield (
                f'<button type="button" data-filter="{wanted}" aria-pressed="{pressed}">'
                f"<b>{count:,}</b> {text}</button>"
            )


def _card(photo: Reviewed, pictures: _Pictures) -> str:
    item = photo.item
    results: dict[str, dict[str, Any]] = (item.facts or {}).get("results") or {}
    shown_by = " ".join(wanted for wanted in _FILTERS if photo.shown_by(wanted))
    return (
        f'<article class="{_kind(photo)}" data-in="{shown_by}" data-number="{item.number}" '
        f'data-seconds="{(item.facts or {}).get("seconds", 0)}">'
        f'<div class="looks">{"".join(_looks(photo, results, pictures))}</div>'
        f"<h2><bdi>{escape(item.path)}</bdi></h2>"
        f'<p class="marks">{"".join(_marks(photo, results))}</p>'
        f"{''.join(_said(photo, results))}"
        f"<details><summary>Details</summary><dl>{''.join(_facts(photo, results))}</dl></details></article>"
    )


def _kind(photo: Reviewed) -> str:
    """What is to be done about a photo, as the page's style calls it."""
    if photo.item.state not in ("done", "failed"):
        return "waiting"
    return next((kind for kind in ("failed", "broken", "unsure") if kind in photo.flags), "sure")


def _looks(photo: Reviewed, results: Mapping[str, Mapping[str, Any]], pictures: _Pictures) -> Iterator[str]:
    before = pictures.shown((photo.item.facts or {}).get("before"), "The photo")
    if before:
        yield f"<figure>{before}<figcaption>before</figcaption></figure>"
    for name, result in results.items():
        after = pictures.shown(result.get("thumb"), "The result")
        caption = escape(name) if len(results) > 1 else "after"
        if after:
            yield f'<figure class="after">{after}<figcaption>{caption}</figcaption></figure>'


def _marks(photo: Reviewed, results: Mapping[str, object]) -> Iterator[str]:
    if photo.item.decision:
        yield f'<span class="mark {photo.item.decision}">{photo.item.decision}</span>'
    if results:
        yield f'<span class="mark score">{photo.score:.0%} sure</span>'
    if photo.item.state in ("queued", "leased"):
        yield '<span class="mark">not made yet</span>'
    for flag, text in _FLAGS.items():
        if flag in photo.flags:
            yield f'<span class="mark flag">{text}</span>'


def _said(photo: Reviewed, results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What a person should know of a photo, each thing once."""
    said = [photo.item.message or ""]
    said += [reason["text"] for result in results.values() for reason in result["reasons"]]
    said += [rule for result in results.values() for rule in result["broken"]]
    said += [f"the same photo as {photo.twin}"] if photo.twin else []
    for text in dict.fromkeys(filter(None, said)):
        yield f"<p><bdi>{escape(text)}</bdi></p>"


def _facts(photo: Reviewed, results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    from pipelines.batch.report import changes_text

    item, facts = photo.item, photo.item.facts or {}
    yield from _fact("changed", changes_text(item.changes))
    yield from _fact("seconds", str(facts.get("seconds", "")))
    yield from _fact("photo’s SHA-256", facts.get("sha256", ""))
    yield from _fact("error", item.code or "")
    for name, result in results.items():
        more = f" of {name}" if len(results) > 1 else ""
        yield from _fact(f"size{more}", "{} × {}".format(*result["size"]))
        yield from _fact(f"networks{more}", " + ".join(result["networks"]))
        for file in result["files"]:
            yield from _fact(f"file{more}", file["path"])
            yield from _fact("its SHA-256", file["sha256"])


def _fact(name: str, value: str) -> Iterator[str]:
    if value:
        yield f"<dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd>"
