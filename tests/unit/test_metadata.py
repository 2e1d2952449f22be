"""What a photo's file told beside its pixels: gone by default, kept as far as is asked for."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, TiffImagePlugin

from pipelines.export import metadata
from pipelines.load import load
from pipelines.photo import Photo
from pipelines.recipe import FormatName, Output
from pipelines.recipe.output import Metadata
from tests.unit.cutouts_made import ball_cutout
from tests.unit.pictures_made import astronaut

ARTIST, RIGHTS, MODEL, ORIENTATION, SERIAL, EXPOSURE = 315, 33432, 272, 274, 42033, 33434
EXIF, GPS = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo
ALL: tuple[FormatName, ...] = ("png", "png8", "webp", "avif", "jpg", "tiff")


def told() -> Image.Exif:
    exif = Image.Exif()
    exif[ARTIST], exif[RIGHTS], exif[MODEL], exif[ORIENTATION] = "Jörg".encode(), "© Studio".encode(), "X1", 6
    exif.get_ifd(EXIF).update({EXPOSURE: 0.01, SERIAL: "12345", 36867: "2024:05:06 07:08:09"})
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.5), 3: "E", 4: (13.0, 24.0, 18.0)})
    exif[EXIF], exif[GPS] = 0, 0
    return exif


def photo_of(name: str = "JPEG") -> Photo:
    exif, stream = told(), io.BytesIO()
    if name == "AVIF":
        del exif[ORIENTATION]  # Pillow writes texts anew that stand beside it
    astronaut(96, 64).save(stream, name, exif=exif)
    return load(stream.getvalue())


def written(photo: Photo, name: FormatName, wanted: Metadata) -> Image.Exif:
    output = Output(format=name, metadata=wanted)
    (found,) = ball_cutout(exif=photo.exif).exports(output)
    image = Image.open(io.BytesIO(found.data))
    image.load()
    return image.getexif()


def text(exif: Image.Exif, tag: int) -> str:
    """A text that Pillow reads as Latin 1."""
    return str(exif[tag]).encode("latin-1").decode()


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_kept_by_default(name: FormatName) -> None:
    exif = written(photo_of(), name, "none")
    assert not {ARTIST, RIGHTS, MODEL, int(EXIF), int(GPS), ORIENTATION} & {*exif}


@pytest.mark.parametrize("name", ALL)
def test_author_and_owner_are_kept_alone(name: FormatName) -> None:
    exif = written(photo_of(), name, "credit")
    assert (text(exif, ARTIST), text(exif, RIGHTS)) == ("Jörg", "© Studio")
    assert not {MODEL, int(EXIF), int(GPS), ORIENTATION} & {*exif}


@pytest.mark.parametrize("name", ALL)
def test_the_place_is_kept_only_when_asked_for(name: FormatName) -> None:
    exif = written(photo_of(), name, "camera")
    assert exif[MODEL] == "X1"
    assert not exif.get_ifd(GPS)
    exif = written(photo_of(), name, "location")
    if name != "tiff":
        assert exif.get_ifd(EXIF)[EXPOSURE] == pytest.approx(0.01)
        assert exif.get_ifd(GPS)[2] == (52.0, 31.0, 12.5)
    assert SERIAL not in exif.get_ifd(EXIF)
    assert ORIENTATION not in exif


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_it_is_read_from_every_format(name: str) -> None:
    exif = written(photo_of(name), "jpg", "location")
    assert text(exif, ARTIST) == "Jörg"
    assert exif.get_ifd(GPS)[2] == (52.0, 31.0, 12.5)


def test_it_is_read_from_tiff() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[ARTIST], tags[RIGHTS] = "Anna", "Studio"
    stream = io.BytesIO()
    astronaut(96, 64).save(stream, "TIFF", tiffinfo=tags)
    exif = written(load(stream.getvalue()), "jpg", "credit")
    assert (exif[ARTIST], exif[RIGHTS]) == ("Anna", "Studio")


def iptc(**records: str) -> bytes:
    numbers = {"author": 80, "owner": 116}
    texts = {numbers[name]: value.encode() for name, value in records.items()}
    body = b"".join(struct.pack(">BBBH", 0x1C, 2, number, len(text)) + text for number, text in texts.items())
    block = b"8BIM" + struct.pack(">H", 0x0404) + b"\0\0" + struct.pack(">I", len(body)) + body
    return b"Photoshop 3.0\0" + block + b"\0" * (len(body) % 2)


def test_author_and_owner_of_iptc_count_where_exif_has_none() -> None:
    stream = io.BytesIO()
    astronaut(96, 64).save(stream, "JPEG")
    data, segment = stream.getvalue(), iptc(author="Zoë", owner="Agency")
    data = data[:20] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[20:]
    exif = written(load(data), "jpg", "credit")
    assert (text(exif, ARTIST), text(exif, RIGHTS)) == ("Zoë", "Agency")


def test_a_photo_that_tells_nothing_gets_nothing() -> None:
    for wanted in ("none", "credit", "camera", "location"):
        assert metadata.exif_for(None, Output(metadata=wanted)) is None


@given(st.binary(min_size=1, max_size=300), st.integers(6, 250))
@settings(max_examples=40, deadline=None)
def test_damaged_metadata_is_no_reason_to_fail(noise: bytes, at: int) -> None:
    block = bytearray(told().tobytes())
    block[at : at + len(noise)] = noise
    stream = io.BytesIO()
    astronaut(96, 64).save(stream, "JPEG", exif=bytes(block))
    photo = load(stream.getvalue())
    for wanted in ("none", "credit", "camera", "location"):
        found = metadata.exif_for(photo.exif, Output(metadata=wanted))
        assert found is None or found.startswith(b"Exif\0\0")


def test_a_photo_from_the_disk_carries_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path, exif=told())
    assert load(path).exif
