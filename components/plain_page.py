"""Pages of ours that are no part of Gradio's, from files under ``assets``."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from components.i18n import language
from components.text import ASSETS


def page(title: str, said: str, content: str, static: str) -> str:
    """A whole page in the language that is spoken.

    Args:
        title: of the page.
        said: one line beside our mark.
        content: HTML, put in as it is.
        static: address of the page's own files, relative to the page's.
    """
    texts = {"lang": language(), "page_title": f"{title} · Cutaway", "static": static, "from": said}
    return filled("share/share.html", texts, {"content": content})


def filled(name: str, texts: Mapping[str, str], pieces: Mapping[str, str]) -> str:
    """A file of a page with its ``@placeholders@`` filled in at once: what is put in is not read again.

    Args:
        name: file under ``assets``.
        texts: sentences, and what people wrote; they are escaped.
        pieces: HTML, put in as it is.
    """

    def fill(found: re.Match[str]) -> str:
        key = found[1]
        return pieces[key] if key in pieces else html.escape(texts[key])

    return re.sub("@([a-z_]+)@", fill, (ASSETS / name).read_text(encoding="utf-8"))
