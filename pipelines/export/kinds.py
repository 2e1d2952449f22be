"""The file formats that are written: their names, and what each can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipelines.errors import OutputTooLarge
from pipelines.recipe import FormatName


@dataclass(frozen=True)
class Kind:
    """A file format.

    Attributes:
        title: as people write it.
        ending: of its files' names, without the dot.
        media_type: its MIME type.
        longest: the longest side that it can hold, as its library writes it, in pixels.
    """

    title: str
    ending: str
    media_type: str
    longest: int


_ANY: Final = 2**31 - 1

KINDS: Final[dict[FormatName, Kind]] = {
    "png": Kind("PNG", "png", "image/png", _ANY),
    "png8": Kind("PNG", "png", "image/png", _ANY),
    "webp": Kind("WebP", "webp", "image/webp", 16_383),
    "avif": Kind("AVIF", "avif", "image/avif", 32_768),
    "jpg": Kind("JPEG", "jpg", "image/jpeg", 65_500),
    "tiff": Kind("TIFF", "tif", "image/tiff", _ANY),
    "psd": Kind("PSD", "psd", "image/vnd.adobe.photoshop", 30_000),
    "svg": Kind("SVG", "svg", "image/svg+xml", _ANY),
    "zip": Kind("ZIP", "zip", "application/zip", 65_500),
}
"""AVIF could hold 65,536, but its common library reads no more than this. A ZIP's colours are a JPEG."""


def check_size(width: int, height: int, name: FormatName) -> None:
    """Refuse a picture that a format can't hold.

    Raises:
        OutputTooLarge: one side is too long.
    """
    kind = KINDS[name]
    if max(width, height) > kind.longest:
        raise OutputTooLarge(
            f"{kind.title} holds at most {kind.longest} pixels a side, and this picture is "
            f"{width} x {height}. Choose PNG, or a smaller photo."
        )
