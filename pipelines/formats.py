"""File formats, told by their content and never by their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from pipelines import ifd
from pipelines.errors import UnsupportedFormat

Format = Literal["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"]

ACCEPTED: Final = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP"

_MAGIC: Final[tuple[tuple[bytes, Format], ...]] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_BMP_HEADERS: Final = (12, 16, 40, 52, 56, 64, 108, 124)
"""Sizes of the header after ``BM``: without them, any text that begins with BM would pass."""

_AVIF_BRANDS: Final = {b"avif", b"avis"}
_HEIF_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

_FOREIGN: Final = (
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (b"8BPS", "a Photoshop file"),
    (b"\0\0\1\0", "an icon"),
    (b"\0\0\2\0", "a cursor"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"FUJIFILMCCD-RAW", "a camera's raw file"),
    (b"IIRO", "a camera's raw file"),
    (b"IIU\0", "a camera's raw file"),
    (b"v/1\1", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance picture"),
    (b"gimp xcf", "a GIMP file"),
    (b"PK\3\4", "a ZIP archive or an office document"),
    (b"PK\5\6", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\0\0\1\xba", "a video"),
    (b"\0\0\1\xb3", "a video"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


def sniff(data: bytes) -> Format:
    """Tell a picture's format from its first bytes.

    Args:
        data: the file, or at least its first kilobyte.
    Raises:
        UnsupportedFormat: not a format that is read here; the message says what it
            looks like, and what is read.
    """
    for magic, name in _MAGIC:
        if data.startswith(magic) and data[8:10] != b"CR":
            return name
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    brands = _brands(data)
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIF_BRANDS:
        return "HEIF"
    raise unsupported(_looks_like(data))


def unsupported(what: str) -> UnsupportedFormat:
    """The error for a file that is ``what``, e.g. ``a video``."""
    return UnsupportedFormat(f"This is {what}, not a picture that can be read here. Use {ACCEPTED}.")


def _brands(data: bytes) -> set[bytes]:
    """The brands of an ISO base media file (ISO/IEC 14496-12, 4.3); none for other files."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), 1024, len(data) - 3)
    return {data[8:12], *(data[place : place + 4] for place in range(16, end, 4))}


def _looks_like(data: bytes) -> str:
    if not data:
        return "an empty file"
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            return what
    if data[:4] == b"RIFF":
        return "a sound file" if data[8:12] == b"WAVE" else "a video"
    if data[4:8] == b"ftyp":
        return "a camera's raw file" if data[8:11] == b"crx" else "a video"
    if data[8:10] == b"CR":
        return "a camera's raw file"
    return _text_or_unknown(data[:1024])


def _text_or_unknown(head: bytes) -> str:
    lower = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in lower:
        return "an SVG drawing"
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page"
    if lower.startswith(b"<?xml"):
        return "an XML file"
    control = any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    return "a file of an unknown kind" if control else "a text"


def ends_early(data: bytes, name: Format) -> bool:
    """Whether a file that could not be decoded stops before its own end.

    Args:
        data: the whole file.
        name: its format.
    """
    return _ENDS_EARLY[name](data)


def _boxes_end(data: bytes) -> int:
    """Where the last box of an ISO base media file says that it ends."""
    place = 0
    while 0 <= place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 0:
            return len(data)
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        place += max(8, size)
    return place


_ENDS_EARLY: Final[dict[Format, Callable[[bytes], bool]]] = {
    "JPEG": lambda data: data.rfind(b"\xff\xd9") <= data.rfind(b"\xff\xda"),
    "PNG": lambda data: b"IEND" not in data,
    "GIF": lambda data: not data.rstrip(b"\0").endswith(b";"),
    "WEBP": lambda data: 8 + int.from_bytes(data[4:8], "little") > len(data),
    "BMP": lambda data: int.from_bytes(data[2:6], "little") > len(data),
    "TIFF": ifd.ends_early,
    "AVIF": lambda data: _boxes_end(data) > len(data),
    "HEIF": lambda data: _boxes_end(data) > len(data),
}
