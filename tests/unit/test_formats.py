"""Formats by content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UnsupportedFormat
from pipelines.formats import Format, ends_early, sniff
from tests.unit.pictures_made import FORMATS, astronaut, file_of

BOX = b"\0\0\0\x18ftyp"


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_known_by_its_first_kilobyte(name: Format) -> None:
    assert sniff(file_of(astronaut(), name)[:1024]) == name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"GIF87a", "GIF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"II+\0\x08\0\0\0", "TIFF"),
        (BOX + b"avis\0\0\0\0msf1avis", "AVIF"),
        (BOX + b"mif1\0\0\0\0mif1avif", "AVIF"),
        (BOX + b"mif1\0\0\0\0mif1heic", "HEIF"),
        (BOX + b"heix\0\0\0\0mif1heix", "HEIF"),
        (BOX + b"msf1\0\0\0\0hevcmsf1", "HEIF"),
    ],
)
def test_variants(data: bytes, name: Format) -> None:
    assert sniff(data) == name


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"\xef\xbb\xbf\n<SVG width='3'>", "an SVG"),
        (b"<!DOCTYPE html><p>Hello", "a web page"),
        (b"<?xml version='1.0'?><note/>", "an XML file"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript"),
        (b"\xc5\xd0\xd3\xc6\x20\0\0\0", "PostScript"),
        (b"push graphic-context\nviewbox 0 0 1 1\n", "a text"),
        (b"BMW is a make of cars, not a bitmap", "a text"),
        ("Grüße aus München".encode("latin-1"), "a text"),
        (b"\0\0\1\0\1\0\x10\x10", "an icon"),
        (b"8BPS\0\1", "a Photoshop file"),
        (b"PK\3\4\x14\0", "a ZIP archive"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "a sound"),
        (b"RIFF\x10\0\0\0AVI LIST", "a video"),
        (BOX + b"isom\0\0\2\0isomiso2", "a video"),
        (BOX + b"qt  \0\0\2\0qt  ", "a video"),
        (BOX + b"crx \0\0\0\1crx isom", "a camera's raw file"),
        (b"II*\0\x10\0\0\0CR\2\0", "a camera's raw file"),
        (b"\xff\x0a\xfa\x7f", "a JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000"),
        (b"", "an empty file"),
        (b"\0" * 40, "an unknown kind"),
    ],
)
def test_everything_else_is_refused_by_its_name(data: bytes, what: str) -> None:
    with pytest.raises(UnsupportedFormat, match=what) as caught:
        sniff(data)
    assert "Use JPEG, PNG" in caught.value.message


@given(st.binary(max_size=64))
def test_any_bytes_are_a_format_or_refused(data: bytes) -> None:
    try:
        assert sniff(data) in FORMATS
    except UnsupportedFormat as error:
        assert error.message.startswith("This is a")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9])
def test_cut_files_end_early_and_whole_ones_do_not(name: Format, share: float) -> None:
    data = file_of(astronaut(), name)
    assert not ends_early(data, name)
    assert ends_early(data[: int(len(data) * share)], name)


@pytest.mark.parametrize("name", FORMATS)
@given(junk=st.binary(max_size=60))
def test_no_junk_confuses_the_search_for_an_end(name: Format, junk: bytes) -> None:
    whole = file_of(astronaut(16, 16), name)
    assert ends_early(whole[:12] + junk, name) in (True, False)


def test_boxes_of_64_bits_and_to_the_end_of_the_file() -> None:
    start = BOX + b"heic\0\0\0\0mif1heic"
    wide = b"\0\0\0\1mdat" + (20).to_bytes(8, "big")
    assert not ends_early(start + wide + b"four", "HEIF")
    assert ends_early(start + wide + b"two", "HEIF")
    assert not ends_early(start + b"\0\0\0\0mdat and so on", "HEIF")
