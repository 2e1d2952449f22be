"""Tagged directories of TIFF and Exif."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipelines import ifd
from tests.unit.pictures_made import astronaut, file_of, tiff_of


def test_short_long_and_many() -> None:
    data = file_of(astronaut(), "TIFF")
    assert ifd.values(data, 256) == (203,)
    assert ifd.values(data, 258) == (8, 8, 8)
    assert sum(ifd.values(data, ifd.STRIP_BYTE_COUNTS)) == 203 * 160 * 3


def test_both_byte_orders() -> None:
    big = b"MM\0*" + struct.pack(">IHHHIHH", 8, 1, ifd.ORIENTATION, 3, 1, 6, 0)
    assert ifd.values(big, ifd.ORIENTATION) == (6,)
    assert ifd.values(tiff_of({ifd.ORIENTATION: (3, 6)}), ifd.ORIENTATION) == (6,)


def test_absent_tags_and_other_types_have_no_values() -> None:
    data = tiff_of({270: (2, 65)})
    assert ifd.values(data, 271) == ()
    assert ifd.values(data, 270) == ()


@pytest.mark.parametrize(
    "data", [b"", b"II", b"II*\0", b"PNG!\0\0\0\0", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0"]
)
def test_what_is_damaged_reads_as_absent(data: bytes) -> None:
    assert ifd.values(data, ifd.ORIENTATION) == ()


def test_a_count_beyond_the_file_reads_as_absent() -> None:
    data = bytearray(tiff_of({ifd.STRIP_OFFSETS: (4, 8)}))
    data[14:18] = b"\xff\xff\xff\x7f"
    assert ifd.values(bytes(data), ifd.STRIP_OFFSETS) == ()


@given(st.binary(max_size=80))
def test_no_bytes_make_it_fail(tail: bytes) -> None:
    for order in (b"II*\0", b"MM\0*"):
        assert isinstance(ifd.values(order + tail, ifd.ORIENTATION), tuple)
        assert ifd.ends_early(order + tail) in (True, False)


@pytest.mark.parametrize("compression", ["raw", "tiff_deflate"])
def test_the_end_of_the_strips_is_known(compression: str) -> None:
    data = file_of(Image.new("RGB", (40, 30), "red"), "TIFF", compression=compression)
    assert not ifd.ends_early(data)
    assert ifd.ends_early(data[:-1])
