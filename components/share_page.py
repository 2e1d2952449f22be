"""The page that a client sees, in the client's language. The server decides who gets it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from components.i18n import Section
from components.plain_page import filled, page
from pipelines.notes import NOTE_LIMIT, Answer
from pipelines.shares import Share

WORDS: Final = Section("share_page")


def preview_page(share: Share, *, problem: str = "", draft: str = "") -> str:
    """The page of a link.

    Args:
        share: the link.
        problem: why an answer was not taken, as a key of the section ``share_page``; empty for no reason.
        draft: what was written with it.
    """
    about = {"id": share.id, "name": share.name, "width": str(share.size[0]), "height": str(share.size[1])}
    pieces = {
        "expires": _time(share.expires),
        "download": _download(share) if "full" in share.files else "",
        "said": _answers(share.answers),
        "form": _form(share, problem, draft),
    }
    question = WORDS["question_again" if share.answers else "question"]
    content = filled("share/preview.html", {**WORDS, **about, "question": question}, pieces)
    return _page(share.name, content)


def gone_page() -> str:
    """The page of a link that leads nowhere, whatever the reason is."""
    words = {name: html.escape(text) for name, text in WORDS.items()}
    return _page(WORDS["gone"], f"<h1>{words['gone']}</h1><p>{words['gone_why']}</p>")


def _page(title: str, content: str) -> str:
    return page(title, WORDS["from"], content, "static/")


def _download(share: Share) -> str:
    words = html.escape(WORDS["download"])
    return f'<p><a class="button" href="{html.escape(share.id)}/full" download>{words}</a></p>'


def _answers(answers: tuple[Answer, ...]) -> str:
    """What was answered so far, the latest first."""
    if not answers:
        return ""
    thanks = f'<p role="status">{html.escape(WORDS["thanks"])}</p>'
    return thanks + f'<ul class="answers">{"".join(map(_answer, reversed(answers)))}</ul>'


def _answer(answer: Answer) -> str:
    words = html.escape(WORDS[f"said_{answer.verdict}"])
    note = f'<p class="note">{html.escape(answer.note)}</p>' if answer.note else ""
    return f'<li class="{answer.verdict}"><p><strong>{words}</strong> {_time(answer.at)}</p>{note}</li>'


def _form(share: Share, problem: str, draft: str) -> str:
    if share.full:
        return f"<p>{html.escape(WORDS['full'])}</p>"
    said = f'<p class="problem" role="alert">{html.escape(WORDS[problem])}</p>' if problem else ""
    texts: Mapping[str, str] = {**WORDS, "id": share.id, "limit": str(NOTE_LIMIT), "draft": draft}
    return filled("share/form.html", texts, {"problem": said})


def _time(seconds: float) -> str:
    """A time as everybody reads it; the page's script writes it as the client is used to."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}">{moment:%Y-%m-%d %H:%M} UTC</time>'
