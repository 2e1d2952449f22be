"""The page of a trial: photos before and after, in one HTML file that holds everything."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Final

from pipelines.batch.trial import TrialResult, Tried

_PAGE: Final = Path(__file__).resolve().parents[2] / "assets" / "batch" / "trial.html"


def page_of(tried: Sequence[Tried], total: int, *, evened: bool) -> bytes:
    """The page as a file's content.

    Args:
        tried: the photos.
        total: how many there are in all.
        evened: whether they were brought to a look of their own.
    """
    note = " Light and colour are evened to these few; the batch measures more." if evened else ""
    photos = "\n".join(_article(one) for one in tried)
    text = Template(_PAGE.read_text(encoding="utf-8")).substitute(
        count=len(tried), total=total, note=note, photos=photos
    )
    return text.encode(errors="replace")


def _article(tried: Tried) -> str:
    name = html.escape(tried.name)
    if tried.photo is None:
        return f'<article><h2>{name}</h2><p class="error">{html.escape(tried.error or "")}</p></article>'
    figures = [_figure(tried.photo.before, f"{name} before", "Before")]
    figures += [
        _figure(one.picture, f"{name}, {html.escape(one.name)}", _said(one)) for one in tried.photo.results
    ]
    return f'<article><h2>{name}</h2><div class="row">{"".join(figures)}</div></article>'


def _said(result: TrialResult) -> str:
    reasons = "".join(f"<br>{html.escape(reason.text)}" for reason in result.reasons)
    return f"{html.escape(result.name)} <b>{result.confidence:.0%}</b>{reasons}"


def _figure(picture: bytes, alt: str, caption: str) -> str:
    data = base64.b64encode(picture).decode()
    return (
        f'<figure><div class="look"><img alt="{alt}" src="data:image/webp;base64,{data}"></div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )
