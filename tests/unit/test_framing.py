"""Where a subject lies on its canvas: the rules of a Recipe's framing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.compose.focus import focus_of
from pipelines.compose.framing import Placement, placed
from pipelines.compose.planning import plan
from pipelines.compose.subject import Box, subject_box
from pipelines.recipe import Framing

WIDTH, HEIGHT = 600, 400
FREE = Box(200, 100, 320, 300)
"""A subject that no side cuts off: 120 wide, 200 high."""
STANDING = Box(200, 100, 320, 400)
"""One that the photo cuts off at the bottom."""


def matte_of(box: Box, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    matte = np.zeros((height, width), np.uint8)
    matte[box.top : box.bottom, box.left : box.right] = 255
    return matte


def framed(box: Box, **fields: Any) -> tuple[Placement, Box]:
    matte = matte_of(box)
    place = plan(Framing(**fields), (WIDTH, HEIGHT), focus_of(matte))
    shown = placed(matte, place)
    assert shown.shape == place.canvas[::-1]
    found = subject_box((shown >= 128).astype(np.uint8) * 255)  # an enlarged edge is as soft as it is large
    assert found is not None
    return place, found


@pytest.mark.parametrize(
    ("fields", "canvas", "box"),
    [
        ({}, (600, 400), FREE),
        ({"crop": "subject"}, (120, 200), (0, 0, 120, 200)),
        ({"crop": "subject", "margin": "10%"}, (144, 240), (12, 20, 132, 220)),
        ({"crop": "subject", "margin": "1px 2px 3px 4px"}, (126, 204), (4, 1, 124, 201)),
        ({"crop": "subject", "margin": "250px"}, (620, 700), (250, 250, 370, 450)),
        ({"crop": "subject", "ratio": "1:1", "margin": "10%"}, (240, 240), (60, 20, 180, 220)),
        ({"crop": "subject", "share": 0.5}, (240, 400), (60, 100, 180, 300)),
        ({"ratio": "1:1"}, (600, 600), (200, 200, 320, 400)),
        ({"ratio": "1:1", "share": 0.8}, (250, 250), (65, 25, 185, 225)),
        ({"ratio": "1:1", "share": 0.8, "align": "bottom"}, (250, 250), (65, 50, 185, 250)),
        ({"align": "top left"}, (600, 400), (0, 0, 120, 200)),
        ({"align": "0.25, 1"}, (600, 400), (120, 200, 240, 400)),
        ({"align": "photo"}, (600, 400), FREE),
        ({"share": 0.5, "align": "photo"}, (600, 400), FREE),
        ({"share": 1, "align": "left"}, (600, 400), (0, 0, 240, 400)),
        ({"max_megapixels": 0.06}, (300, 200), (100, 50, 160, 150)),
        ({"max_megapixels": 0.24}, (600, 400), FREE),
        ({"size": "300x300", "max_megapixels": 0.0225}, (150, 150), (50, 50, 80, 100)),
        ({"size": "300x300"}, (300, 300), (100, 100, 160, 200)),
        ({"size": "1200x800"}, (1200, 800), (400, 200, 640, 600)),
        ({"size": "480x480", "crop": "subject", "margin": "10%"}, (480, 480), (120, 40, 360, 440)),
        ({"size": "500x500", "share": 0.8}, (500, 500), (130, 50, 370, 450)),
        ({"straighten": 90}, (400, 600), (100, 200, 300, 320)),
        ({"straighten": 180}, (600, 400), (280, 100, 400, 300)),
        ({"flip": "horizontal"}, (600, 400), (280, 100, 400, 300)),
        ({"flip": "vertical", "crop": "subject", "margin": "0 0 10px 0"}, (120, 210), (0, 0, 120, 200)),
    ],
    ids=str,
)
def test_the_box_lies_where_it_was_asked_for(
    fields: dict[str, Any], canvas: tuple[int, int], box: Box
) -> None:
    place, found = framed(FREE, **fields)
    assert place.canvas == canvas
    assert np.abs(np.array(found) - box).max() <= 1


@pytest.mark.parametrize(
    "fields",
    [
        {"ratio": "1:1"},
        {"size": "500x500"},
        {"crop": "subject", "margin": "10%"},
        {"share": 0.5},
        {"share": 0.5, "align": "top"},
        {"size": "900x300", "crop": "subject"},
        {"straighten": 5},
        {"straighten": -3, "crop": "subject", "margin": "20px"},
        {"straighten": 2, "size": "300x300", "share": 0.7},
        {"flip": "horizontal", "ratio": "1:1"},
    ],
    ids=str,
)
def test_a_subject_cut_off_below_stands_on_the_canvas(fields: dict[str, Any]) -> None:
    matte = matte_of(STANDING)
    shown = placed(matte, plan(Framing(**fields), (WIDTH, HEIGHT), focus_of(matte)))
    reached = np.flatnonzero((shown >= 128).any(axis=0))
    solid = shown[-1, reached[2] : reached[-3]]
    assert solid.min() >= 250 if not fields.get("straighten") else (solid >= 250).mean() > 0.8


@pytest.mark.parametrize(("degrees", "side"), [(90, 0), (-90, -1)])
def test_a_cut_turns_with_the_photo(degrees: float, side: int) -> None:
    matte = matte_of(STANDING)
    shown = placed(matte, plan(Framing(straighten=degrees, ratio=1), (WIDTH, HEIGHT), focus_of(matte)))
    assert (shown[:, side] == 255).sum() == STANDING.right - STANDING.left


def test_without_snap_a_margin_is_a_margin() -> None:
    place, found = framed(STANDING, crop="subject", margin="30px", snap=False)
    assert (place.canvas, found) == ((180, 360), (30, 30, 150, 330))


@pytest.mark.parametrize("size", [(500, 500), (1600, 400), (300, 900)])
def test_a_subject_cut_off_on_both_sides_reaches_both(size: tuple[int, int]) -> None:
    belt = Box(0, 150, WIDTH, 250)
    place, found = framed(belt, size=size)
    assert (found.left, found.right) == (0, size[0])
    assert place.matrix[0][0] == pytest.approx(size[0] / WIDTH)


def test_a_photo_grows_no_more_than_it_may_and_the_canvas_stays() -> None:
    place, found = framed(FREE, size="5000x5000", share=0.9, max_upscale=2)
    assert place.canvas == (5000, 5000)
    assert found.right - found.left == pytest.approx(240, abs=2)
    assert found.left + found.right == pytest.approx(5000, abs=2)


def test_where_no_subject_is_found_the_photo_is_framed() -> None:
    empty = np.zeros((HEIGHT, WIDTH), np.uint8)
    assert focus_of(empty) is None
    place = plan(Framing(crop="subject", margin="10%", ratio=1), (WIDTH, HEIGHT), None)
    assert place == Placement((600, 600), ((1, 0, 0), (0, 1, 100)))


def test_a_touch_is_no_cut() -> None:
    matte = matte_of(FREE)
    matte[300:, 255:260] = 255  # a thread that hangs to the bottom
    focus = focus_of(matte)
    assert focus is not None
    assert focus.cuts == ()


def test_straightened_boxes_are_the_turned_subjects_own() -> None:
    matte = np.zeros((HEIGHT, WIDTH), np.uint8)
    rows, columns = np.ogrid[:HEIGHT, :WIDTH]
    matte[(rows - 200) ** 2 + (columns - 300) ** 2 <= 100**2] = 255  # a disc has the same box at any angle
    shown = placed(matte, plan(Framing(crop="subject", straighten=33), (WIDTH, HEIGHT), focus_of(matte)))
    assert np.abs(np.array(shown.shape) - 201).max() <= 2


boxes = st.tuples(st.integers(5, 300), st.integers(5, 200), st.integers(40, 250), st.integers(40, 150)).map(
    lambda values: Box(values[0], values[1], values[0] + values[2], values[1] + values[3])
)


@settings(max_examples=60, deadline=None)
@given(boxes, st.floats(0.1, 1), st.tuples(st.floats(0, 1), st.floats(0, 1)), st.integers(200, 900))
def test_share_and_place_are_met_within_a_pixel(
    box: Box, share: float, align: tuple[float, float], side: int
) -> None:
    place, found = framed(box, size=(side, 500), share=share, align=align, max_upscale=16)
    width, height = found.right - found.left, found.bottom - found.top
    scale = place.matrix[0][0]
    if scale < 16:
        asked, met = (share * side, width) if width / side > height / 500 else (share * 500, height)
        assert met == pytest.approx(asked, abs=2.01)  # each end within a pixel
    assert found.left == pytest.approx((side - width) * align[0], abs=1.51)
    assert found.top == pytest.approx((500 - height) * align[1], abs=1.51)


@settings(max_examples=60, deadline=None)
@given(boxes, st.sampled_from([0, 90, 180, -90]), st.sampled_from(["none", "horizontal", "vertical"]))
def test_right_angles_and_mirror_images_move_pixels_only(box: Box, degrees: float, flip: Any) -> None:
    framing = Framing(straighten=degrees, flip=flip)
    place = plan(framing, (WIDTH, HEIGHT), focus_of(matte_of(box)))
    picture = np.random.default_rng(box.left).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    turned = np.rot90(picture, -round(degrees / 90))
    if flip != "none":
        turned = turned[:, ::-1] if flip == "horizontal" else turned[::-1]
    assert (placed(picture, place) == turned).all()
    if flip != "none" and degrees == 0:
        assert (placed(placed(picture, place), place) == picture).all()


@pytest.mark.parametrize("fields", [{"size": "2000x1000"}, {"ratio": 1, "share": 0.8}, {"straighten": 7}])
def test_a_smaller_copy_is_placed_alike(fields: dict[str, Any]) -> None:
    full = plan(Framing(**fields), (WIDTH, HEIGHT), focus_of(matte_of(FREE)))
    small = focus_of(matte_of(Box(100, 50, 160, 150), 300, 200))
    assert small is not None
    copy = plan(Framing(**fields), (WIDTH, HEIGHT), small.scaled(2, 2)).of_copy(2, 2)
    assert copy.canvas == full.canvas
    corner = np.array([[a * 300 + b * 200 + x, a * 600 + b * 400 + x] for a, b, x in copy.matrix])
    whole = np.array([a * 600 + b * 400 + x for a, b, x in full.matrix])
    assert corner[:, 0] == pytest.approx(whole)
