"""Pixels on their canvas: exact where nothing is resampled, clean where it is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from pipelines.compose.composite import composite
from pipelines.compose.focus import focus_of
from pipelines.compose.framing import Placement, placed, placed_cutout
from pipelines.compose.planning import plan
from pipelines.recipe import Framing
from tests.scenes import ball


def scaled(canvas: tuple[int, int], scale: float, x: float = 0, y: float = 0) -> Placement:
    return Placement(canvas, ((scale, 0, x), (0, scale, y)))


def noise(height: int = 40, width: int = 60, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (height, width, channels), np.uint8)


def test_what_stays_is_the_same_array() -> None:
    picture = noise()
    assert placed(picture, Placement((60, 40))) is picture


def test_moves_are_copies_and_the_rest_is_nothing() -> None:
    picture = noise()
    shown = placed(picture, scaled((50, 70), 1, -20, 10))
    assert (shown[10:50, :40] == picture[:, 20:]).all()
    assert not shown[:10].any()
    assert not shown[50:].any()
    assert not shown[:, 40:].any()


def test_a_photo_beside_its_canvas_leaves_it_empty() -> None:
    for scale in (0.5, 1, 2):
        assert not placed(noise(), scaled((30, 30), scale, 500, 0)).any()
    assert not placed(noise(), Placement((30, 30), ((0.8, -0.6, 500), (0.6, 0.8, 0)))).any()


def test_a_cutout_only_moved_keeps_every_pixel() -> None:
    pixels, matte = noise(), noise(channels=1)[..., 0]
    shown, alpha = placed_cutout(pixels, matte, Placement((40, 60), ((0, -1, 40), (1, 0, 0))))
    assert (shown == np.rot90(pixels, -1)).all()
    assert (alpha == np.rot90(matte, -1)).all()


def test_reduction_is_by_area() -> None:
    stripes = np.zeros((400, 400), np.uint8)
    stripes[:, ::2] = 200
    for place in (scaled((100, 100), 0.25), Placement((100, 100), ((0.24, -0.07, 20), (0.07, 0.24, 5)))):
        inner = placed(stripes, place)[40:60, 40:60]
        assert np.abs(inner.astype(int) - 100).max() <= 2


@pytest.mark.parametrize("level", [90, 255])
@pytest.mark.parametrize("turn", [0, 0.3])
def test_an_enlarged_edge_does_not_ring(level: int, turn: float) -> None:
    matte = np.zeros((60, 60), np.uint8)
    matte[:, 30:] = level
    cos, sin = 4 * np.cos(turn), 4 * np.sin(turn)
    shown = placed(matte, Placement((240, 240), ((cos, -sin, 20), (sin, cos, -30))))
    assert shown.max() <= level
    if not turn:
        across = shown[100].astype(int)
        assert (np.diff(across) >= 0).all()
        assert set(across[:100]) <= {0}


def test_enlarged_colours_stay_smooth() -> None:
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
    shown = placed(ramp, scaled((256, 256), 4)).astype(int)
    ideal = np.clip((np.arange(256) + 0.5) / 4 - 0.5, 0, 63) * 255 / 63
    assert np.abs(shown[128] - ideal).max() <= 3


PLACES = {
    "reduced": scaled((100, 100), 0.25),
    "enlarged": scaled((900, 900), 2.25, 0.4, 0.4),
    "turned": Placement((400, 400), ((0.996, -0.087, 17), (0.087, 0.996, -16))),
    "turned and reduced": Placement((200, 200), ((0.498, -0.044, 9), (0.044, 0.498, -8))),
    "turned and enlarged": Placement((1200, 1200), ((2.99, -0.261, 50), (0.261, 2.99, -50))),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_the_old_background_does_not_bleed_into_the_edge(place: Placement) -> None:
    matte = np.zeros((400, 400), np.uint8)
    cv2.circle(matte, (200, 200), 120, 255, -1, cv2.LINE_AA)
    pixels = np.full((400, 400, 3), (0, 255, 0), np.uint8)  # a green screen
    pixels[matte > 0] = (200, 30, 40)
    shown, alpha = placed_cutout(pixels, matte, place)
    assert 0.2 < (alpha > 0).mean() < 0.4
    over = composite(shown, alpha, np.zeros_like(shown)).astype(int)
    assert np.abs(over - np.rint(alpha[..., None] / 255 * np.array([200, 30, 40]))).max() <= 2
    solid = shown[alpha > 60].astype(int)
    assert np.abs(solid - (200, 30, 40)).max() <= 8


def test_a_snapped_edge_does_not_fade() -> None:
    matte = np.zeros((50, 60), np.uint8)
    matte[20:, 20:40] = 255
    for fields in ({"size": (300, 300)}, {"size": (31, 31)}, {"size": (97, 61), "share": 0.7}):
        shown = placed(matte, plan(Framing(**fields), (60, 50), focus_of(matte)))
        middle = shown.shape[1] // 2
        assert shown[-1, middle] == 255


@pytest.mark.parametrize("degrees", [1, 12, 44, -170])
def test_turning_there_and_back_gives_the_photo_again(degrees: float) -> None:
    scene = ball(400, 300)
    angle = np.radians(degrees)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))

    def about_the_middle(sin: float) -> Placement:
        return Placement(
            (400, 300),
            ((cos, -sin, 200 - cos * 200 + sin * 150), (sin, cos, 150 - sin * 200 - cos * 150)),
        )

    back = placed(placed(scene.matte, about_the_middle(sin)), about_the_middle(-sin))
    assert np.abs(back.astype(int) - scene.matte)[60:-60, 90:-90].max() <= 12


def test_large_canvases_are_drawn_without_seams() -> None:
    y, x = np.mgrid[0:1300, 0:2300]
    smooth = ((x + y) * 255 / 3600).astype(np.uint8)
    place = plan(Framing(straighten=9), (2300, 1300), None)
    back = np.linalg.inv(np.array([*place.matrix, (0.0, 0.0, 1.0)]))
    shown = placed(smooth, place).astype(float)
    source = back @ np.stack([x.ravel() + 0.5, y.ravel() + 0.5, np.ones(x.size)])
    ideal = ((source[0] + source[1] - 1) * 255 / 3600).reshape(x.shape)
    assert np.abs(shown - ideal)[250:-250, 250:-250].max() <= 1.6


def test_every_size_of_odd_pictures() -> None:
    for width, height in ((1, 1), (1, 7), (5, 3)):
        for fields in (
            {"size": (9, 4)},
            {"ratio": 2},
            {"straighten": 31},
            {"crop": "subject", "size": (1, 1)},
        ):
            framing: Any = Framing(**fields)
            matte = np.full((height, width), 255, np.uint8)
            place = plan(framing, (width, height), focus_of(matte))
            pixels, alpha = placed_cutout(np.zeros((height, width, 3), np.uint8), matte, place)
            assert pixels.shape[:2] == alpha.shape == place.canvas[::-1]
