"""A folder of files that nobody wants to be sent: bombs, damage, disguises, odd pictures. Made, never stored.

Each has a name, and says what may come of it: the codes of our errors, or a photo. Any door that takes
files can be tried with all of them (:func:`faults`).
"""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PIL import Image, ImageCms, PngImagePlugin

from tests.bombs import BOMBS, endless_tiff, flooded, frames_of, jpeg_that_says, many_passes, small
from tests.unit.pictures_made import FORMATS, file_of, gif_of, lab_of

PHOTO: Final = "a photo"
"""What comes of a file that is taken."""

SECRET: Final = b"CANARY-48.8584N"
"""Stands in metadata, in comments, and behind the pictures; in nothing that comes out."""

HIDDEN: Final = (SECRET, b"<script", b"<?php", b"xmpmeta", b"run.html")
"""What must not be found in a file that comes out."""

Door = Callable[[bytes, str], str]
"""Takes a file and its name; returns the code that it was refused with, or :data:`PHOTO`."""

_LARGE, _WRONG, _DAMAGED, _CUT = (
    "image_too_large",
    "unsupported_format",
    "image_unreadable",
    "image_truncated",
)


@dataclass(frozen=True)
class Bad:
    """One file of the folder.

    Attributes:
        make: makes its bytes, the same each time.
        may: what may come of it.
        name: what it calls itself.
    """

    make: Callable[[], bytes]
    may: frozenset[str]
    name: str = "file.png"


def _large() -> Iterator[tuple[str, Bad]]:
    for name, make in BOMBS.items():
        yield name, Bad(make, frozenset({_LARGE}))
    for width, height in ((60_000, 1_000), (65_500, 8), (16_385, 1), (65_535, 65_535)):
        yield (
            f"jpeg {width}x{height}",
            Bad(partial(jpeg_that_says, width, height), frozenset({_LARGE})),
        )
    yield "png 16384x1", Bad(partial(file_of, Image.new("RGB", (16_384, 1)), "PNG"), frozenset({PHOTO}))
    yield "jpeg of 200 passes", Bad(many_passes, frozenset({_DAMAGED}))
    yield "png of more rows than it says", Bad(flooded, frozenset({PHOTO, _DAMAGED}))


def _animated() -> Iterator[tuple[str, Bad]]:
    taken = frozenset({PHOTO})
    yield "gif of 100000 frames", Bad(lambda: gif_of((1, 1), (1, 1), 100_000), taken)
    yield (
        "gif of 400 frames of 25 MP",
        Bad(lambda: gif_of((5_000, 5_000), (5_000, 5_000), 400), taken | {_CUT}),
    )
    for name in ("PNG", "WEBP", "GIF", "TIFF", "AVIF"):
        yield f"{name} of 100 frames", Bad(partial(frames_of, name, 100), taken)
    yield "tiff without end", Bad(endless_tiff, taken)


