"""The page that asks for the password, in the visitor's language."""

from __future__ import annotations

import html
from typing import Final

from components.i18n import Section
from components.plain_page import filled, page

WORDS: Final = Section("login_page")

_STATIC: Final = "share/static/"


def login_page(problem: str = "") -> str:
    """The page.

    Args:
        problem: what is wrong, as a key of the section ``login_page``; empty for nothing.
    """
    if problem == "none":
        title, why = WORDS["shut"], WORDS["none"]
        return page(title, WORDS["from"], f"<h1>{html.escape(title)}</h1><p>{html.escape(why)}</p>", _STATIC)
    said = (
        f'<p class="problem" id="problem" role="alert">{html.escape(WORDS[problem])}</p>' if problem else ""
    )
    described = ' aria-describedby="problem" aria-invalid="true"' if problem else ""
    pieces = {"problem": said, "described": described}
    return page(WORDS["title"], WORDS["from"], filled("share/login.html", WORDS, pieces), _STATIC)
