"""Image file directories: the tagged table that TIFF files begin with, and Exif uses.

Layout: TIFF Revision 6.0 (Adobe, 1992), section 2; types SHORT and LONG only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

ORIENTATION = 0x0112
STRIP_OFFSETS, STRIP_BYTE_COUNTS = 0x0111, 0x0117
TILE_OFFSETS, TILE_BYTE_COUNTS = 0x0144, 0x0145

_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_LETTERS = {3: "H", 4: "I"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}


class _Entry(NamedTuple):
    """One tag: its values' type and number, and where in the file these lie."""

    tag: int
    kind: int
    number: int
    place: int

    @property
    def end(self) -> int:
        return self.place + _SIZES.get(self.kind, 1) * self.number


def values(tiff: bytes, tag: int) -> tuple[int, ...]:
    """Read one tag of the first directory.

    Never fails: what is missing or damaged reads as absent.

    Args:
        tiff: a TIFF file, or an Exif block without its ``Exif`` prefix.
        tag: the tag's number.
    Returns:
        The tag's whole numbers; empty where there are none.
    """
    try:
        found = next((entry for entry in _entries(tiff) if entry.tag == tag), None)
    except struct.error:
        return ()
    if found is None or found.kind not in _LETTERS or found.end > len(tiff):
        return ()
    order = _BYTE_ORDERS[tiff[:4]]
    return struct.unpack_from(f"{order}{found.number}{_LETTERS[found.kind]}", tiff, found.place)


def ends_early(tiff: bytes) -> bool:
    """Whether the first directory, its values, or the strips or tiles it tells of lie past the file's end."""
    try:
        if len(tiff) < 8 or any(entry.end > len(tiff) for entry in _entries(tiff)):
            return True
    except struct.error:
        return True
    return any(
        offset + count > len(tiff)
        for offsets, counts in ((STRIP_OFFSETS, STRIP_BYTE_COUNTS), (TILE_OFFSETS, TILE_BYTE_COUNTS))
        for offset, count in zip(values(tiff, offsets), values(tiff, counts), strict=False)
    )


def _entries(tiff: bytes) -> Iterator[_Entry]:
    """The first directory's entries; fails with struct.error where the file ends."""
    order = _BYTE_ORDERS.get(tiff[:4])
    if order is None:
        return
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, start)
    for at in range(start + 2, start + 2 + 12 * entries, 12):
        tag, kind, number, place = struct.unpack_from(order + "HHII", tiff, at)
        fits = _SIZES.get(kind, 1) * number <= 4
        yield _Entry(tag, kind, number, at + 8 if fits else place)
