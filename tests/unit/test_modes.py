"""Every way that pixels are stored."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from pipelines.load import load
from pipelines.modes import Deep, rasterise
from tests.unit.pictures_made import (
    adobe_rgb,
    astronaut,
    difference,
    file_of,
    grey_profile,
    lab_of,
    png_chunk,
    png_of,
    tiff_of,
)

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
GREY = Image.fromarray(RAMP)


def shown(image: Image.Image, deep: Deep | None = None) -> list[int]:
    """The red channel of the first row."""
    return [int(value) for value in rasterise(image, None, deep).pixels[0, :, 0]]


def with_alpha() -> Image.Image:
    return Image.merge("RGBA", (GREY, GREY.rotate(90), GREY.rotate(180), GREY.rotate(270)))


def test_rgba_keeps_colour_and_alpha() -> None:
    raster = rasterise(with_alpha(), None)
    assert raster.alpha is not None
    assert (np.dstack([raster.pixels, raster.alpha]) == np.asarray(with_alpha())).all()


def test_premultiplied_alpha_is_undone() -> None:
    image = Image.new("RGBA", (3, 2), (200, 100, 50, 128)).convert("RGBa")
    assert image.getpixel((0, 0)) == (100, 50, 25, 128)
    raster = rasterise(image, None)
    assert np.abs(raster.pixels.astype(int) - (200, 100, 50)).max() <= 1
    assert raster.alpha is not None
    assert (raster.alpha == 128).all()


@pytest.mark.parametrize("mode", ["LA", "La"])
def test_grey_with_alpha(mode: str) -> None:
    raster = rasterise(Image.new("LA", (3, 2), (200, 128)).convert(mode), None)
    assert raster.alpha is not None
    assert (raster.alpha == 128).all()
    assert np.abs(raster.pixels.astype(int) - 200).max() <= 1


def test_a_palette_with_alpha() -> None:
    image = Image.frombytes("PA", (2, 1), bytes((0, 128, 1, 255)))
    image.putpalette([10, 20, 30, 40, 50, 60])
    raster = rasterise(image, None)
    assert raster.pixels.tolist() == [[[10, 20, 30], [40, 50, 60]]]
    assert raster.alpha is not None
    assert raster.alpha.tolist() == [[128, 255]]


@pytest.mark.parametrize("transparency", [1, b"\xff\x00\x80"])
def test_palettes_with_transparency(transparency: int | bytes) -> None:
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    for x in range(3):
        image.putpixel((x, 0), x)
    photo = load(file_of(image, "PNG", transparency=transparency))
    assert photo.pixels.tolist() == [[[255, 0, 0], [0, 255, 0], [0, 0, 255]]]
    assert photo.alpha is not None
    assert photo.alpha.tolist() == [[255, 0, 255 if transparency == 1 else 128]]


def test_a_palette_without_transparency_has_no_alpha() -> None:
    assert load(file_of(astronaut().quantize(64), "PNG")).alpha is None


def test_a_transparent_gif() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 0), 1)
    photo = load(file_of(image, "GIF", transparency=0))
    assert photo.alpha is not None
    assert photo.alpha.tolist() == [[0, 255]]


def test_one_bit() -> None:
    image = Image.new("1", (2, 1))
    image.putpixel((1, 0), 255)
    for name in ("PNG", "TIFF", "BMP"):
        assert load(file_of(image, name)).pixels[0].tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize(
    ("depth", "colour", "key", "row"),
    [
        (1, 0, (1,), b"\x40"),
        (2, 0, (3,), b"\x30"),
        (4, 0, (15,), b"\x0f"),
        (8, 0, (200,), b"\x00\xc8"),
        (16, 0, (51_400,), b"\x00\x00\xc8\xc8"),
        (8, 2, (1, 2, 3), b"\0\0\0\1\2\3"),
        (16, 2, (51_400, 514, 771), b"\0\0\0\0\0\0\xc8\xc8\x02\x02\x03\x03"),
    ],
)
def test_a_pngs_transparent_colour_at_every_depth(
    depth: int, colour: int, key: tuple[int, ...], row: bytes
) -> None:
    trns = png_chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))
    photo = load(png_of((2, 1), depth, colour, b"\0" + row, trns))
    assert photo.alpha is not None
    assert photo.alpha.tolist() == [[255, 0]]


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_sixteen_bits_are_scaled_and_not_clipped(mode: str) -> None:
    values = np.array([[0, 128, 257, 32_768, 65_535]], "<u2" if mode == "I;16" else ">u2")
    image = Image.frombytes(mode, (5, 1), values.tobytes())
    assert shown(image) == [0, 0, 1, 128, 255]


@given(arrays(np.uint16, (3, 4)))
def test_sixteen_bits_round_to_the_nearest(values: NDArray[np.uint16]) -> None:
    found = rasterise(Image.fromarray(values), None).pixels[..., 0]
    assert (found == np.rint(values / 257)).all()


def test_sixteen_bit_colour() -> None:
    row = b"\0" + struct.pack(">3H", 65_535, 32_896, 257)
    assert np.abs(load(png_of((1, 1), 16, 2, row)).pixels[0, 0].astype(int) - (255, 128, 1)).max() <= 1


def test_sixteen_bit_grey_with_alpha() -> None:
    photo = load(png_of((1, 1), 16, 4, b"\0" + struct.pack(">2H", 65_535, 32_896)))
    assert photo.pixels[0, 0].tolist() == [255, 255, 255]
    assert photo.alpha is not None
    assert abs(int(photo.alpha[0, 0]) - 128) <= 1


def grey_tiff(values: bytes, bits: int, photometric: int = 1, kind: int = 1) -> bytes:
    count = len(values) * 8 // bits
    return tiff_of(
        {
            256: (3, count),
            257: (3, 1),
            258: (3, bits),
            259: (3, 1),
            262: (3, photometric),
            273: (4, 8),
            277: (3, 1),
            278: (3, 1),
            279: (4, len(values)),
            339: (3, kind),
        },
        values,
    )


@pytest.mark.parametrize(("photometric", "expected"), [(1, [0, 128, 255]), (0, [255, 127, 0])])
def test_tiffs_whose_zero_is_white_are_not_inverted(photometric: int, expected: list[int]) -> None:
    sixteen = load(grey_tiff(struct.pack("<3H", 0, 32_896, 65_535), 16, photometric))
    eight = load(grey_tiff(bytes((0, 128, 255)), 8, photometric))
    real = load(grey_tiff(struct.pack("<3f", 0, 128 / 255, 1), 32, photometric, kind=3))
    for photo in (sixteen, eight, real):
        assert photo.pixels[0, :, 0].tolist() == expected


def test_twelve_bits_fill_the_range() -> None:
    photo = load(grey_tiff(b"\xff\xf0\x00", 12))
    assert photo.pixels[0, :, 0].tolist() == [255, 0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 0.5, 1], [0, 128, 255]),
        ([0, 51, 255], [0, 51, 255]),
        ([0, 257, 65_535], [0, 1, 255]),
        ([0, 2, 4], [0, 128, 255]),
        ([-1, 0, 1], [0, 128, 255]),
        ([0, float("nan"), 1], [0, 0, 255]),
        ([0, float("inf"), float("-inf")], [0, 255, 0]),
        ([0, 0, 0], [0, 0, 0]),
        ([float("nan")] * 3, [0, 0, 0]),
        ([0, 1e6, 2e6], [0, 128, 255]),
    ],
)
def test_float_values_find_their_range(values: list[float], expected: list[int]) -> None:
    found = shown(Image.fromarray(np.array([values], np.float32)))
    assert np.abs(np.array(found) - expected).max() <= 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 100, 255], [0, 100, 255]), ([0, 257, 65_535], [0, 1, 255]), ([-100, 0, 155], [0, 72, 182])],
)
def test_whole_numbers_find_their_range(values: list[int], expected: list[int]) -> None:
    found = shown(Image.fromarray(np.array([values], np.int32)))
    assert np.abs(np.array(found) - expected).max() <= 1


@given(arrays(np.float32, (2, 3)))
def test_no_float_picture_makes_a_warning(values: NDArray[np.float32]) -> None:
    assert rasterise(Image.fromarray(values), None).pixels.shape == (2, 3, 3)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "YCbCr", "RGBX", "HSV"])
def test_an_rgb_profile_is_kept_with_its_pixels(mode: str) -> None:
    image = Image.new("RGB", (4, 4), (200, 30, 60)).convert(mode)
    raster = rasterise(image, adobe_rgb())
    assert raster.icc == adobe_rgb()
    assert (raster.pixels == np.asarray(image.convert("RGB"))).all()


@pytest.mark.parametrize("mode", ["L", "LA", "1", "I;16", "CMYK", "LAB"])
def test_other_colour_spaces_leave_no_profile(mode: str) -> None:
    source = lab_of(astronaut()) if mode == "LAB" else astronaut().convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        source = Image.fromarray(np.asarray(source).astype(np.uint16) * 257)
    assert rasterise(source, adobe_rgb()).icc is None


def test_grey_goes_through_its_profile() -> None:
    linear = load(file_of(GREY, "PNG", icc_profile=grey_profile(1.0)))
    usual = load(file_of(GREY, "PNG", icc_profile=grey_profile(2.2)))
    assert linear.icc is None
    assert abs(int(linear.pixels[4, 0, 0]) - 137) <= 2  # 64/255 of the light is 137 in sRGB
    assert difference(usual.pixels, np.repeat(RAMP[..., None], 3, axis=2)) < 4
    assert (linear.pixels[..., 0] == linear.pixels[..., 2]).all()


def test_cmyk_jpegs_as_adobe_writes_them_are_not_inverted() -> None:
    cmyk = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    data = file_of(cmyk, "JPEG", quality=95)
    assert b"Adobe" in data[:200]
    assert np.abs(load(data).pixels.astype(int) - (255, 0, 0)).max() <= 4


def test_cmyk_tiff() -> None:
    assert load(file_of(Image.new("CMYK", (4, 4), (255, 0, 0, 0)), "TIFF")).pixels[0, 0].tolist() == [
        0,
        255,
        255,
    ]
    assert load(file_of(Image.new("CMYK", (4, 4), (0, 0, 0, 255)), "TIFF")).pixels[0, 0].tolist() == [0, 0, 0]


def test_lab_comes_back() -> None:
    photo = load(file_of(lab_of(astronaut()), "TIFF"))
    assert photo.icc is None
    assert difference(photo.pixels, astronaut()) < 2


def test_a_broken_profile_is_ignored() -> None:
    for icc in (b"junk" * 50, adobe_rgb()[:300], grey_profile(2.2)):
        photo = load(file_of(astronaut(), "PNG", icc_profile=icc))
        assert photo.icc is None
        assert (photo.pixels == np.asarray(astronaut())).all()


def test_a_damaged_profile_stream_is_ignored() -> None:
    chunk = png_chunk(b"iCCP", b"a\0\0" + zlib.compress(adobe_rgb())[:-40])
    assert load(png_of((1, 1), 8, 2, b"\0\1\2\3", chunk)).pixels.tolist() == [[[1, 2, 3]]]


def test_an_opened_image_in_memory_needs_no_file() -> None:
    assert load(Image.new("RGBA", (3, 2), (9, 8, 7, 6))).pixels[0, 0].tolist() == [9, 8, 7]


def test_heic_with_alpha() -> None:
    image = astronaut().copy()
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    photo = load(file_of(image, "HEIF", quality=95))
    assert photo.alpha is not None
    assert difference(photo.alpha, image.getchannel("A")) < 3


def test_deep_is_read_by_the_bits_that_are_used() -> None:
    image = Image.fromarray(np.array([[0, 1023, 2047]], np.uint16))
    assert shown(image, Deep(bits=11)) == [0, 127, 255]
    assert shown(image, Deep(bits=11, inverted=True)) == [255, 128, 0]
