"""Every sentence the page shows, in one place."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"

PAGE: Final = {
    "title": "Cutaway",
    "tagline": "Takes backgrounds out of pictures. Your photos stay on this machine.",
    "model": "Model",
    "background": "Background",
    "download": "Download",
    "format": "File format",
    "jpeg_note": "JPEG knows no transparency: white is put behind. Choose another background above.",
    "more": "More models",
    "fetch": "Get the weights",
    "consent": "I accept that this model may not be used commercially without a licence",
    "try_again": "Try again",
    "shortcuts": "Keyboard shortcuts",
    "close": "Close",
}

SHORTCUTS: Final = {
    "Ctrl Z": "Undo",
    "Ctrl Shift Z": "Redo",
    "Ctrl S": "Download",
    "O": "Choose a photo",
    "[  ]": "The photo before, the next one",
    "B": "Before or after",
    "D": "Show doubt",
    "?": "This list",
}
"""Keys, and what they do."""

VISIT: Final = {
    "visit": "This visit",
    "steps": "Steps",
    "undo": "Undo",
    "redo": "Redo",
    "save_recipe": "Save recipe",
    "open_recipe": "Open recipe",
    "copy": "Duplicate photo",
    "remove": "Remove photo",
    "photos": "Photos of this visit",
}

VISIT_SCRIPT: Final = {
    "refused": "The photo could not be read. Try another file.",
    "offline": "Cutaway does not answer. Is it still running?",
    "too_long": "This file is too large for a recipe.",
}

STAGE: Final = {
    "photo_area": "Photo",
    "drop_title": "Drop a photo here",
    "choose": "Choose a photo",
    "drop_hint": "or paste one. JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF, BMP",
    "samples": "Or try one of these",
    "another": "Another photo",
    "before_alt": "The photo as it was",
    "after_alt": "The cutout",
    "before": "Before",
    "after": "After",
    "compare": "Compare before and after",
    "doubt_alt": "Where the cutout is in doubt",
    "confidence": "Confidence",
    "show_doubt": "Show doubt",
    "dismiss": "Dismiss",
}

VERDICTS: Final = {
    "sure": "Sure, {percent} %",
    "look": "Have a look, {percent} % sure",
    "none": "Nothing was cut out",
}
"""What is said of a cutout, by how far it can be trusted."""

SAID: Final = {
    "cutting": "Cutting it out …",
    "first_look": "A first look. The better cutout is on its way …",
    "no_photo": "Add a photo first.",
    "ready": "{name} is ready ({size}).",
    "nothing_found": "No subject was found. Try another model.",
    "weights_missing": "The weights of {model} are not on this machine yet. "
    "Get them first, with the button under the model.",
    "weights_here": "The weights are here.",
    "missing": "Not on this machine:",
    "rest_works": "All else works.",
    "not_commercial": "not for commercial use",
    "not_free": "not free for commercial use",
    "size_unknown": "size unknown",
    "about_seconds": "about {seconds} s",
    "not_here": "not on this machine yet",
    "recipe_empty": "The recipe file is empty.",
    "recipe_partly": "Opened. The page has no control for all of: {fields}.",
}
"""What the page says about what is being done."""

STAGE_SCRIPT: Final = {
    "uploading": "Reading the photo …",
    "cutting": "Cutting it out …",
    "refused": "The photo could not be read. Try another file.",
    "offline": "Cutaway does not answer. Is it still running?",
}

BACKDROP: Final = {
    "background": "Background",
    "swatches": "Colours",
    "picker": "Pick a colour",
    "hex": "Colour as a name or hex value",
    "hex_hint": "white, #ff8800",
    "choose_image": "Choose a picture",
    "fit": "How the picture fills",
    "cover": "Cover",
    "contain": "Contain",
}

BACKDROP_SCRIPT: Final = {
    "not_a_color": "Not a colour: write a name such as white, or a hex value such as #ff8800.",
    "choose_image": "Choose a picture",
    "uploading": "Reading the picture …",
    "refused": "The picture could not be read. Try another file.",
    "offline": "Cutaway does not answer. Is it still running?",
}

EDGES: Final = {
    "title": "Edges and subjects",
    "subjects": "Subjects",
    "holes": "Fill enclosed holes",
    "limit": "Mark a region on the photo",
    "shift": "Move the edge out or in (pixels)",
    "feather": "Feather (pixels)",
    "contrast": "Harden (%)",
    "decontaminate": "Remove the old background's colour (%)",
    "reset": "Put all back",
}

SUBJECTS: Final = [("All", "all"), ("Largest", "largest"), ("Click to choose", "picked")]

KINDS: Final = {"none": "Transparent", "color": "Colour", "image": "Picture", "blur": "Blur"}

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

FORMATS: Final = {"PNG": "png", "WebP": "webp", "JPEG": "jpg"}


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


def shortcut_rows() -> str:
    """The keyboard shortcuts as HTML rows of a list."""
    return "".join(
        f"<div><dt><kbd>{html.escape(keys)}</kbd></dt><dd>{html.escape(does)}</dd></div>"
        for keys, does in SHORTCUTS.items()
    )


def script(names: str | Sequence[str], texts: Mapping[str, str]) -> str:
    """JavaScript of the page with its sentences put in as ``__TEXT__``.

    Args:
        names: a file under ``assets/studio``, or several that share what they declare, in this order.
        texts: sentences.
    """
    files = [names] if isinstance(names, str) else names
    source = "\n".join((ASSETS / "studio" / name).read_text(encoding="utf-8") for name in files)
    return source.replace("__TEXT__", json.dumps(dict(texts)))


PLANS: Final = {
    "auto": "three networks, agreed, and further looks where they differ: good at nearly everything",
    "fast": "one small network: a first look at anything",
    "best": "the same with more looks at more sizes: a little better, takes two to three times as long",
}


def model_options() -> list[tuple[str, str]]:
    """The four choices that stand for themselves, and the door to the others."""
    return [
        ("Auto", "auto"),
        ("Fast", "fast"),
        ("Portrait", "modnet"),
        ("Best", "best"),
        ("More …", "more"),
    ]


TOUCH_UP: Final = {
    "title": "Touch up",
    "hint": "Paint over what should stay, or over what should go.",
    "tool": "Brush",
    "smart": "Smart: grow to the real edge",
    "size": "Size (% of the longer side)",
    "hardness": "Hardness (%)",
    "undo": "Undo stroke",
    "redo": "Redo stroke",
    "clear": "Clear",
    "compare": "Show the untouched cutout",
    "none": "No strokes",
    "one": "1 stroke",
    "count": "{count} strokes",
    "untouched": "The cutout without your strokes",
    "too_many": "A picture holds at most {most} strokes. Undo one, or paint with a larger brush.",
}

BRUSHES: Final = [("Off", "off"), ("Keep", "keep"), ("Erase", "erase")]

BRUSH_SCRIPT: Final = {
    "canvas": "Photo to paint on. Arrows move the brush, Enter paints, plus and minus zoom.",
}

ZOOM: Final = {
    "zoom": "Zoom",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "zoom_all": "Show all",
}
