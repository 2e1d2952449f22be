"""The blurred original: no trace of the subject, no edge of the photo, and lights as discs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.compose.blurring import filled, out_of_focus, softened, through_a_lens
from pipelines.compose.framing import Placement
from pipelines.photo import Photo
from pipelines.recipe import BlurBackdrop
from pipelines.recipe.backdrops import BlurShape

SHAPES: list[BlurShape] = ["gaussian", "disc"]
side = st.integers(1, 60)


def blurred(
    pixels: np.ndarray,
    matte: np.ndarray,
    shape: BlurShape,
    radius: float = 0.03,
    place: Placement | None = None,
) -> np.ndarray:
    photo = Photo(pixels)
    wanted = BlurBackdrop(radius=radius, shape=shape)
    return out_of_focus(wanted, photo, matte, place or Placement(photo.size))


@pytest.fixture
def bright_on_dark() -> tuple[np.ndarray, np.ndarray]:
    """A white disc whose light spills a little on a dark green ground: a soft edge and a glow."""
    y, x = np.mgrid[:600, :900]
    matte = np.clip((180 - np.hypot(x - 450, y - 300)) / 6 + 0.5, 0, 1).astype(np.float32)
    ground = np.full((600, 900, 3), (12, 26, 14), np.float32)
    ground += cv2.GaussianBlur(matte, (0, 0), 3)[..., None] * 30
    pixels = ground * (1 - matte[..., None]) + 255 * matte[..., None]
    return np.rint(np.minimum(pixels, 255)).astype(np.uint8), np.rint(matte * 255).astype(np.uint8)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("radius", [0.005, 0.03, 0.15])
def test_a_bright_subject_leaves_no_halo(
    bright_on_dark: tuple[np.ndarray, np.ndarray], shape: BlurShape, radius: float
) -> None:
    result = blurred(*bright_on_dark, shape, radius)
    assert result.shape == (600, 900, 3)
    assert np.abs(result.astype(int) - (12, 26, 14)).max() <= 4


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("value", [0, 255])
def test_a_photo_that_is_all_or_nothing_subject(value: int, shape: BlurShape) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    result = blurred(pixels, np.full((40, 50), value, np.uint8), shape)
    assert result.shape == pixels.shape
    assert 80 < result.mean() < 220


@pytest.mark.parametrize("shape", SHAPES)
def test_blurring_smooths(shape: BlurShape) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)
    assert blurred(noise, np.zeros((200, 200), np.uint8), shape).std() < noise.std() / 5


@given(side, side, st.sampled_from(SHAPES), st.floats(0.001, 0.2))
def test_what_is_even_stays_so_at_any_size(height: int, width: int, shape: BlurShape, radius: float) -> None:
    pixels = np.full((height, width, 3), (90, 160, 250), np.uint8)
    result = blurred(pixels, np.zeros((height, width), np.uint8), shape, radius)
    assert np.abs(result.astype(int) - pixels).max() <= 1


@pytest.mark.parametrize("shape", SHAPES)
def test_it_fills_a_canvas_that_the_photo_does_not(shape: BlurShape) -> None:
    pixels = np.full((100, 100, 3), (60, 90, 200), np.uint8)
    place = Placement((300, 200), ((0.5, 0, 120), (0, 0.5, 70)))
    result = blurred(pixels, np.zeros((100, 100), np.uint8), shape, place=place)
    assert result.shape == (200, 300, 3)
    assert np.abs(result.astype(int) - (60, 90, 200)).max() <= 2


@pytest.mark.parametrize("shape", SHAPES)
def test_a_preview_is_the_full_size_made_smaller(shape: BlurShape) -> None:
    spots = np.random.default_rng(3).integers(0, 256, (90, 150, 3), np.uint8)
    pixels = np.asarray(cv2.resize(spots, (1500, 900), interpolation=cv2.INTER_CUBIC), np.uint8)
    matte = np.zeros((900, 1500), np.uint8)
    matte[300:700, 500:900] = 255
    full = blurred(pixels, matte, shape)
    small, cover = (cv2.resize(one, (500, 300), interpolation=cv2.INTER_AREA) for one in (pixels, matte))
    preview = blurred(np.asarray(small, np.uint8), np.asarray(cover, np.uint8), shape)
    difference = np.abs(cv2.resize(full, (500, 300), interpolation=cv2.INTER_AREA).astype(int) - preview)
    assert difference.mean() < 2


def test_a_light_becomes_a_disc() -> None:
    light = np.full((121, 121, 3), 0.02, np.float32)
    light[59:62, 59:62] = 1
    result = through_a_lens(light, 20)
    y, x = np.mgrid[:121, :121]
    away = np.hypot(x - 60, y - 60)
    inside, outside = result[away < 17][:, 0], result[away > 24][:, 0]
    assert inside.min() > 2 * outside.max()  # it stands out
    assert inside.max() < 1.3 * inside.min()  # and is evenly lit
    assert np.allclose(outside, 0.02, atol=1e-4)


def test_a_lens_makes_nothing_brighter_than_it_was() -> None:
    light = np.random.default_rng(4).random((80, 90, 3)).astype(np.float32)
    result = through_a_lens(light, 7)
    assert result.max() <= light.max() + 1e-5
    assert result.min() >= light.min() - 1e-5


def test_gaps_are_filled_from_around() -> None:
    light = np.zeros((64, 64, 3), np.float32)
    light[:, :20], light[:, 44:] = 0.2, 0.6
    known = np.ones((64, 64), np.float32)
    known[:, 20:44] = 0
    middle = filled(light, known)[32, 20:44, 0]
    assert middle.min() >= 0.2 - 1e-5
    assert middle.max() <= 0.6 + 1e-5
    assert (np.diff(middle) >= -0.02).all()
    assert (filled(light, np.ones((64, 64), np.float32)) == light).all()


def test_a_large_picture_is_softened_in_bands_that_do_not_show() -> None:
    pixels = np.random.default_rng(6).integers(0, 256, (1200, 40, 3), np.uint8)
    whole, part = softened(pixels, 2.5), softened(pixels[256:768], 2.5)
    assert np.abs(whole[300:700].astype(int) - part[44:444]).max() <= 1


def test_softening_by_nothing_changes_nothing() -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (30, 40, 3), np.uint8)
    assert (softened(pixels, 0) == pixels).all()
