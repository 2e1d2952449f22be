"""Colours, pictures and blurred originals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.compose.backdrop import blurred, fitted, solid
from pipelines.recipe import Fit

side = st.integers(1, 60)


def test_solid_is_one_colour() -> None:
    layer = solid((3, 4), (1, 2, 3))
    assert layer.shape == (3, 4, 3)
    assert (layer == (1, 2, 3)).all()


@given(side, side, side, side, st.sampled_from(["cover", "contain"]))
def test_a_picture_always_fills_the_canvas(h: int, w: int, height: int, width: int, fit: Fit) -> None:
    layer = fitted(np.full((h, w, 3), 88, np.uint8), (height, width), fit)
    assert layer.shape[:2] == (height, width)
    shown = layer if layer.shape[2] == 3 else layer[layer[..., 3] == 255][:, :3]
    assert shown.size
    assert (shown == 88).all()


def test_cover_cuts_off_evenly() -> None:
    picture = np.zeros((10, 30, 3), np.uint8)
    picture[:, 10:20] = 200
    assert (fitted(picture, (20, 20), "cover") == 200).all()


def test_contain_shows_all_and_leaves_the_rest_transparent() -> None:
    layer = fitted(np.full((10, 20, 3), 200, np.uint8), (20, 20), "contain")
    assert (layer[5:15, :, 3] == 255).all()
    assert not layer[:5].any()
    assert not layer[15:].any()


def test_the_subject_does_not_bleed_into_the_blur() -> None:
    pixels = np.full((120, 160, 3), (20, 60, 20), np.uint8)
    pixels[30:90, 50:110] = (255, 0, 0)
    matte = np.zeros((120, 160), np.uint8)
    matte[30:90, 50:110] = 255
    result = blurred(pixels, matte, 0.05)
    assert np.abs(result.astype(int) - (20, 60, 20)).max() <= 2


@pytest.mark.parametrize("value", [0, 255])
def test_a_photo_that_is_all_or_nothing_subject(value: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    result = blurred(pixels, np.full((40, 50), value, np.uint8), 0.05)
    assert result.shape == pixels.shape


def test_blurring_smooths() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)
    assert blurred(noise, np.zeros((200, 200), np.uint8), 0.03).std() < noise.std() / 5


@given(side, side)
def test_any_size_can_be_blurred(height: int, width: int) -> None:
    pixels = np.full((height, width, 3), 90, np.uint8)
    assert np.abs(blurred(pixels, np.zeros((height, width), np.uint8), 0.1).astype(int) - 90).max() <= 1
