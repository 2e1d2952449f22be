"""Feeding a network and reading its answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.models.catalogue import Decode, Preprocess
from pipelines.models.predict import network_input, read_output, resize, shrink
from pipelines.photo import Photo

IMAGENET = Preprocess(
    (8, 8), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), scale_by_max=True, decode="minmax"
)
finite = st.floats(-100, 100, width=32)


def test_input_is_normalised_per_channel() -> None:
    pixels = np.full((8, 8, 3), 255, np.uint8)
    tensor = network_input(pixels, IMAGENET)
    assert tensor.shape == (1, 3, 8, 8)
    assert tensor.dtype == np.float32
    expected = (1 - np.array(IMAGENET.mean)) / np.array(IMAGENET.std)
    np.testing.assert_allclose(tensor[0, :, 0, 0], expected, rtol=1e-5)


def test_dark_pictures_are_scaled_by_their_brightest_value() -> None:
    dark = np.full((8, 8, 3), 50, np.uint8)
    bright = np.full((8, 8, 3), 255, np.uint8)
    np.testing.assert_allclose(network_input(dark, IMAGENET), network_input(bright, IMAGENET), rtol=1e-5)


def test_a_black_picture_gives_finite_input() -> None:
    assert np.isfinite(network_input(np.zeros((8, 8, 3), np.uint8), IMAGENET)).all()


@given(
    npst.arrays(np.float32, (1, 1, 5, 7), elements=finite),
    st.sampled_from(["minmax", "sigmoid-minmax", "direct"]),
)
def test_any_output_becomes_a_matte(raw: np.ndarray, decode: Decode) -> None:
    matte = read_output(raw, decode)
    assert matte.shape == (5, 7)
    assert matte.dtype == np.float32
    assert np.isfinite(matte).all()
    assert matte.min() >= 0
    assert matte.max() <= 1


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, np.nan, np.inf])
def test_a_flat_or_broken_prediction_is_an_empty_matte(value: float) -> None:
    assert not read_output(np.full((1, 1, 4, 4), value, np.float32), "minmax").any()


def test_minmax_uses_the_whole_range() -> None:
    matte = read_output(np.linspace(-3, 5, 16, dtype=np.float32).reshape(1, 1, 4, 4), "minmax")
    assert (matte.min(), matte.max()) == (0, 1)


def test_hidden_colours_are_not_seen() -> None:
    pixels = np.full((8, 8, 3), 250, np.uint8)
    photo = Photo(pixels, alpha=np.zeros((8, 8), np.uint8))
    assert abs(shrink(photo, (4, 4)).astype(int) - 127).max() <= 1


def test_opaque_photos_are_only_resized() -> None:
    photo = Photo(np.full((8, 8, 3), 77, np.uint8))
    assert (shrink(photo, (4, 6)) == 77).all()
    assert shrink(photo, (4, 6)).shape == (4, 6, 3)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_resize_keeps_flat_pictures_flat(h: int, w: int, height: int, width: int) -> None:
    result = resize(np.full((h, w), 93, np.uint8), (height, width))
    assert result.shape == (height, width)
    assert (result == 93).all()
