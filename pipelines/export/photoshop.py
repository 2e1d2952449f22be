"""Photoshop's image resources: the blocks of facts that PSD, JPEG and TIFF files share.

Layout: Adobe Photoshop File Formats Specification (November 2019), "Image Resource Blocks" and "Path resource
format". What the specification leaves open of the clipping path's name (resource 2999) is as Photoshop writes
it: the name, its flatness as a fixed-point number (0 leaves that to the printer), and two bytes of fill rule.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import numpy as np

from pipelines.export.curves import Loop
from pipelines.export.tracing import Outline

RESOLUTION, ICC, EXIF, FIRST_PATH, CLIPPING_PATH = 1005, 1039, 1058, 2000, 2999

PATH_NAME: Final = b"Subject"
"""Of odd length, so that it is even with the byte that counts it: whoever pads it finds nothing to pad."""

MOST_ANCHORS: Final = 2_480
"""So many anchors' records fit into one segment of a JPEG file, which every reader understands."""

_INCH: Final = 1
_ONE: Final = 1 << 24
"""Of a length that is a share of the picture's, in fixed point."""
_CLOSED, _LINKED, _UNLINKED, _FILL_RULE, _INITIAL_FILL = 0, 1, 2, 6, 8


def block(number: int, data: bytes, name: bytes = b"") -> bytes:
    """One resource, as JPEG and TIFF files hold it.

    Args:
        number: says what it is.
        data: its content.
        name: at most 255 bytes.
    """
    title = bytes([len(name)]) + name
    title += b"\0" * (len(title) % 2)
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + title
        + struct.pack(">I", len(data))
        + data
        + b"\0" * (len(data) % 2)
    )


def resolution(dpi: tuple[float, float]) -> bytes:
    """The content of the resource that tells the resolution."""
    across, down = (round(value * 65_536) for value in dpi)
    return struct.pack(">IHHIHH", across, _INCH, _INCH, down, _INCH, _INCH)


def path(outline: Outline) -> bytes:
    """The content of a path's resource: records of 26 bytes, in shares of the picture's sides."""
    return b"".join(_records(outline))


def clipping_path_name() -> bytes:
    """The content of the resource that says which path clips."""
    return bytes([len(PATH_NAME)]) + PATH_NAME + struct.pack(">IH", 0, 0)


def clipping_path(outline: Outline) -> bytes:
    """Both resources that make an outline a file's clipping path; empty where there is no outline."""
    if not outline.loops:
        return b""
    return block(FIRST_PATH, path(outline), PATH_NAME) + block(CLIPPING_PATH, clipping_path_name())


def _records(outline: Outline) -> Iterator[bytes]:
    yield struct.pack(">H24x", _FILL_RULE)
    yield struct.pack(">HH22x", _INITIAL_FILL, 0)
    for loop in outline.loops:
        # The operation behind the number, 0, takes what two loops share away again: holes.
        yield struct.pack(">HH22x", _CLOSED, len(loop.knots))
        yield _knots(loop, outline.size)


def _knots(loop: Loop, size: tuple[int, int]) -> bytes:
    """Each anchor with its handles: upright before across, the handle before it first."""
    shares = loop.knots[..., ::-1] / np.array(size[::-1])
    records = np.zeros(len(shares), np.dtype([("kind", ">u2"), ("points", ">i4", 6)]))
    records["kind"] = np.where(loop.smooth, _LINKED, _UNLINKED)
    records["points"] = np.rint(shares.reshape(-1, 6) * _ONE).astype(np.int32)
    return records.tobytes()
