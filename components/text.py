"""Every sentence the page shows, by the section of ``assets/i18n/LANGUAGE.json`` that holds it."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from components.i18n import LANGUAGES, Section, language

ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"

PAGE: Final = Section("page")

VISIT: Final = Section("visit")

VISIT_SCRIPT: Final = Section("visit_script")

STAGE: Final = Section("stage")

SAMPLES: Final = Section("samples")
"""Titles of the sample photos, by their names."""

VERDICTS: Final = Section("verdicts")
"""What is said of a cutout, by how far it can be trusted."""

REASONS: Final = Section("reasons")
"""Why a person should look at it, by the reason's code, see :mod:`components.handlers.trust`."""

SIDES: Final = Section("sides")

SAID: Final = Section("said")
"""What the page says about what is being done."""

UNITS: Final = Section("units")

STAGE_SCRIPT: Final = Section("stage_script")

BACKDROP: Final = Section("backdrop")

BACKDROP_SCRIPT: Final = Section("backdrop_script")

LIGHT: Final = Section("light")

SHADOWS: Final = Section("shadows")
"""Shadows of a single click, by their preset's name."""

EDGES: Final = Section("edges")

SUBJECTS: Final = Section("subjects")

KINDS: Final = Section("kinds")
"""What can be behind a subject."""

COLORS: Final = Section("colors")
"""What the colours of :data:`SWATCHES` are called."""

SWATCHES: Final = {
    "white": "#ffffff",
    "whitesmoke": "#f5f5f5",
    "silver": "#c0c0c0",
    "black": "#000000",
    "crimson": "#dc143c",
    "orange": "#ffa500",
    "gold": "#ffd700",
    "seagreen": "#2e8b57",
    "skyblue": "#87ceeb",
    "royalblue": "#4169e1",
    "plum": "#dda0dd",
    "tan": "#d2b48c",
}
"""CSS colour names and their values."""

GRADIENTS: Final = Section("gradients")
"""What the gradients of :data:`READY_GRADIENTS` are called."""

READY_GRADIENTS: Final = {
    "silver": "gradient:#ffffff-#d4d6da",
    "sand": "gradient:#f7efe4-#d9c2a3",
    "dawn": "gradient:#fde2cf-#f2b5a7-#c58fa9@160",
    "sea": "gradient:#e3f2f7-#8fc3d9-#3f7fa6@170",
    "mint": "gradient:#effaf3-#b5ddc6@135",
    "graphite": "gradient:#6b7078-#24272c",
    "spot": "radial:#ffffff-#f1efec 35%-#bdb8b1@0.5,0.45",
    "night": "radial:#7d838c-#3a3e45 50%-#17191d@0.5,0.45",
}
"""Gradients to begin with, as words of a Recipe."""

STUDIO_BACKDROPS: Final = Section("studio_backdrops")
"""What the backdrops of the studio's library are called."""

FORMATS: Final = {"PNG": "png", "WebP": "webp", "JPEG": "jpg"}
"""The formats that most want; the others are in :data:`OTHER_FORMATS`."""

OTHER_FORMATS: Final = Section("other_formats")

FILES: Final = Section("files")
"""What is said of the files that come out."""

FILES_SCRIPT: Final = Section("files_script")

CONTENTS: Final = Section("contents")
"""What a file can show."""

METADATA: Final = Section("metadata")
"""What can be kept of what the photo's file told."""

MODEL_CHOICES: Final = Section("model_choices")
"""The four choices that stand for themselves, and the door to the others."""

PLANS: Final = Section("plans")
"""What the choices that run several networks are good at."""

MODELS: Final = Section("models")
"""What each network is good at, by its name."""

PARTS: Final = Section("parts")
"""Parts of the Recipe that can be the whole batch's alone, by their fields' names."""

TOUCH_UP: Final = Section("touch_up")

BRUSHES: Final = Section("brushes")

BRUSH_SCRIPT: Final = Section("brush_script")

ZOOM: Final = Section("zoom")

