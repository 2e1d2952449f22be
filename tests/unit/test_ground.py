"""Where subjects stand."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.compose.ground import Stance, find_ground
from pipelines.compose.subject import Subject, subject_box
from tests.figures import TABLE, Rectangle, drawn, frame_of, ground_of


def feet(stance: Stance) -> list[tuple[float, float]]:
    """The runs of columns that stand, each with its middle and its height on the canvas."""
    standing = stance.standing() > 0.2
    edges = np.flatnonzero(np.diff(np.pad(standing.astype(int), 1)))
    runs = zip(edges[::2], edges[1::2], strict=True)
    return [(float(stance.columns[a:b].mean()), float(stance.ground[a:b].max())) for a, b in runs]


def test_each_leg_stands_at_its_own_height() -> None:
    (stance,) = ground_of(drawn(TABLE)).stances
    assert feet(stance) == [pytest.approx((130, 240), abs=2), pytest.approx((270, 228), abs=2)]
    middle = stance.at(np.array([200], np.float32), stance.ground)
    assert middle == pytest.approx(234, abs=2)  # straight between the feet, under the plate


@pytest.mark.parametrize("scale", [0.5, 4])
def test_the_size_does_not_matter(scale: float) -> None:
    (stance,) = ground_of(drawn(TABLE, scale=scale)).stances
    found = np.array(feet(stance)) / scale
    assert found == pytest.approx(np.array([(130, 240), (270, 228)]), abs=3)


def test_what_the_photo_cuts_off_does_not_stand() -> None:
    long = ((120, 80, 280, 140), (120, 140, 140, 300), (260, 140, 280, 280))
    (stance,) = ground_of(drawn(long)).stances
    assert feet(stance) == [pytest.approx((270, 280), abs=2)]
    assert stance.weight[stance.cut].max() > 0  # it is a foot, but cut off


def test_a_cut_within_the_canvas_is_known_by_the_photo() -> None:
    subject = drawn(TABLE)
    assert subject.box
    frame = np.array([[0, 0], [400, 0], [400, 240], [0, 240]], np.float64)
    (stance,) = find_ground(subject, subject.box, frame).stances
    assert feet(stance) == [pytest.approx((270, 228), abs=2)]


def test_hands_are_no_feet() -> None:
    figure: tuple[Rectangle, ...] = ((180, 40, 220, 250), (120, 80, 280, 100), (120, 100, 132, 170))
    (stance,) = ground_of(drawn(figure)).stances
    assert feet(stance) == [pytest.approx((200, 250), abs=2)]


def test_wheels_stand_and_the_floor_between_does_not() -> None:
    car = drawn(((60, 100, 340, 190),))
    matte = car.matte.copy()
    for middle, low in ((110, 190), (290, 178)):
        cv2.circle(matte, (middle, low), 26, 255, -1, cv2.LINE_AA)
    (stance,) = ground_of(replace(car, matte=matte, box=subject_box(matte))).stances
    assert feet(stance) == [pytest.approx((110, 217), abs=3), pytest.approx((290, 205), abs=3)]


def test_a_ball_stands_at_its_lowest() -> None:
    matte = np.zeros((300, 400), np.uint8)
    cv2.circle(matte, (200, 150), 80, 255, -1, cv2.LINE_AA)
    (stance,) = ground_of(Subject(np.zeros((300, 400, 3), np.uint8), matte, subject_box(matte))).stances
    ((middle, low),) = feet(stance)
    assert (middle, low) == pytest.approx((200, 231), abs=2)
    assert stance.columns[stance.weight > 0.2] == pytest.approx(200, abs=55)


def test_two_that_stand_apart_have_a_ground_each() -> None:
    pair = drawn(((60, 60, 120, 260), (240, 40, 300, 200)))
    found = [feet(stance) for stance in ground_of(pair).stances]
    assert found == [[pytest.approx((90, 260), abs=2)], [pytest.approx((270, 200), abs=2)]]


def test_what_hangs_above_another_does_not_stand() -> None:
    (stance,) = ground_of(drawn(((100, 30, 300, 100), (140, 130, 260, 260)))).stances
    assert feet(stance) == [pytest.approx((200, 260), abs=2)]


def test_a_ball_in_the_air_does_not_stand() -> None:
    (stance,) = ground_of(drawn(((100, 30, 180, 260), (260, 100, 290, 130)))).stances
    assert feet(stance) == [pytest.approx((140, 260), abs=2)]


@given(npst.arrays(np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20))))
def test_any_matte_has_a_ground(matte: np.ndarray) -> None:
    box = subject_box(matte)
    if box is None:
        return
    subject = Subject(np.zeros((*matte.shape, 3), np.uint8), matte, box)
    for stance in find_ground(subject, box, frame_of(subject)).stances:
        assert np.isfinite(stance.ground).all()
        assert ((stance.weight >= 0) & (stance.weight <= 1)).all()
        assert ((stance.ground >= 0) & (stance.ground <= matte.shape[0])).all()
