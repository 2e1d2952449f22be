"""Picture files of every format, made by libraries that are not ours."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import skimage
from numpy.typing import NDArray
from PIL import Image, ImageCms

SAMPLES = Path(skimage.__file__).parent / "data"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")


@cache
def astronaut(width: int = 203, height: int = 160) -> Image.Image:
    """A photo with a face, RGB."""
    with Image.open(SAMPLES / "astronaut.png") as image:
        return image.convert("RGB").resize((width, height))


def file_of(image: Image.Image, name: str, **options: Any) -> bytes:
    """A picture as a file of a format, by its Pillow name or HEIF."""
    stream = io.BytesIO()
    if name == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(image).save(stream, **options)
    else:
        image.save(stream, name, **options)
    return stream.getvalue()


def adobe_rgb() -> bytes:
    """The Adobe RGB (1998) profile, out of a sample photo."""
    with Image.open(SAMPLES / "rocket.jpg") as image:
        return bytes(image.info["icc_profile"])


def hp_srgb() -> bytes:
    """The usual sRGB IEC61966-2.1 profile, out of a sample photo."""
    with Image.open(SAMPLES / "hubble_deep_field.jpg") as image:
        return bytes(image.info["icc_profile"])


def grey_profile(gamma: float) -> bytes:
    """A grey ICC version 2 profile with one gamma."""

    def padded(body: bytes) -> bytes:
        return body + b"\0" * (-len(body) % 4)

    white = b"XYZ \0\0\0\0" + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"grey\0" + b"\0" * 78
    bodies = [(b"desc", padded(name)), (b"wtpt", padded(white)), (b"kTRC", padded(curve))]
    start = 128 + 4 + 12 * len(bodies)
    table, content = struct.pack(">I", len(bodies)), b""
    for tag, body in bodies:
        table += tag + struct.pack(">II", start + len(content), len(body))
        content += body
    header = struct.pack(
        ">I4sI4s4s4s", start + len(content), b"\0" * 4, 0x02400000, b"mntr", b"GRAY", b"XYZ "
    )
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    header += struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + table + content


def lab_of(image: Image.Image) -> Image.Image:
    """A picture in CIE Lab."""
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    converted = transform.apply(image)
    assert converted is not None
    return converted


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(  # every field of the header is a case of its own
    size: tuple[int, int], depth: int, colour: int, rows: bytes = b"", extra: bytes = b""
) -> bytes:
    """A PNG file from raw rows (each with its filter byte) and chunks before them."""
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", header),
            extra,
            png_chunk(b"IDAT", zlib.compress(rows)),
            png_chunk(b"IEND", b""),
        )
    )


def gif_of(screen: tuple[int, int], frame: tuple[int, int], count: int = 1) -> bytes:
    """A GIF of two colours with ``count`` nearly empty frames."""
    one = b"," + struct.pack("<HHHH", 0, 0, *frame) + b"\0\x02\x02D\x01\0"
    return b"GIF89a" + struct.pack("<HH", *screen) + b"\x80\0\0\0\0\0\xff\xff\xff" + one * count + b";"


def tiff_of(tags: dict[int, tuple[int, int]], body: bytes = b"") -> bytes:
    """A little-endian TIFF of one directory after ``body``: tag to (type, value)."""
    entries = b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in sorted(tags.items())
    )
    return (
        b"II*\0"
        + struct.pack("<I", 8 + len(body))
        + body
        + struct.pack("<H", len(tags))
        + entries
        + b"\0" * 4
    )


def difference(first: NDArray[np.uint8], second: NDArray[np.uint8] | Image.Image) -> float:
    """The mean distance of two pictures, in steps of 255."""
    return float(np.abs(first.astype(int) - np.asarray(second).astype(int)).mean())