FRAMING: Final = Section("framing")

FRAMING_SCRIPT: Final = Section("framing_script")

CANVASES: Final = Section("canvases")
"""Where a canvas has its shape from."""

PLACES: Final = Section("places")
"""Where on its canvas a subject can be."""

QUARTERS: Final = Section("quarters")
"""Turns by right angles, by their degrees."""

FLIPS: Final = Section("flips")
SHARES_OF: Final = Section("shares_of")

GUIDES: Final = Section("guides")
"""What can be drawn over the picture, by the names that ``guides.js`` has for it."""

GUIDES_SCRIPT: Final = Section("guides_script")

PRESETS: Final = Section("presets")

RULES: Final = Section("rules")
"""Findings of the rule check, see :mod:`pipelines.rules.words`."""

SHORTCUTS: Final = Section("shortcuts")
"""What the keys of :data:`KEYS` do."""

KEYS: Final = {
    "undo": "{ctrl} Z",
    "redo": "{ctrl} {shift} Z",
    "download": "{ctrl} S",
    "choose": "O",
    "neighbours": "[  ]",
    "compare": "B",
    "doubt": "D",
    "models": "C",
    "keep": "{ctrl} {enter}",
    "keep_next": "{ctrl} {shift} {enter}",
    "help": "?",
}
"""Keyboard shortcuts; the names of keys that have one are in the section ``keys``."""


def format_choices() -> list[tuple[str, str]]:
    """Label and value of every format."""
    return [*FORMATS.items(), *OTHER_FORMATS.choices()]


def template(name: str, texts: Mapping[str, str], raw: Mapping[str, str] | None = None) -> str:
    """An HTML file of the page with its ``@placeholders@`` filled in.

    Args:
        name: file under ``assets/studio``.
        texts: sentences; they are escaped.
        raw: pieces of HTML, put in as they are.
    """
    filled = (ASSETS / "studio" / name).read_text(encoding="utf-8")
    for key, value in texts.items():
        filled = filled.replace(f"@{key}@", html.escape(value))
    for key, value in (raw or {}).items():
        filled = filled.replace(f"@{key}@", value)
    return filled


def script(names: str | Sequence[str], texts: Mapping[str, str]) -> str:
    """JavaScript of the page with its sentences put in as ``__TEXT__``.

    Args:
        names: a file under ``assets/studio``, or several that share what they declare, in this order.
        texts: sentences.
    """
    files = [names] if isinstance(names, str) else names
    source = "\n".join((ASSETS / "studio" / name).read_text(encoding="utf-8") for name in files)
    return source.replace("__TEXT__", json.dumps(dict(texts)))


def shortcut_rows() -> str:
    """The keyboard shortcuts as HTML rows of a list."""
    named = Section("keys")
    return "".join(
        f"<div><dt><kbd>{html.escape(keys.format(**named))}</kbd></dt>"
        f"<dd>{html.escape(SHORTCUTS[name])}</dd></div>"
        for name, keys in KEYS.items()
    )


def language_links() -> str:
    """The languages of the page as HTML items of a list; each is a link that opens the page in it."""
    current = {language(): ' aria-current="true"'}
    return "".join(
        f'<li><a href="{code}/" lang="{code}" hreflang="{code}"{current.get(code, "")}>{name}</a></li>'
        for code, name in LANGUAGES.items()
    )


def log_out_button() -> str:
    """The button that ends a visit, as HTML; its address is beside the page's."""
    words = html.escape(PAGE["log_out"])
    return (
        '<form class="cw-log-out" method="post" action="logout">'
        f'<button class="cw-quiet" aria-label="{words}" title="{words}">'
        '<svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<path d="M10 4H5v16h5M9 12h11m-4-4 4 4-4 4" /></svg><span>{words}</span></button></form>'
    )


def figure(value: float, decimals: int = 0) -> str:
    """A number as it is written in the language that is spoken."""
    return f"{value:.{decimals}f}".replace(".", UNITS["decimal"])
