"""Writes a baseline JPEG whose pure white stays pure white.

Market places ask for a background of exactly 255, and count pixels of 254. No encoder at hand
keeps that beside a subject's edge at any quality, see :mod:`pipelines.jpeg.blocks`; this one does.
Colour is stored at full resolution (4:4:4): halved, it would bleed from the subject into the
background. Everything else is as in any JPEG (ITU-T T.81, JFIF 1.02).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pipelines.jpeg.blocks import ZIGZAG, quantised, steps_of
from pipelines.jpeg.entropy import TABLES, BitStream
from pipelines.photo import Pixels

_STRIP: Final = 128_000
"""About so many pixels are coded at a time: a bit takes an element of several arrays."""
_ICC_PART: Final = 65_519
"""Bytes of a profile in a segment."""


def encode(pixels: Pixels, quality: int, icc: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Write a JPEG in which pixels of exactly (255, 255, 255) decode to exactly that.

    Args:
        pixels: HxWx3 uint8, RGB, at most 65,500 pixels a side.
        quality: 1..100, as libjpeg means it.
        icc: the profile that the pixels are in; None is sRGB.
        dpi: horizontal and vertical resolution.
    """
    high, wide = pixels.shape[:2]
    parts = [b"\xff\xd8", _jfif(dpi), *_profile(icc), *_quantisation(quality)]
    frame = bytes([8, *high.to_bytes(2), *wide.to_bytes(2), 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1])
    parts.append(_segment(0xC0, frame))
    parts.extend(_segment(0xC4, bytes([kind]) + counts + symbols) for kind, counts, symbols in TABLES)
    parts.append(_segment(0xDA, bytes([3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0])))
    stream = BitStream.start()
    rows = max(1, _STRIP // (wide * 8)) * 8
    for top in range(0, high, rows):
        parts.append(stream.write(quantised(_padded(pixels[top : top + rows]), quality)))
    parts.extend([stream.finish(), b"\xff\xd9"])
    return b"".join(parts)


def _padded(strip: Pixels) -> Pixels:
    """Sides made multiples of 8 by repeating the last pixels."""
    down, across = -strip.shape[0] % 8, -strip.shape[1] % 8
    return np.pad(strip, ((0, down), (0, across), (0, 0)), "edge") if down or across else strip


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


def _jfif(dpi: tuple[float, float] | None) -> bytes:
    across, down = (min(65_535, max(1, round(value))) for value in dpi or (1, 1))
    unit = 1 if dpi else 0
    return _segment(0xE0, b"JFIF\0" + bytes([1, 2, unit, *across.to_bytes(2), *down.to_bytes(2), 0, 0]))


def _profile(icc: bytes | None) -> list[bytes]:
    """A profile in numbered parts (ICC.1:2022, B.4)."""
    pieces = [(icc or b"")[start : start + _ICC_PART] for start in range(0, len(icc or b""), _ICC_PART)]
    return [
        _segment(0xE2, b"ICC_PROFILE\0" + bytes([number, len(pieces)]) + piece)
        for number, piece in enumerate(pieces, 1)
    ]


def _quantisation(quality: int) -> list[bytes]:
    brightness = steps_of(quality)[0, ZIGZAG].astype(np.uint8).tobytes()
    return [_segment(0xDB, b"\0" + brightness), _segment(0xDB, b"\1" + bytes([1] * 64))]
