"""Image file directories: the tagged table that TIFF files begin with, and Exif uses.

Layout: TIFF Revision 6.0 (Adobe, 1992), section 2; types SHORT and LONG only.
"""

from __future__ import annotations

import struct

ORIENTATION = 0x0112
STRIP_OFFSETS, STRIP_BYTE_COUNTS = 0x0111, 0x0117
TILE_OFFSETS, TILE_BYTE_COUNTS = 0x0144, 0x0145

_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TYPES = {3: "H", 4: "I"}


def values(tiff: bytes, tag: int) -> tuple[int, ...]:
    """Read one tag of the first directory.

    Never fails: what is missing or damaged reads as absent.

    Args:
        tiff: a TIFF file, or an Exif block without its ``Exif`` prefix.
        tag: the tag's number.
    Returns:
        The tag's whole numbers; empty where there are none.
    """
    order = _BYTE_ORDERS.get(tiff[:4])
    if order is None:
        return ()
    try:
        return _values(tiff, tag, order)
    except struct.error:
        return ()


def _values(tiff: bytes, tag: int, order: str) -> tuple[int, ...]:
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, start)
    for place in range(start + 2, start + 2 + 12 * entries, 12):
        found, kind, count = struct.unpack_from(order + "HHI", tiff, place)
        if found == tag:
            return _read(tiff, place + 8, order, _TYPES.get(kind, ""), count)
    return ()


def _read(tiff: bytes, place: int, order: str, letter: str, count: int) -> tuple[int, ...]:
    size = struct.calcsize(order + letter) * count
    if size > len(tiff):
        return ()
    if size > 4:
        (place,) = struct.unpack_from(order + "I", tiff, place)
    return struct.unpack_from(f"{order}{count}{letter}" if letter else order, tiff, place)


def ends_early(tiff: bytes) -> bool:
    """Whether the first directory, or the strips or tiles it tells of, lie past the file's end."""
    order = _BYTE_ORDERS.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return len(tiff) < 8
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    if start + 2 > len(tiff):
        return True
    return any(
        offset + count > len(tiff)
        for offsets, counts in ((STRIP_OFFSETS, STRIP_BYTE_COUNTS), (TILE_OFFSETS, TILE_BYTE_COUNTS))
        for offset, count in zip(values(tiff, offsets), values(tiff, counts), strict=False)
    )
