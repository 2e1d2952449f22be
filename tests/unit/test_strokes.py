"""Strokes over a matte: their order, their bounds, and the brush that grows to the real edge."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipelines.cutout import Cutout
from pipelines.matting.strokes import coverage, painted
from pipelines.photo import Matte8, Photo
from pipelines.recipe import Recipe, Stroke
from pipelines.touch_up import touched_up
from tests.scenes import Scene, ball
from tests.unit.fakes import fake_service

GREY = Photo(np.full((60, 80, 3), 90, np.uint8))
ACROSS = ((0.25, 0.5), (0.75, 0.5))


def plain(mode: str, **fields: object) -> Stroke:
    return Stroke.model_validate({"mode": mode, "points": ACROSS, "size": 0.2, "hardness": 1, **fields})


def even(value: int) -> Matte8:
    return np.full((60, 80), value, np.uint8)


def test_no_strokes_change_nothing() -> None:
    matte = even(40)
    assert painted(GREY, matte, ()) is matte


def test_keep_and_erase() -> None:
    kept, erased = painted(GREY, even(0), [plain("keep")]), painted(GREY, even(255), [plain("erase")])
    assert (kept[30, 40], erased[30, 40], kept[5, 5], erased[5, 5]) == (255, 0, 0, 255)
    assert (kept == coverage(plain("keep"), (60, 80))).all()
    assert (erased == 255 - kept).all()


def test_the_given_matte_stays_as_it_was() -> None:
    matte = even(0)
    painted(GREY, matte, [plain("keep")])
    assert not matte.any()


def test_the_last_stroke_lies_on_top() -> None:
    both = [plain("keep"), plain("erase")]
    assert painted(GREY, even(0), both)[30, 40] == 0
    assert painted(GREY, even(0), both[::-1])[30, 40] == 255


def test_soft_strokes_add_up() -> None:
    soft = plain("keep", hardness=0)
    once, twice = painted(GREY, even(0), [soft]), painted(GREY, even(0), [soft, soft])
    assert (twice >= once).all()
    assert (twice > once).any()


def test_keeping_never_reaches_beyond_the_photos_own_transparency() -> None:
    alpha = even(0)
    alpha[:, :40] = 130
    result = painted(Photo(GREY.pixels, alpha=alpha), even(0), [plain("keep"), plain("keep", smart=True)])
    assert result.max() == 130
    assert not result[:, 40:].any()


def error(matte: Matte8, scene: Scene) -> float:
    return float(np.abs(matte.astype(int) - scene.matte).mean())


def lost(scene: Scene) -> Matte8:
    """The scene's matte with the subject's right quarter missing."""
    matte = scene.matte.copy()
    matte[:, 405:] = 0
    return matte


def spilled(scene: Scene) -> Matte8:
    """The scene's matte with a piece of background taken for subject."""
    matte = scene.matte.copy()
    cv2.rectangle(matte, (430, 190), (530, 290), 255, -1)
    return matte


@pytest.mark.parametrize(
    ("wrong", "stroke"),
    [
        (lost, {"mode": "keep", "points": [(0.68, 0.4), (0.70, 0.5), (0.68, 0.6)], "size": 0.06}),
        (spilled, {"mode": "erase", "points": [(0.79, 0.42), (0.79, 0.58)], "size": 0.06}),
    ],
)
def test_a_smart_stroke_finds_the_edge(wrong: object, stroke: dict[str, object]) -> None:
    assert callable(wrong)
    scene = ball()
    matte, photo = wrong(scene), Photo(scene.pixels)
    by_hand, smart = (
        painted(photo, matte, [Stroke.model_validate({**stroke, "smart": grows})]) for grows in (False, True)
    )
    assert error(smart, scene) < error(matte, scene) / 5
    assert error(smart, scene) < error(by_hand, scene) / 2


def test_a_smart_stroke_looks_the_same_at_any_size() -> None:
    small, large = ball(640, 480), ball(1600, 1200)
    stroke = Stroke(mode="keep", points=((0.68, 0.4), (0.68, 0.6)), size=0.06, smart=True)
    first = painted(Photo(small.pixels), np.zeros_like(small.matte), [stroke])
    second = painted(Photo(large.pixels), np.zeros_like(large.matte), [stroke])
    shrunk = cv2.resize(second, (640, 480), interpolation=cv2.INTER_AREA)
    union = np.count_nonzero((first > 127) | (shrunk > 127))
    assert np.count_nonzero((first > 127) & (shrunk > 127)) > 0.9 * union


@pytest.mark.parametrize("mode", ["keep", "erase"])
def test_a_smart_stroke_goes_one_way_and_not_far(mode: str) -> None:
    scene = ball()
    matte = np.where(scene.matte > 127, np.uint8(200), np.uint8(60))
    stroke = Stroke.model_validate({"mode": mode, "points": [(0.7, 0.5)], "size": 0.05, "smart": True})
    result = painted(Photo(scene.pixels), matte, [stroke])
    change = result.astype(int) - matte
    assert (change >= 0).all() if mode == "keep" else (change <= 0).all()
    y, x = np.nonzero(change)
    assert np.hypot(x + 0.5 - 448, y + 0.5 - 240).max() < 3.5 * 16


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 3)])
@pytest.mark.parametrize("smart", [True, False])
def test_tiny_photos(shape: tuple[int, int], smart: bool) -> None:
    photo = Photo(np.zeros((*shape, 3), np.uint8))
    stroke = Stroke(mode="keep", points=((0, 0), (1, 1)), size=0.5, smart=smart)
    assert painted(photo, np.zeros(shape, np.uint8), [stroke]).shape == shape


def cut(tmp_path: Path, **fields: object) -> Cutout:
    """A bright square on black, which the made-up network takes for the subject."""
    pixels = np.zeros((240, 320, 3), np.uint8)
    pixels[60:180, 100:220] = (255, 240, 200)
    return fake_service(tmp_path).service.cut(pixels, Recipe().changed(model="u2netp", **fields))


STROKES = [
    {"mode": "keep", "points": [(0.1, 0.1), (0.3, 0.1)], "size": 0.08},
    {"mode": "erase", "points": [(0.5, 0.5)], "size": 0.2, "hardness": 0.2},
    {"mode": "keep", "points": [(0.9, 0.9)], "size": 0.1, "smart": True},
]


def test_a_recipes_strokes_are_painted(tmp_path: Path) -> None:
    before, after = cut(tmp_path), cut(tmp_path, strokes=STROKES[:1])
    assert (after.matte == painted(before.photo, before.matte, after.recipe.strokes)).all()
    assert after.matte[24, 64] == 255
    assert after.confidence.score == before.confidence.score


def test_touching_up_gives_what_cutting_gives(tmp_path: Path) -> None:
    before, after = cut(tmp_path), cut(tmp_path, strokes=STROKES)
    strokes = after.recipe.strokes
    stepwise = touched_up(touched_up(before, strokes[:1]), strokes[1:])
    assert (stepwise.matte == after.matte).all()
    assert (stepwise.box, stepwise.recipe.strokes) == (after.box, strokes)
    shown = after.matte > 127
    assert np.abs(stepwise.foreground[shown].astype(int) - after.foreground[shown]).mean() < 1


def test_a_stroke_that_changes_nothing_costs_nothing(tmp_path: Path) -> None:
    before = cut(tmp_path)
    again = touched_up(before, [plain("erase", points=((0.02, 0.05),), size=0.02)])
    assert again.foreground is before.foreground
    assert len(again.recipe.strokes) == 1
