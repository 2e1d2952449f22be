"""How fast a long run goes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.batch.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_said_before_two_ends_were_seen() -> None:
    pace = Pace(Clock())
    pace.saw(0)
    assert pace.rate is None
    assert pace.seconds_left(5) is None


@given(st.floats(0.1, 20), st.integers(3, 200))
def test_a_steady_pace_is_told_as_it_is(seconds: float, photos: int) -> None:
    clock = Clock()
    pace = Pace(clock)
    for ended in range(photos):
        clock.now = ended * seconds
        pace.saw(ended)
    assert pace.rate is not None
    assert abs(pace.rate * seconds - 1) < 1e-6
    assert abs((pace.seconds_left(10) or 0) - 10 * seconds) < 1e-3


def test_a_machine_that_slows_down_is_followed_and_one_that_hangs_slows_at_once() -> None:
    clock = Clock()
    pace = Pace(clock)
    for second in range(100):
        clock.now = float(second)
        pace.saw(second)
    for ended in range(100, 110):
        clock.now += 10
        pace.saw(ended)
    assert 0.09 < (pace.rate or 0) < 0.15
    before = pace.rate
    clock.now += 100
    assert (pace.rate or 0) < (before or 0)


def test_photos_that_are_asked_for_again_begin_anew() -> None:
    clock = Clock()
    pace = Pace(clock)
    for ended in (0, 1, 2, 0):
        clock.now += 1
        pace.saw(ended)
    assert pace.rate is None


def test_it_is_told_to_people_from_what_was_done_since_it_began() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.told(10) == ""
    for ended in (500, 501, 502):  # those of an earlier run say nothing about this one
        pace.saw(ended)
        clock.now += 4
    clock.now -= 4
    assert pace.told(31) == "15 a minute, 2:04 left"
    assert pace.told(2000) == "15 a minute, 2:13:20 left"
