"""Pictures of one layer as files: WebP, AVIF, JPEG and TIFF by Pillow, PNG by a writer of our own."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines import png
from pipelines.errors import OutputError
from pipelines.recipe import FormatName, Output

Dpi = tuple[float, float]

_WEBP_METHOD: Final = 2
"""Of 0..6: within 4 % of the default's size in two thirds of its time."""
_AVIF_SPEED: Final = 8
"""Of 0..10: a quarter larger than the default's 6 in three fifths of its time."""
_FULL_COLOUR_FROM: Final = 90
"""The quality from which on colour is stored at full resolution (4:4:4)."""
_PREDICTOR, _PHOTOSHOP = 317, 34377
_DIFFERENCES: Final = 2
"""TIFF's predictor that stores each sample less the one beside it (TIFF 6.0, section 14)."""
_SEGMENT: Final = 65_533
"""Bytes that a JPEG segment holds."""


@dataclass(frozen=True)
class Tags(png.Beside):
    """What is written beside the pixels.

    Attributes:
        photoshop: Photoshop's image resources, see :mod:`pipelines.export.photoshop`.
    """

    photoshop: bytes | None = None


Writer = Callable[[NDArray[np.uint8], Output, Tags], bytes]


def _png(pixels: NDArray[np.uint8], _output: Output, tags: Tags) -> bytes:
    return png.written(pixels, tags)


def _webp(pixels: NDArray[np.uint8], output: Output, tags: Tags) -> bytes:
    exact = pixels.ndim == 2 or output.lossless
    how = {"lossless": True, "quality": 20} if exact else {"quality": output.quality}
    return pillow(pixels, "WEBP", tags, method=_WEBP_METHOD, alpha_quality=100, **how)


def _avif(pixels: NDArray[np.uint8], output: Output, tags: Tags) -> bytes:
    sampling = _sampling(output.quality)
    return pillow(pixels, "AVIF", tags, quality=output.quality, speed=_AVIF_SPEED, subsampling=sampling)


def _jpeg(pixels: NDArray[np.uint8], output: Output, tags: Tags) -> bytes:
    if pixels.shape[2:] == (4,):
        raise OutputError("JPEG can't hold transparency. Put a background behind, or choose PNG or WebP.")
    how: dict[str, Any] = {"dpi": tags.dpi} if tags.dpi else {}
    data = pillow(pixels, "JPEG", tags, quality=output.quality, subsampling=_sampling(output.quality), **how)
    return with_photoshop(data, tags.photoshop) if tags.photoshop else data


def _tiff(pixels: NDArray[np.uint8], _output: Output, tags: Tags) -> bytes:
    from pipelines.export.metadata import tiff_tags

    extra = tiff_tags(tags.exif)
    extra[_PREDICTOR] = _DIFFERENCES
    if tags.photoshop:
        extra.tagtype[_PHOTOSHOP] = 7
        extra[_PHOTOSHOP] = tags.photoshop
    how: dict[str, Any] = {"dpi": tags.dpi} if tags.dpi else {}
    plain = Tags(icc=tags.icc)
    return pillow(pixels, "TIFF", plain, compression="tiff_adobe_deflate", tiffinfo=extra, **how)


def _sampling(quality: int) -> str:
    return "4:4:4" if quality >= _FULL_COLOUR_FROM else "4:2:0"


WRITERS: Final[dict[FormatName, Writer]] = {
    "png": _png,
    "webp": _webp,
    "avif": _avif,
    "jpg": _jpeg,
    "tiff": _tiff,
}


def pillow(pixels: NDArray[np.uint8], name: str, tags: Tags, **options: Any) -> bytes:
    """Write a picture with Pillow.

    Args:
        pixels: HxW, HxWx3 or HxWx4 uint8.
        name: the format's, as Pillow writes it.
        tags: of these, the profile and the Exif block are passed on.
        options: others of Pillow's writer.
    Raises:
        OutputError: the writer gave up.
    """
    stream = BytesIO()
    if tags.icc:
        options["icc_profile"] = tags.icc
    if tags.exif:
        options["exif"] = tags.exif
    try:
        Image.fromarray(np.ascontiguousarray(pixels)).save(stream, name, **options)
    except (OSError, ValueError) as error:
        raise OutputError(f"This picture is too much for a {name} file. Choose PNG.") from error
    return stream.getvalue()


def white_jpeg(pixels: NDArray[np.uint8], quality: int, tags: Tags) -> bytes:
    """A JPEG whose pure white stays pure white, see :mod:`pipelines.jpeg.writer`.

    Args:
        pixels: HxWx3 uint8.
        quality: 1..100.
        tags: what is written beside them.
    """
    from pipelines.jpeg import writer

    data = writer.encode(pixels, quality, tags.icc, tags.dpi)
    if tags.exif:
        data = _inserted(data, [_segment(0xE1, tags.exif)])
    return with_photoshop(data, tags.photoshop) if tags.photoshop else data


def with_photoshop(jpeg: bytes, resources: bytes) -> bytes:
    """A JPEG file with Photoshop's resources in APP13 segments, behind those that must come first.

    What does not fit into one segment goes on in the next, as Photoshop writes it and readers join it.
    """
    signature = b"Photoshop 3.0\0"
    room = _SEGMENT - len(signature)
    parts = [resources[at : at + room] for at in range(0, len(resources), room)]
    return _inserted(jpeg, [_segment(0xED, signature + part) for part in parts])


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


def _inserted(jpeg: bytes, segments: list[bytes]) -> bytes:
    """Segments put behind a file's JFIF and Exif."""
    place = 2
    while jpeg[place : place + 2] in (b"\xff\xe0", b"\xff\xe1"):
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    return b"".join([jpeg[:place], *segments, jpeg[place:]])