def _cut_short() -> Iterator[tuple[str, Bad]]:
    for name in FORMATS:
        for tenths in (1, 3, 5, 7, 9):

            def make(name: str = name, tenths: int = tenths) -> bytes:
                data = file_of(small(), name)
                return data[: len(data) * tenths // 10]

            may = {_CUT} if tenths <= 5 else {_CUT, _DAMAGED, PHOTO}
            yield f"{name} cut at {tenths}0 %", Bad(make, frozenset(may))


def _flipped() -> Iterator[tuple[str, Bad]]:
    for name in FORMATS:
        for seed in range(5):

            def make(name: str = name, seed: int = seed) -> bytes:
                chance = random.Random(f"{name} {seed}")  # noqa: S311  (the same each time)
                data = bytearray(file_of(small(), name))
                for _ in range(8):
                    data[chance.randrange(12, len(data))] ^= 1 << chance.randrange(8)
                return bytes(data)

            yield f"{name} flipped {seed}", Bad(make, frozenset({PHOTO, _DAMAGED, _CUT, _LARGE, _WRONG}))


def _turned() -> Iterator[tuple[str, Bad]]:
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        yield (
            f"orientation {orientation}",
            Bad(partial(file_of, small(), "JPEG", exif=exif), frozenset({PHOTO})),
        )


def _odd() -> Iterator[tuple[str, Bad]]:
    photo = small()
    made: dict[str, Callable[[], bytes]] = {
        "cmyk jpeg": lambda: file_of(photo.convert("CMYK"), "JPEG"),
        "cmyk tiff": lambda: file_of(photo.convert("CMYK"), "TIFF"),
        "16-bit png": lambda: file_of(photo.convert("L").convert("I;16"), "PNG"),
        "16-bit tiff": lambda: file_of(photo.convert("L").convert("I;16"), "TIFF"),
        "float tiff": lambda: file_of(photo.convert("F"), "TIFF"),
        "grey with alpha": lambda: file_of(photo.convert("LA"), "PNG"),
        "palette with a clear colour": lambda: file_of(photo.convert("P"), "PNG", transparency=3),
        "palette with alphas": lambda: file_of(photo.convert("P"), "PNG", transparency=bytes(range(256))),
        "1-bit": lambda: file_of(photo.convert("1"), "PNG"),
        "lab tiff": lambda: file_of(lab_of(photo), "TIFF"),
        "1x1": lambda: file_of(photo.resize((1, 1)), "PNG"),
        "1x4000": lambda: file_of(photo.resize((1, 4000)), "PNG"),
        "4000x1": lambda: file_of(photo.resize((4000, 1)), "PNG"),
        "flat": lambda: file_of(Image.new("RGB", (64, 48), "grey"), "PNG"),
        "clear": lambda: file_of(Image.new("RGBA", (64, 48)), "PNG"),
    }
    for name, make in made.items():
        yield name, Bad(make, frozenset({PHOTO}))


def followed(name: str) -> bytes:
    """A picture that is a ZIP archive as well."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("run.html"), b"<script>" + SECRET + b"</script>")
    return file_of(small(), name) + stream.getvalue() + b"<?php " + SECRET


def _two_faced() -> Iterator[tuple[str, Bad]]:
    for name in FORMATS:
        yield f"{name} and zip", Bad(partial(followed, name), frozenset({PHOTO}))
    html = b"/*<script>" + SECRET + b"</script>*/"
    yield (
        "jpeg and page",
        Bad(lambda: file_of(small(), "JPEG", comment=html), frozenset({PHOTO}), "page.html"),
    )


def told(name: str) -> bytes:
    """A picture with the secret in all the metadata that its format can hold."""
    exif = Image.Exif()
    exif[270], exif[315], exif[37510] = SECRET.decode(), SECRET.decode(), SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 30.2), 29: SECRET.decode()})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    options: dict[str, Any] = {"exif": exif}
    if name == "JPEG":
        options |= {"comment": SECRET, "xmp": xmp}
    elif name == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET.decode())
        notes.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options["pnginfo"] = notes
    elif name in ("WEBP", "AVIF"):
        options["xmp"] = xmp
    elif name == "GIF":
        options = {"comment": SECRET}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return file_of(small(), name, icc_profile=profile.tobytes(), **options)


def _telling() -> Iterator[tuple[str, Bad]]:
    for name in ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF"):
        yield f"{name} that tells", Bad(partial(told, name), frozenset({PHOTO}))


_ADDRESS: Final = b"http://127.0.0.1:9/"
FOREIGN: Final[dict[str, bytes]] = {
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="' + _ADDRESS + b'x.png"/></svg>',
    "doctype.svg": b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "drawing.svgz": gzip.compress(b"<svg/>", mtime=0),
    "paper.pdf": b"%PDF-1.7\n1 0 obj<</URI(" + _ADDRESS + b")>>endobj",
    "drawing.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n",
    "preview.eps": b"\xc5\xd0\xd3\xc6" + bytes(40),
    "drawing.mvg": b"push graphic-context\nviewbox 0 0 9 9\nfill 'url(" + _ADDRESS + b'"|id")\'\n',
    "script.msl": b'<?xml version="1.0"?><image><read filename="' + _ADDRESS + b'"/></image>',
    "list.m3u8": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "list.ffconcat": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "page.html": b"<!doctype html><script src='" + _ADDRESS + b"'></script>",
    "film.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(64),
    "film.mkv": b"\x1aE\xdf\xa3" + bytes(64),
    "archive.zip": b"PK\3\4" + bytes(64),
    "program": b"\x7fELF" + bytes(64),
    "picture.psd": b"8BPS\0\1" + bytes(64),
    "picture.ppm": b"P6 2 2 255 " + bytes(12),
    "picture.jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(64),
    "picture.ico": b"\0\0\1\0\1\0" + bytes(64),
    "picture.fits": b"SIMPLE  =                    T" + bytes(64),
    "notes.txt": b"BM, she said, and left.",
    "noise.bin": bytes(range(255, 0, -1)),
    "nothing.png": b"",
}


def _foreign() -> Iterator[tuple[str, Bad]]:
    for name, data in FOREIGN.items():
        may = frozenset({_WRONG} if data else {_WRONG, "invalid_input"})
        yield name, Bad(partial(bytes, data), may, name)
        yield f"{name} as a photo", Bad(partial(bytes, data), may, "photo.jpg")


def _misnamed() -> Iterator[tuple[str, Bad]]:
    endings = ("svg", "pdf", "exe", "jpg", "png", "html", "heic", "tif")
    for name, ending in zip(FORMATS, endings, strict=True):
        yield (
            f"{name} called {ending}",
            Bad(partial(file_of, small(), name), frozenset({PHOTO}), f"a.{ending}"),
        )


FOLDER: Final[dict[str, dict[str, Bad]]] = {
    "large": dict(_large()),
    "animated": dict(_animated()),
    "cut short": dict(_cut_short()),
    "flipped": dict(_flipped()),
    "turned": dict(_turned()),
    "odd": dict(_odd()),
    "two-faced": dict(_two_faced()),
    "telling": dict(_telling()),
    "foreign": dict(_foreign()),
    "misnamed": dict(_misnamed()),
}
"""All of them, by kind."""


REFUSED: Final = tuple(
    kind for kind, files in FOLDER.items() if any(PHOTO not in bad.may for bad in files.values())
)
"""The kinds of which some files are never taken."""


def faults(kind: str, door: Door, *, photos: bool = True) -> dict[str, str]:
    """Try a door with the files of a kind.

    Args:
        kind: of :data:`FOLDER`.
        door: takes them.
        photos: with those too that may be taken.
    Returns:
        What came of those of which something else should have come, by name.
    """
    tried = {name: bad for name, bad in FOLDER[kind].items() if photos or PHOTO not in bad.may}
    came = {name: door(bad.make(), bad.name) for name, bad in tried.items()}
    return {name: what for name, what in came.items() if what not in FOLDER[kind][name].may}
