"""Colour profiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from pipelines import colour
from tests.unit.pictures_made import adobe_rgb, astronaut, difference, grey_profile, hp_srgb, lab_of

PIXELS = np.asarray(astronaut())


def one(*rgb: int) -> NDArray[np.uint8]:
    return np.array([[rgb]], np.uint8)


@pytest.mark.parametrize("convert", [colour.to_srgb, colour.from_srgb])
@pytest.mark.parametrize("icc", [None, b"", b"junk" * 99, hp_srgb(), grey_profile(2.2)])
def test_without_a_use_the_pixels_are_the_very_same(convert: object, icc: bytes | None) -> None:
    assert callable(convert)
    assert convert(PIXELS, icc) is PIXELS


def by_definition(rgb: tuple[int, int, int]) -> NDArray[np.float64]:
    """Adobe RGB to sRGB from the definitions alone: Adobe RGB (1998), 4.3.4, and IEC 61966-2-1."""
    adobe = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    srgb = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    light = np.linalg.inv(srgb) @ np.array(adobe) @ (np.array(rgb) / 255) ** (563 / 256)
    return encoded(np.clip(light, 0, 1))


def encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light to sRGB values, 0..255."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_adobe_rgb_is_converted_as_the_standards_say(rgb: tuple[int, int, int]) -> None:
    found = colour.to_srgb(one(*rgb), adobe_rgb())[0, 0]
    assert np.abs(found - by_definition(rgb)).max() <= 3


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_srgb_colours_survive_the_way_there_and_back(rgb: tuple[int, int, int]) -> None:
    back = colour.to_srgb(colour.from_srgb(one(*rgb), adobe_rgb()), adobe_rgb())[0, 0]
    # in light, since the darkest steps of 8 bits are far apart beside a bright channel
    assert np.abs((back / 255) ** 2.2 - (np.array(rgb) / 255) ** 2.2).max() <= 0.02


@given(st.integers(0, 255))
def test_greys_stay_grey(value: int) -> None:
    there = colour.from_srgb(one(value, value, value), adobe_rgb())[0, 0].astype(int)
    assert there.max() - there.min() <= 1


def test_strips_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = colour.to_srgb(PIXELS, adobe_rgb())
    monkeypatch.setattr(colour, "_STRIP", 203 * 7)
    assert (colour.to_srgb(PIXELS, adobe_rgb()) == whole).all()


def test_only_profiles_that_convert_both_ways_are_kept() -> None:
    assert colour.working_profile(adobe_rgb()) == adobe_rgb()
    for icc in (None, b"", b"junk", adobe_rgb()[:400], grey_profile(1.8)):
        assert colour.working_profile(icc) is None


def test_grey_without_a_grey_profile_keeps_its_tones() -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for icc in (None, b"junk", adobe_rgb()):
        assert (colour.grey_to_srgb(grey, icc) == grey[..., None]).all()


def test_a_linear_grey_profile_lifts_the_tones() -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    found = colour.grey_to_srgb(grey, grey_profile(1.0))
    assert np.abs(found - encoded(grey / 255)[..., None]).max() <= 1


def test_cmyk_without_a_profile_is_plain_arithmetic() -> None:
    image = Image.new("CMYK", (2, 2), (0, 128, 255, 51))
    assert np.abs(colour.image_to_srgb(image, None).astype(int) - (204, 102, 0)).max() <= 1


@pytest.mark.parametrize("icc", [None, b"junk", adobe_rgb()])
def test_lab_needs_no_profile(icc: bytes | None) -> None:
    assert difference(colour.image_to_srgb(lab_of(astronaut()), icc), astronaut()) < 2
