"""Which product a photo shows: its number (SKU), and the view, told from the name of the file.

Shops and their tools match pictures to products by such names. Amazon takes a number, a dot and a code
(``B000123456.PT01.jpg``, https://sellercentral.amazon.com/gp/help/external/JV4FNMT7563SF5F); what imports
into Shopify, Magento and the like takes a number, an underscore or a hyphen, and a position or a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_CODES: Final = "MAIN|SWCH|PT[0-9]{2}|IN[0-9]{2}|TOPP|BOTT|LEFT|RGHT|FRNT|BACK|SIDE|PAIR|FACT|EEGL|UN[0-9]{2}"
"""Amazon's for what a picture shows."""

_WORDS: Final = (
    "front|back|rear|left|right|side|top|bottom|inside|interior|detail|details|close-?up|zoom|main|hero|cover|"
    "angle|alt|flat|ghost|model|lifestyle|pack|packshot|label|swatch|sole|thumb|vorne|hinten|seite|oben|unten"
)
_WORD: Final = rf"(?:{_CODES}|(?:{_WORDS})[0-9]{{0,2}})"
_POSITION: Final = "(?:0?[1-9]|1[0-9]|20|0[0-9]{1,2})"
"""A picture's among those of a product: to 20, or with a zero in front. What is larger is rather a size."""

_VIEW: Final = re.compile(
    rf"(?P<sku>.+?)(?:"
    rf"[ ._-]*\((?P<bracket>[0-9]{{1,3}})\)"  # what Windows and browsers write behind copies
    rf"|\.(?P<dot>{_WORD}|{_POSITION})"
    rf"|[ -]+(?P<blank>{_WORD}|{_POSITION})"
    rf"|_+(?P<under>{_WORD}|[A-Za-z]+[0-9]{{0,2}}|[0-9]{{1,3}})"
    rf")",
    re.IGNORECASE,
)
_KNOWN: Final = re.compile(_WORD, re.IGNORECASE)
_NUMBER: Final = re.compile("[0-9]+")

_CAMERA: Final = re.compile(
    r"_?(?:(?:IMG|IMGP|DSC|DSCF|DSCN|CIMG|KIMG|SAM|MVI|DJI|GOPR|GX|VID)[_-]?[0-9]{4,}|P[0-9]{7,8}|_MG_[0-9]{4}|"
    r"(?:IMG|PXL|MVIMG|PANO|WP)[_-]?[0-9]{8}|[0-9]{8}[_-][0-9]{6}|IMG-[0-9]{8}-WA[0-9]+|WhatsApp Image|"
    r"Screen ?shot|Bildschirmfoto|Capture d.écran).*"
    r"|(?:image|photo|foto|scan|untitled|unnamed|picture)[ _-]*(?:[0-9]{1,4}|\([0-9]+\))?",
    re.IGNORECASE,
)
"""What cameras, telephones and scanners call their pictures, and what names nothing."""


@dataclass(frozen=True)
class Shown:
    """What a photo shows.

    Attributes:
        sku: the product's number.
        view: which of its pictures this is (``MAIN``, ``PT01``, ``front``, ``2``); empty where that is not
            told.
    """

    sku: str
    view: str = ""


def told_by(stem: str) -> Shown | None:
    """What a photo's name tells of the product; None where it was given by a camera.

    The view is the last part, if it is one: a code of Amazon's, a word such as ``front``, or a position,
    behind a dot, a hyphen or a blank; any word or number of up to three digits behind an underscore; a
    number in brackets. A position may follow a word (``front_2``). All before it is the product's number.

    Args:
        stem: of the file, without its ending.
    """
    stem = stem.strip()
    if not stem or _CAMERA.fullmatch(stem):
        return None
    found = _VIEW.fullmatch(stem)
    if found is None:
        return Shown(stem)
    sku, view = found["sku"], _view(found)
    before = _VIEW.fullmatch(sku)
    if before and _NUMBER.fullmatch(view) and _KNOWN.fullmatch(_view(before)):
        sku, view = before["sku"], stem[before.start(before.lastgroup or 0) :].removesuffix(")")
        view = re.sub(r"[ (]+", "-", view)
    return Shown(sku.rstrip(" ._-") or sku, view)


def shown_by(stem: str) -> Shown:
    """The same for names that must hold something: a camera's name then stands for the product's number."""
    return told_by(stem) or Shown(stem)


def _view(found: re.Match[str]) -> str:
    return next(text for text in found.group("bracket", "dot", "blank", "under") if text)
