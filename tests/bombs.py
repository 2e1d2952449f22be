"""Files that are small and want to be large, or to take long: made, never stored."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.unit.pictures_made import astronaut, file_of, gif_of, png_chunk, png_of, tiff_of


def small() -> Image.Image:
    """A photo that is quickly worked on."""
    return astronaut(64, 48)


def deflated_tiff_tile() -> bytes:
    return tiff_of(
        {
            256: (3, 16),
            257: (3, 16),
            258: (3, 8),
            259: (3, 8),
            262: (3, 1),
            277: (3, 1),
            322: (4, 16_000),
            323: (4, 16_000),
            324: (4, 8),
            325: (4, 100),
        },
        bytes(100),
    )


def webp_that_says(size: tuple[int, int]) -> bytes:
    """A small lossless WebP with another size in its header."""
    data = file_of(astronaut(), "WEBP", lossless=True)
    at = data.index(b"VP8L") + 9
    return data[:at] + struct.pack("<I", (size[0] - 1) | (size[1] - 1) << 14) + data[at + 4 :]


def box_file_that_says(name: str, size: tuple[int, int]) -> bytes:
    """A small AVIF or HEIC file with another size in its header."""
    data = file_of(astronaut(64, 64), name)
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", *size) + data[at + 8 :]


BOMBS: dict[str, Callable[[], bytes]] = {
    "png": lambda: png_of((13_300, 13_300), 1, 0, bytes(1664 * 13_300)),
    "png of the largest sides": lambda: png_of((2**31 - 1, 2**31 - 1), 8, 6),
    "png text": lambda: png_of(
        (4, 4), 8, 2, bytes(52), png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**26)))
    ),
    "png profile": lambda: png_of(
        (4, 4), 8, 2, bytes(52), png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(2**26)))
    ),
    "png texts": lambda: png_of(
        (4, 4), 8, 2, bytes(52), png_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 10**6)) * 80
    ),
    "jpeg side": lambda: file_of(Image.new("L", (60_000, 10)), "JPEG"),
    "webp": lambda: webp_that_says((16_383, 16_383)),
    "gif": lambda: gif_of((65_535, 65_535), (65_535, 65_535)),
    "gif frame beyond its screen": lambda: gif_of((5, 5), (13_000, 13_000)),
    "bmp": lambda: (
        b"BM"
        + struct.pack("<IHHI", 70, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 60_000, 60_000, 1, 1, 0, 0, 0, 0, 2, 0)
        + bytes(99)
    ),
    "tiff": lambda: file_of(Image.new("1", (13_000, 13_000)), "TIFF", compression="tiff_deflate"),
    "tiff tile": deflated_tiff_tile,
    "avif": lambda: box_file_that_says("AVIF", (9_000, 6_000)),
    "heic": lambda: box_file_that_says("HEIF", (9_000, 6_000)),
}


def many_passes() -> bytes:
    """A JPEG of very many passes over the whole picture."""
    data = file_of(astronaut(), "JPEG", progressive=True)
    last, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    return data[:end] + data[last:end] * 200 + data[end:]


def jpeg_that_says(width: int, height: int) -> bytes:
    """A small JPEG with another size in its header."""
    data = file_of(small(), "JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def frames_of(name: str, count: int) -> bytes:
    """An animation."""
    frames = [Image.new("RGB", (16, 12), (number % 256, 90, 40)) for number in range(count)]
    return file_of(frames[0], name, save_all=True, append_images=frames[1:])


def flooded() -> bytes:
    """A PNG of 4x4 pixels and 64 MB of rows."""
    plain = png_of((4, 4), 8, 2)
    return plain[:33] + png_chunk(b"IDAT", zlib.compress(bytes(2**26))) + plain[-12:]


def endless_tiff() -> bytes:
    """A TIFF whose only directory says that it is followed by itself."""
    data = bytearray(file_of(small(), "TIFF"))
    (start,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * entries, start)
    return bytes(data)
