"""Decoding: limits before pixels, orientation, and files that are damaged or hostile."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from pipelines.decode import _fast_jpeg as fast_jpeg
from pipelines.decode import decode
from pipelines.errors import (
    ImageTruncated,
    ImageUnreadable,
    InputError,
    UnsupportedFormat,
)
from pipelines.formats import Format
from pipelines.limits import Limits
from pipelines.load import load
from tests.unit.pictures_made import (
    FORMATS,
    astronaut,
    difference,
    file_of,
    png_chunk,
    tiff_of,
)

LIMITS = Limits()
ROTATED = [name for name in FORMATS if name not in ("GIF", "BMP", "HEIF")]


def turned(orientation: int) -> Image.Image:
    """The astronaut as a camera stores it, so that it is upright by this orientation."""
    inverse = {6: 8, 8: 6}.get(orientation, orientation)
    image = astronaut().copy()
    image.getexif()[274] = inverse
    stored = ImageOps.exif_transpose(image)
    assert isinstance(stored, Image.Image)
    return stored


def stored(name: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    quality = {} if name in ("PNG", "TIFF") else {"quality": 95}
    return file_of(turned(orientation), name, exif=exif, **quality)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_decoded(name: str) -> None:
    found = decode(file_of(astronaut(), name), LIMITS)
    assert found.format == name
    assert found.raster.alpha is None
    assert difference(found.raster.pixels, astronaut()) < 6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ROTATED)
def test_every_orientation_is_upright(name: str, orientation: int) -> None:
    data = stored(name, orientation)
    with Image.open(io.BytesIO(data)) as image:
        pictures = load(data).pixels, load(image).pixels
    for pixels in pictures:
        assert pixels.shape == (160, 203, 3)
        assert difference(pixels, astronaut()) < 5


def test_heic_is_turned_once() -> None:
    exif = Image.Exif()
    exif[274] = 6
    data = file_of(turned(6), "HEIF", exif=exif.tobytes(), quality=95)
    assert difference(load(data).pixels, astronaut()) < 5


@pytest.mark.parametrize("name", ["PNG", "JPEG", "TIFF"])
def test_alpha_and_resolution_turn_with_the_picture(name: str) -> None:
    exif = Image.Exif()
    exif[274] = 6
    image = Image.new("RGB" if name == "JPEG" else "RGBA", (30, 20))
    photo = load(file_of(image, name, exif=exif, dpi=(300, 150)))
    assert photo.dpi is not None
    assert np.allclose(photo.dpi, (150, 300), atol=0.1)
    if photo.alpha is not None:
        assert photo.alpha.shape == photo.pixels.shape[:2] == (30, 20)


def test_exif_after_the_pixels_of_a_png_counts() -> None:
    data = file_of(turned(6), "PNG")
    late = png_chunk(b"eXIf", tiff_of({274: (3, 6)}))
    assert difference(load(data[:-12] + late + data[-12:]).pixels, astronaut()) == 0


@pytest.mark.parametrize(
    "exif", [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"junk" * 9, b"MM\0*\0\0\0\x08\0\x09"]
)
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_damaged_exif_is_upright(name: str, exif: bytes) -> None:
    assert load(file_of(astronaut(), name, exif=b"Exif\0\0" + exif)).size == (203, 160)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow's own, when the test opens the file
def test_damaged_exif_of_an_opened_image_is_upright() -> None:
    data = file_of(astronaut(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    with Image.open(io.BytesIO(data)) as image:
        assert load(image).size == (203, 160)


def test_exif_that_can_not_be_read_at_all_is_upright() -> None:
    class Odd(Image.Image):
        def getexif(self) -> Image.Exif:
            raise SyntaxError

    image = Odd()
    image.__setstate__(astronaut().__getstate__())
    assert (load(image).pixels == np.asarray(astronaut())).all()


@pytest.mark.parametrize(
    "options", [{"subsampling": 2}, {"progressive": True}, {"keep_rgb": True}, {"quality": 30}]
)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_jpegs_decode_exactly_as_pillow_decodes_them(mode: str, options: dict[str, Any]) -> None:
    data = file_of(astronaut().convert(mode), "JPEG", **options)
    with Image.open(io.BytesIO(data)) as image:
        assert (load(data).pixels == np.asarray(image.convert("RGB"))).all()


def test_what_the_fast_reader_complains_of_pillow_decides() -> None:
    data = file_of(astronaut(), "JPEG")
    noise = data[:2] + b"\xff\xe9\0\x04ab" + b"\0\0" + data[2:]
    with Image.open(io.BytesIO(noise)) as image:
        assert (load(noise).pixels == np.asarray(image)).all()


def test_the_fast_reader_decodes_only_the_size_that_was_judged() -> None:
    data = file_of(astronaut(), "JPEG")
    assert fast_jpeg(data, astronaut(), None) is not None
    assert fast_jpeg(data, astronaut(8, 8), None) is None


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_only_the_first_picture_is_taken(name: str) -> None:
    frames = [Image.new("RGB", (32, 24), color) for color in ("red", "lime", "blue")]
    photo = load(file_of(frames[0], name, save_all=True, append_images=frames[1:]))
    assert difference(photo.pixels, frames[0]) < 3


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_cut_files_are_called_truncated(name: str, share: float) -> None:
    data = file_of(astronaut(), name)
    with pytest.raises(ImageTruncated, match="ends before"):
        decode(data[: int(len(data) * share)], LIMITS)


def test_a_file_that_is_all_there_but_damaged_is_not_called_truncated() -> None:
    data = bytearray(file_of(astronaut(), "PNG"))
    at = data.find(b"IDAT") + 40
    data[at : at + 200] = bytes(200)
    with pytest.raises(ImageUnreadable, match="damaged") as caught:
        decode(bytes(data), LIMITS)
    assert not isinstance(caught.value, ImageTruncated)


def test_a_cameras_raw_file_is_not_taken_for_its_thumbnail() -> None:
    raw = tiff_of(
        {
            254: (4, 1),
            256: (3, 8),
            257: (3, 8),
            258: (3, 8),
            262: (3, 1),
            273: (4, 8),
            279: (4, 64),
            330: (4, 8),
        },
        bytes(64),
    )
    with pytest.raises(UnsupportedFormat, match="raw"):
        decode(raw, LIMITS)


def test_what_follows_a_picture_is_not_looked_at() -> None:
    for name in FORMATS:
        data = file_of(astronaut(), name)
        assert (load(data + b"PK\3\4 <script>").pixels == load(data).pixels).all()


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damage_gives_a_photo_or_a_clear_error(name: Format, data: st.DataObject) -> None:
    whole = bytearray(file_of(astronaut(24, 20), name))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)) | st.just(len(whole)))
    try:
        photo = load(bytes(whole[:cut]), Limits(max_pixels=10**6))
    except InputError as error:
        assert error.message.endswith(".")
    else:
        assert photo.pixels.shape[2] == 3
