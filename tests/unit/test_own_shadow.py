"""The photo's own shadow, recovered."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipelines.compose.framing import Placement
from pipelines.compose.own_shadow import own_shadow
from pipelines.compose.shadow import veils
from pipelines.compose.subject import Subject, subject_box
from pipelines.photo import Photo
from pipelines.recipe import OwnShadow
from tests.figures import ground_of

HIGH, WIDE = 400, 600


def ground(noise: float = 1.5) -> np.ndarray:
    """A sweep that gets darker to the left and to the back, with a little grain."""
    y, x = np.mgrid[0:HIGH, 0:WIDE] / (HIGH, WIDE)[0]
    light = 170 + 30 * y + 15 * x
    grain = np.random.default_rng(3).normal(0, noise, (HIGH, WIDE))
    return np.repeat((light + grain)[..., None], 3, axis=2)


def blot(middle: tuple[int, int], axes: tuple[int, int], strength: float) -> np.ndarray:
    """By which share a soft ellipse is darker: HxW."""
    plane = np.zeros((HIGH, WIDE), np.float64)
    cv2.ellipse(plane, middle, axes, 0, 0, 360, 1, -1)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), 8)) * strength


def photo_of(light: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A red box that stands on the ground: the photo and its matte."""
    matte = np.zeros((HIGH, WIDE), np.uint8)
    matte[120:300, 240:360] = 255
    light = np.where(matte[..., None] > 0, (200, 30, 30), light)
    return np.clip(np.rint(light), 0, 255).astype(np.uint8), matte


def recovered(light: np.ndarray) -> np.ndarray:
    """What is found, by pixel of the photo."""
    pixels, matte = photo_of(light)
    box = subject_box(matte)
    assert box
    where = ground_of(Subject(pixels, matte, box))
    patch, darker = own_shadow(pixels, matte, where, fade=False)
    plane = np.zeros((HIGH, WIDE), np.float64)
    found = patch.enlarged(darker)
    plane[patch.box.top : patch.box.bottom, patch.box.left : patch.box.right] = found / 255
    return plane


def test_a_shadow_is_found_as_dark_as_it_is() -> None:
    truth = blot((370, 300), (90, 22), 0.5)
    found = recovered(ground() * (1 - truth[..., None]))
    beside = np.s_[285:315, 370:425]
    assert found[beside].mean() == pytest.approx(truth[beside].mean(), abs=0.07)
    assert found[40:150].max() == 0  # nothing up the wall
    assert found[:, :150].max() < 0.02


def test_even_ground_has_no_shadow() -> None:
    assert recovered(ground()).max() < 0.02


@pytest.mark.parametrize("noise", [6.0, 20.0])
def test_grain_is_no_shadow(noise: float) -> None:
    assert recovered(ground(noise)).mean() < 0.01


def test_what_is_brighter_is_no_shadow() -> None:
    assert recovered(ground() * (1 + blot((370, 300), (90, 22), 0.25)[..., None])).max() < 0.03


def test_dark_things_apart_from_the_subject_are_no_shadow() -> None:
    assert recovered(ground() * (1 - blot((520, 330), (30, 20), 0.6)[..., None])).max() < 0.03


def test_things_of_another_colour_are_no_shadow() -> None:
    mat = blot((370, 300), (90, 22), 0.7)[..., None] * np.array([1.0, 0.1, 1.0])
    assert recovered(ground() * (1 - mat)).max() < 0.1


def test_it_goes_on_under_the_subject() -> None:
    found = recovered(ground() * (1 - blot((300, 300), (110, 25), 0.5)[..., None]))
    assert found[292:298, 260:340].min() > 0.2


def test_it_fades_at_the_photos_edges_where_the_canvas_is_larger() -> None:
    pixels, matte = (
        part[:340] for part in photo_of(ground() * (1 - blot((300, 330), (110, 45), 0.5)[..., None]))
    )
    matte = np.ascontiguousarray(matte)
    where = ground_of(Subject(pixels, matte, subject_box(matte)))
    sharp, faded = (own_shadow(pixels, matte, where, fade=fade)[1][-1].max() for fade in (False, True))
    assert sharp > 0.2
    assert faded < 0.1


def test_a_photo_without_ground() -> None:
    matte = np.full((40, 40), 255, np.uint8)
    box = subject_box(matte)
    assert box
    pixels = np.zeros((40, 40, 3), np.uint8)
    where = ground_of(Subject(pixels, matte, box))
    assert own_shadow(pixels, matte, where, fade=False)[1].max() == 0


def test_it_follows_the_photo_onto_the_canvas() -> None:
    pixels, matte = photo_of(ground() * (1 - blot((370, 300), (90, 22), 0.5)[..., None]))
    subject = Subject(pixels, matte, subject_box(matte))
    place = Placement((WIDE, HIGH), ((-1.0, 0.0, float(WIDE)), (0.0, 1.0, 0.0)))  # mirrored
    shown = Subject(pixels[:, ::-1], np.ascontiguousarray(matte[:, ::-1]), None)
    shown = Subject(shown.pixels, shown.matte, subject_box(shown.matte))
    (veil,) = veils([OwnShadow()], subject, shown, Photo(pixels), place)
    assert veil.alpha[300, WIDE - 400] > 60
    assert veil.alpha[300, 400] < 10
