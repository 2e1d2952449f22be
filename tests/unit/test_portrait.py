"""Framing by a head, with faces whose place is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.compose.planning import turned
from pipelines.compose.portrait import HeadShown, plan
from pipelines.errors import FaceNotFound, RecipeError, SeveralFaces
from pipelines.faces.face import Face, only_face, within_region
from pipelines.faces.head import head_of
from pipelines.photo import Matte8, Photo
from pipelines.recipe import Framing, Portrait, Recipe
from tests.unit.fakes import fake_service

SIZE = (600, 800)
FACE = Face(0.4, 0.25, 0.2, 0.225, ((0.45, 0.34), (0.55, 0.34)), ((0.46, 0.42), (0.54, 0.42)), 0.9)
"""Eyes at 272, mouth at 336: the chin is near 383. The box ends at 380."""
CROWN = 140


def bust(crown: int = CROWN, scale: float = 1) -> Matte8:
    """A head, hair and shoulders that reach the photo's lower edge."""
    matte = np.zeros((800, 600), np.uint8)
    cv2.ellipse(matte, (300, (crown + 385) // 2), (85, (385 - crown) // 2), 0, 0, 360, 255, -1)
    cv2.rectangle(matte, (100, 460), (500, 800), 255, -1)
    cv2.rectangle(matte, (260, 360), (340, 470), 255, -1)
    if scale != 1:
        matte = np.asarray(
            cv2.resize(matte, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    return matte


def framed(portrait: Portrait, face: Face = FACE, **framing: object) -> tuple[np.ndarray, HeadShown]:
    place, head = plan(portrait, Framing(size=(826, 1062), max_upscale=16, **framing), SIZE, face, bust())
    return np.array(place.matrix), head


def test_a_head_is_measured_from_chin_to_hair() -> None:
    turn, _ = turned(Framing(), SIZE)
    for scale in (1.0, 0.5):
        head = head_of(FACE, bust(scale=scale), SIZE, turn)
        assert head.crown == pytest.approx(CROWN, abs=4)
        assert head.chin == pytest.approx(382, abs=4)
        assert (head.eyes, head.middle) == pytest.approx((272, 300))
        assert not head.cut


def test_a_stray_hair_is_no_crown_and_a_raised_hand_neither() -> None:
    turn, _ = turned(Framing(), SIZE)
    matte = bust()
    matte[20:200, 299:302] = 255
    matte[20:400, 450:520] = 255
    assert head_of(FACE, matte, SIZE, turn).crown == pytest.approx(CROWN, abs=4)


def test_without_a_matte_the_crown_is_guessed() -> None:
    turn, _ = turned(Framing(), SIZE)
    head = head_of(FACE, None, SIZE, turn)
    assert head.crown == pytest.approx(272 - 1.05 * (head.chin - 272), abs=1)
    tower = np.zeros((800, 600), np.uint8)
    tower[:, 250:350] = 255  # no head reaches so far above the eyes
    assert head_of(FACE, tower, SIZE, turn).crown == pytest.approx(head.crown)


def test_a_head_at_the_photos_edge_is_cut() -> None:
    turn, _ = turned(Framing(), SIZE)
    matte = np.vstack([bust(60)[70:], np.full((70, 600), 255, np.uint8)])
    higher = replace(
        FACE, top=0.1625, eyes=((0.45, 0.2525), (0.55, 0.2525)), mouth=((0.46, 0.3325), (0.54, 0.3325))
    )
    assert head_of(higher, matte, SIZE, turn).cut


@settings(max_examples=25)
@given(head=st.floats(0.4, 0.8), eyes=st.floats(0.45, 0.65))
def test_head_and_eyes_are_where_they_are_wanted(head: float, eyes: float) -> None:
    _, shown = framed(Portrait(head=head, eyes=eyes))
    assert shown.height == pytest.approx(head)
    assert shown.crown > 0.0149
    if shown.crown > 0.016:
        assert 1 - shown.eyes == pytest.approx(eyes)
    else:  # the eye line gives way before the crown leaves the canvas
        assert 1 - shown.eyes < eyes + 1e-9


def test_room_above_the_head() -> None:
    assert framed(Portrait(head=0.7, top=0.1))[1].crown == pytest.approx(0.1)
    assert framed(Portrait(head=0.7))[1].crown == pytest.approx(0.12)


def test_the_head_is_in_the_middle_unless_moved() -> None:
    matrix, _ = framed(Portrait(head=0.7))
    assert matrix @ (300, 272, 1) == pytest.approx((413, 1062 * framed(Portrait(head=0.7))[1].eyes))
    moved, shown = framed(Portrait(head=0.7, offset=(0.1, -0.05)))
    assert moved[:, 2] - matrix[:, 2] == pytest.approx((82.6, -53.1))
    assert shown.middle == pytest.approx(0.6)
    assert framed(Portrait(head=0.7, zoom=1.2))[1].height == pytest.approx(0.84)


@pytest.mark.parametrize("lean", [-12.0, 7.0])
def test_a_leaning_head_is_turned_upright(lean: float) -> None:
    face = replace(FACE, lean=lean)
    matrix, _ = framed(Portrait(head=0.7), face)
    assert np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])) == pytest.approx(-lean)
    matrix, _ = framed(Portrait(head=0.7, straighten=False), face)
    assert matrix[1, 0] == 0
    matrix, _ = framed(Portrait(head=0.7), face, flip="horizontal")
    assert matrix[0, 0] < 0


def test_one_person_and_a_picture_on_the_wall() -> None:
    small = Face(0.1, 0.1, 0.05, 0.06, FACE.eyes, FACE.mouth, 0.9)
    assert only_face([FACE, small]) is FACE
    with pytest.raises(FaceNotFound, match="one face from the front"):
        only_face([])
    with pytest.raises(SeveralFaces, match="2 faces"):
        only_face([FACE, FACE])
    assert within_region([FACE, small], (0.3, 0.2, 1, 1)) == [FACE]


def test_a_portrait_needs_a_canvas_and_one_hold() -> None:
    with pytest.raises(RecipeError, match="needs a canvas"):
        Recipe().changed(portrait={})
    with pytest.raises(RecipeError, match="not by both"):
        Recipe().changed(portrait={"eyes": 0.5, "top": 0.1}, framing={"size": "100x100"})


def test_previews_and_results_are_framed_alike(tmp_path: Path) -> None:
    """The face is looked for once, in whatever copy comes first."""
    service = fake_service(tmp_path).service
    asked: list[str] = []

    def find(photo: Photo) -> tuple[Face, ...]:
        asked.append(photo.digest)
        return (FACE,)

    service.faces = find  # type: ignore[assignment]
    pixels = np.repeat(bust()[..., None], 3, axis=2)
    recipe = Recipe(model="u2netp").changed(portrait={"head": 0.7}, framing={"size": "413x531"})
    cutout = service.cut(pixels, recipe)
    assert cutout.render().shape[:2] == (531, 413)
    whole, half = np.array(cutout.placement().matrix), np.array(cutout.placement(266).matrix)
    assert half == pytest.approx(whole * 266 / 531, abs=0.5)
    assert asked
