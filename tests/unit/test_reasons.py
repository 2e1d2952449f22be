"""Why to look at a cutout, on scenes made for it."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.matting.reasons import SIDES, Scene, faint_sides, find_reasons

SHAPE = (96, 128)


def disc(x: float = 64, y: float = 48, radius: float = 20, softness: float = 1) -> np.ndarray:
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    distance = np.hypot(rows - y, columns - x)
    return np.asarray(np.clip((radius - distance) / softness + 0.5, 0, 1), np.float32)


def scene(matte: np.ndarray, pixels: np.ndarray | None = None, unrest: np.ndarray | None = None) -> Scene:
    shown = matte if pixels is None else pixels
    if shown.ndim == 2:
        shown = np.repeat((shown[..., None] * 220).astype(np.uint8), 3, axis=2)
    return Scene(
        matte, np.zeros_like(matte) if unrest is None else unrest, shown, doubtful=unrest is not None
    )


def texts(found: Scene) -> list[str]:
    return [reason.text for reason in find_reasons(found)]


def test_a_clear_subject_gives_no_reason() -> None:
    assert texts(scene(disc())) == []


@pytest.mark.parametrize(
    ("place", "side"), [((4, 48), "left"), ((124, 48), "right"), ((64, 4), "top"), ((64, 92), "bottom")]
)
def test_cut_off_at_each_side(place: tuple[float, float], side: str) -> None:
    assert texts(scene(disc(*place))) == [f"cut off at the {side}"]


def test_cut_off_at_more_than_one_side() -> None:
    assert texts(scene(disc(0, 96, 40))) == ["cut off at the left and bottom"]
    assert texts(scene(disc(radius=66))) == ["cut off on all sides"]


def test_touching_the_frame_in_a_point_is_not_cut_off() -> None:
    assert texts(scene(disc(y=20))) == []


@pytest.mark.parametrize(
    ("places", "said"),
    [((30, 98), "two subjects"), ((20, 64, 108), "three subjects"), ((14, 46, 80, 112), "several subjects")],
)
def test_subjects_are_counted(places: tuple[int, ...], said: str) -> None:
    assert texts(scene(np.maximum.reduce([disc(x, radius=12) for x in places]))) == [said]


def test_specks_are_no_subjects() -> None:
    assert texts(scene(np.maximum(disc(), disc(110, radius=3)))) == []


@pytest.mark.parametrize("side", SIDES)
def test_low_contrast_along_one_side(side: str) -> None:
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    backdrop = {
        "left": columns < 58,
        "right": columns > 70,
        "top": rows < 42,
        "bottom": rows > 54,
    }[side]
    grey = np.maximum(disc(), backdrop.astype(np.float32))
    assert texts(scene(disc(), grey)) == [f"low contrast along the {side} edge"]


def test_low_contrast_all_round() -> None:
    assert texts(scene(disc(), np.full((*SHAPE, 3), 90, np.uint8))) == ["low contrast along the edge"]


def test_sides_that_can_not_be_seen_are_not_judged() -> None:
    half = np.zeros(SHAPE, np.float32)
    half[:, :64] = 1
    assert set(faint_sides(half, np.zeros((*SHAPE, 3), np.uint8))) == {"right"}


def test_hair_and_blur() -> None:
    assert texts(scene(disc(radius=24, softness=20))) == ["a wide soft edge, as of hair, glass or blur"]


def test_nothing_was_taken_out() -> None:
    (reason,) = find_reasons(scene(np.ones(SHAPE, np.float32)))
    assert (reason.code, reason.ceiling) == ("all_kept", 0.5)


@pytest.mark.parametrize("matte", [np.zeros(SHAPE, np.float32), disc() * np.float32(0.05)])
def test_no_subject_says_nothing_else(matte: np.ndarray) -> None:
    (reason,) = find_reasons(scene(matte))
    assert (reason.code, reason.ceiling) == ("no_subject", 0)


@pytest.mark.parametrize(
    ("place", "side"), [((10, 48), "left"), ((118, 48), "right"), ((64, 8), "top"), ((64, 88), "bottom")]
)
def test_doubt_is_placed(place: tuple[float, float], side: str) -> None:
    (said,) = texts(scene(disc(), unrest=disc(*place, radius=6)))
    assert said == f"the networks disagree about the subject, most of all at the {side}"


def test_doubt_in_the_middle_has_no_place() -> None:
    assert texts(scene(disc(), unrest=disc(radius=6))) == ["the networks disagree about the subject"]
