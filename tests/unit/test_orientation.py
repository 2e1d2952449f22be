"""Which way up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from pipelines.orientation import exif_orientation, upright
from tests.unit.pictures_made import tiff_of

PIXELS = np.random.default_rng(1).integers(0, 256, (4, 6, 3), np.uint8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_turn_as_pillow_turns_them(orientation: int) -> None:
    image = Image.fromarray(PIXELS)
    image.getexif()[274] = orientation
    assert (upright(PIXELS, orientation) == np.asarray(ImageOps.exif_transpose(image))).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_grey_turns_like_colour(orientation: int) -> None:
    assert (upright(PIXELS[..., 0].copy(), orientation) == upright(PIXELS, orientation)[..., 0]).all()


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_is_read_with_and_without_its_prefix(prefix: bytes, orientation: int) -> None:
    assert exif_orientation(prefix + tiff_of({274: (3, orientation)})) == orientation


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_impossible_orientation_is_upright(value: int) -> None:
    assert exif_orientation(tiff_of({274: (3, value)})) == 1


@given(st.binary(max_size=60))
def test_damaged_exif_is_upright_or_one_of_eight(exif: bytes) -> None:
    assert 1 <= exif_orientation(b"Exif\0\0II*\0" + exif) <= 8
    assert exif_orientation(exif) in range(1, 9)
