"""Files that are small and want to be large: refused by their header, before anything is decoded."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageFile
from PIL.GifImagePlugin import GifImageFile

from pipelines.decode import decode
from pipelines.errors import ImageTooLarge, ImageUnreadable
from pipelines.limits import Limits
from pipelines.load import load
from tests.unit.pictures_made import astronaut, file_of, gif_of, png_chunk, png_of, tiff_of

LIMITS = Limits()


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


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_before_they_are_decoded(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = BOMBS[bomb]()
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _picture: pytest.fail("it was decoded"))
    tracemalloc.start()
    with pytest.raises(ImageTooLarge):
        decode(data, LIMITS)
    assert tracemalloc.get_traced_memory()[1] < 50e6 + len(data)
    tracemalloc.stop()


def test_of_very_many_frames_only_the_first_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = gif_of((1, 1), (1, 1), 100_000)
    places: list[int] = []
    seek = GifImageFile.seek

    def noted(picture: GifImageFile, frame: int) -> None:
        places.append(frame)
        seek(picture, frame)

    monkeypatch.setattr(GifImageFile, "seek", noted)
    assert load(data).size == (1, 1)
    assert max(places, default=0) <= 1


def test_a_jpeg_of_very_many_passes_is_refused() -> None:
    data = file_of(astronaut(), "JPEG", progressive=True)
    last, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    with pytest.raises(ImageUnreadable, match="passes"):
        decode(data[:end] + data[last:end] * 200 + data[end:], LIMITS)


def test_pillows_own_refusal_is_ours() -> None:
    wide_open = Limits(max_pixels=10**12, max_side=10**6)
    with pytest.raises(ImageTooLarge):
        decode(gif_of((5, 5), (20_000, 20_000)), wide_open)


def test_pillows_warning_is_not_shown() -> None:
    data = file_of(Image.new("1", (12_000, 8_000)), "PNG")
    assert load(data, Limits(max_pixels=10**8)).size == (12_000, 8_000)
