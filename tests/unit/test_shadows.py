"""Drop, contact, cast and car shadows, and reflections."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.compose.composite import Veil
from pipelines.compose.framing import Placement
from pipelines.compose.shadow import veils
from pipelines.compose.subject import Subject, subject_box
from pipelines.photo import Photo
from pipelines.recipe import (
    CarShadow,
    CastShadow,
    ContactShadow,
    DropShadow,
    OwnShadow,
    Reflection,
    Shadow,
)
from tests.figures import TABLE, drawn

EVERY: list[Shadow] = [DropShadow(), ContactShadow(), CastShadow(), CarShadow(), Reflection(), OwnShadow()]


def thrown(subject: Subject, *shadows: Shadow) -> list[Veil]:
    height, width = subject.size
    photo = Photo(subject.pixels)
    return list(veils(shadows, subject, subject, photo, Placement((width, height))))


def dark(subject: Subject, shadow: Shadow) -> np.ndarray:
    """The alpha of a shadow on its canvas."""
    plane = np.zeros(subject.size, np.uint8)
    for veil in thrown(subject, shadow):
        left, top = veil.at
        part = plane[top : top + veil.alpha.shape[0], left : left + veil.alpha.shape[1]]
        np.maximum(part, veil.alpha, out=part)
    return plane


def middle(plane: np.ndarray) -> tuple[float, float]:
    """The centre of gravity: x, y."""
    y, x = np.mgrid[: plane.shape[0], : plane.shape[1]]
    return float((x * plane).sum() / plane.sum()), float((y * plane).sum() / plane.sum())


def test_a_drop_shadow_is_the_shape_moved() -> None:
    table = drawn(TABLE)
    moved = dark(table, DropShadow(offset=(0.1, 0.05), softness=0, opacity=1))
    assert (np.roll(table.matte, (8, 16), axis=(0, 1)) == moved).all()


def test_a_drop_shadow_goes_on_where_the_canvas_cuts_the_subject_off() -> None:
    bust = drawn(((100, 100, 300, 300),))
    moved = dark(bust, DropShadow(offset=(0, -0.2), softness=0, opacity=1))
    assert (moved[250:, 150:250] == 255).all()


def test_opacity_and_softness_of_a_drop_shadow() -> None:
    soft = dark(drawn(TABLE), DropShadow(offset=(0, 0), softness=0.1, opacity=0.5))
    assert 80 < soft.max() <= 128
    assert soft[60, 200] > 10  # the blur reaches 20 pixels out


def test_a_contact_shadow_lies_under_each_foot() -> None:
    plane = dark(drawn(TABLE), ContactShadow())
    left, right = plane[:, 130], plane[:, 270]
    assert left[238:242].min() > 90
    assert right[226:230].min() > 90
    assert left[260] < 12  # it hugs the foot
    assert plane[236:250, 200].max() < 45  # hardly anything under the plate
    assert plane[:180].max() == 0


def test_no_contact_shadow_where_the_photo_cuts_off() -> None:
    plane = dark(drawn(((120, 80, 280, 140), (120, 140, 140, 300), (260, 140, 280, 280))), ContactShadow())
    assert plane[:, 110:150].max() < 8
    assert plane[280, 270] > 90
    assert thrown(drawn(((100, 100, 300, 300),)), ContactShadow(), CarShadow(), Reflection()) == []


@pytest.mark.parametrize(
    ("direction", "aside", "back"), [(60, 1, 1), (300, -1, 1), (120, 1, -1), (0, 0, 1), (180, 0, -1)]
)
def test_a_cast_shadow_falls_where_it_is_told(direction: float, aside: int, back: int) -> None:
    pole = drawn(((195, 60, 205, 200),))
    x, y = middle(dark(pole, CastShadow(direction=direction, fade=0)))
    assert np.sign(round((x - 200) / 8)) == aside
    assert np.sign(round((200 - y) / 4)) == back


def test_a_cast_shadow_begins_at_each_foot() -> None:
    plane = dark(drawn(TABLE), CastShadow(direction=300, length=1.5))
    assert plane[236:241, 124:130].max() > 60
    assert plane[224:229, 264:270].max() > 60


def test_a_cast_shadow_of_what_is_cut_off_begins_at_the_cut() -> None:
    plane = dark(drawn(((150, 100, 250, 300),)), CastShadow(direction=60))
    assert plane[297, 252:256].max() > 40
    assert plane[240:, 260:].max() > 40


def test_a_cast_shadow_softens_and_fades_with_the_distance() -> None:
    pole = drawn(((195, 40, 205, 260),), size=(300, 700))
    plane = dark(pole, CastShadow(direction=85, length=1.8, softness=0.05, fade=0.7)).astype(int)
    near, far = plane[:, 260], plane[:, 540]
    assert near.max() > 1.5 * far.max() > 0
    assert (far > far.max() / 2).sum() > 1.5 * (near > near.max() / 2).sum()


def test_a_car_shadow_is_darkest_at_the_wheels() -> None:
    matte = np.zeros((300, 500), np.uint8)
    cv2.rectangle(matte, (60, 110), (440, 200), 255, -1)
    for x in (130, 370):
        cv2.circle(matte, (x, 198), 32, 255, -1, cv2.LINE_AA)
    car = Subject(np.full((300, 500, 3), 90, np.uint8), matte, subject_box(matte))
    plane = dark(car, CarShadow())
    assert plane[233, 130] > plane[233, 250] > 60
    assert plane[205:225, 200:300].min() > 120  # under the floor
    assert plane[265].max() < 10
    assert plane[:100].max() == 0


def test_a_reflection_mirrors_each_leg_under_its_own_foot() -> None:
    (veil,) = thrown(drawn(TABLE), Reflection(length=1, softness=0, opacity=1))
    left, top = veil.at
    assert not isinstance(veil.color, tuple)
    for x, foot, colour in ((130, 240, (40, 180, 60)), (270, 228, (50, 60, 200))):
        assert veil.color[foot + 10 - top, x - left] == pytest.approx(np.array(colour), abs=6)
        assert veil.alpha[foot + 2 - top, x - left] > 200
        assert veil.alpha[foot - 4 - top : foot - 1 - top, x - left].max(initial=0) == 0
    assert veil.alpha[245 - top, 200 - left] == 0  # nothing is low down between the legs


def test_a_reflection_fades() -> None:
    (veil,) = thrown(drawn(((150, 50, 250, 200),)), Reflection(length=0.5, opacity=0.8))
    fall = veil.alpha[:, 50].astype(int)[2:]
    assert (np.diff(fall) <= 0).all()
    assert fall[0] > 180
    assert fall[-4:].max() < 5
    assert veil.alpha.shape[0] == pytest.approx(75, abs=4)


def test_a_reflection_softens_away_from_the_ground() -> None:
    stripes = drawn(((150, 50, 250, 200),))
    stripes.pixels[::4] = stripes.pixels[1::4] = 255
    (veil,) = thrown(stripes, Reflection(length=0.6, softness=0.03, opacity=1))
    assert not isinstance(veil.color, tuple)
    rows = veil.color[:, 50, 1].astype(int)
    assert np.abs(np.diff(rows[2:12])).max() > 60
    assert np.abs(np.diff(rows[70:])).max() < 20


@pytest.mark.parametrize("shadow", EVERY[:-1], ids=lambda one: one.kind)
def test_shadows_look_the_same_at_any_size(shadow: Shadow) -> None:
    small, large = dark(drawn(TABLE), shadow), dark(drawn(TABLE, scale=5), shadow)
    reduced = cv2.resize(large, (400, 300), interpolation=cv2.INTER_AREA)
    difference = np.abs(reduced.astype(int) - small)
    assert difference.mean() < 1.5
    assert np.percentile(difference, 99) < 30


@pytest.mark.parametrize("shadow", EVERY, ids=lambda one: one.kind)
def test_no_subject_throws_nothing(shadow: Shadow) -> None:
    nothing = Subject(np.zeros((30, 40, 3), np.uint8), np.zeros((30, 40), np.uint8), None)
    assert thrown(nothing, shadow) == []


@settings(deadline=None, max_examples=40)
@given(
    npst.arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24))),
    st.sampled_from(EVERY),
)
def test_any_matte_may_throw_any_shadow(matte: np.ndarray, shadow: Shadow) -> None:
    subject = Subject(np.full((*matte.shape, 3), 200, np.uint8), matte, subject_box(matte))
    for veil in thrown(subject, shadow):
        left, top = veil.at
        assert left >= 0
        assert top >= 0
        assert left + veil.alpha.shape[1] <= matte.shape[1]
        assert top + veil.alpha.shape[0] <= matte.shape[0]


def test_what_lies_lowest() -> None:
    table = drawn(TABLE)
    shadows: list[Shadow] = [
        Reflection(),
        CastShadow(color="#0000ff"),
        OwnShadow(),
        ContactShadow(color="#00ff00"),
    ]
    colours = [veil.color for veil in thrown(table, *shadows)]
    assert colours[:3] == [(0, 0, 0), (0, 0, 255), (0, 255, 0)]
    assert isinstance(colours[3], np.ndarray)


def test_a_drop_shadow_beside_the_canvas() -> None:
    corner = drawn(((375, 50, 390, 250),))
    assert dark(corner, DropShadow(offset=(1, 0), softness=0)).sum() == 0
