"""Links for clients: making them, and what became of them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Final

import gradio as gr

from components import text
from components.i18n import Section
from pipelines.compose.watermark import LONGEST
from pipelines.share_terms import LIFETIMES

WORDS: Final = Section("share")
SCRIPT: Final = Section("share_script")

_FIRST: Final = "day"


@dataclass(frozen=True)
class SharePanel:
    """The panel.

    Attributes:
        links: its ``link`` event asks for a link, with the terms; its value is what it is told, see
            :mod:`components.handlers.sharing`. It asks the server itself for the list of links.
    """

    links: gr.HTML


def build_share_panel() -> SharePanel:
    """Build the panel, folded away. A shut accordion would not look for answers."""
    lifetimes = "".join(
        f'<label><input type="radio" name="cw-lifetime" value="{name}"{" checked" if name == _FIRST else ""}>'
        f"<span>{html.escape(WORDS[name])}</span></label>"
        for name in LIFETIMES
    )
    texts = {**WORDS, "longest": str(LONGEST)}
    return SharePanel(
        gr.HTML(
            value={},
            html_template=text.template("share.html", texts, {"lifetimes": lifetimes}),
            js_on_load=text.script("share.js", SCRIPT),
            apply_default_css=False,
            elem_id="share",
        )
    )
