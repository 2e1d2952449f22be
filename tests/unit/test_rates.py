"""Limits: nobody gets more than the limit over time, and nobody waits for what was not asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rates import Rates
from tests.unit.test_shelf import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(clock: Clock) -> Rates:
    return Rates(most=3, clock=clock)


def test_a_limit_is_a_minutes_worth(rates: Rates, clock: Clock) -> None:
    standings = [rates.ask("a", 60) for _ in range(61)]
    assert [one.allowed for one in standings] == [True] * 60 + [False]
    assert [standings[0].left, standings[59].left, standings[60].wait] == [59, 0, 1]
    clock.now += 1
    assert rates.ask("a", 60).allowed
    assert not rates.ask("a", 60).allowed
    clock.now += 600
    assert rates.ask("a", 60).left == 59


@pytest.mark.parametrize(("megapixels", "pictures"), [(0.2, 500), (1, 500), (10, 50), (25, 20), (12, 42)])
def test_as_many_pictures_as_remove_bg_lets_through(rates: Rates, megapixels: float, pictures: int) -> None:
    """``floor(500 / max(1, MP))``; the last may take the rest and owe what is missing."""
    count = 0
    while rates.ask("a", 500).allowed:
        rates.bill("a", 500, max(0.0, megapixels - 1))
        count += 1
    assert count == pictures


def test_what_is_owed_is_waited_for(rates: Rates, clock: Clock) -> None:
    assert rates.ask("a", 60).allowed
    after = rates.bill("a", 60, 119)
    assert (after.left, after.full_in) == (0, 120)
    refused = rates.ask("a", 60)
    assert (refused.allowed, refused.wait) == (False, 61)
    clock.now += refused.wait
    assert rates.ask("a", 60).allowed


def test_headers_are_remove_bgs(rates: Rates) -> None:
    told = rates.ask("a", 60).headers(1_000_000.2)
    assert told == {
        "X-RateLimit-Limit": "60",
        "X-RateLimit-Remaining": "59",
        "X-RateLimit-Reset": "1000002",
    }
    rates.bill("a", 60, 59)
    assert rates.ask("a", 60).headers(0)["Retry-After"] == "1"


def test_callers_do_not_meet(rates: Rates) -> None:
    while rates.ask("a", 5).allowed:
        pass
    assert rates.ask("b", 5).allowed


def test_memory_is_bounded_and_the_busy_are_not_forgotten(rates: Rates) -> None:
    while rates.ask("busy", 5).allowed:
        pass
    for number in range(1000):
        rates.ask(f"stranger {number}", 5)
        assert not rates.ask("busy", 5).allowed
    assert len(rates._buckets) == 3


def test_a_limit_below_the_cost_still_lets_something_through(rates: Rates) -> None:
    assert rates.ask("a", 1, 3).allowed
    assert not rates.ask("a", 1, 3).allowed


@given(
    st.integers(1, 600),
    st.lists(st.tuples(st.floats(0, 30), st.floats(0, 60)), max_size=60),
)
def test_never_more_than_the_limit_over_time(limit: int, asked: list[tuple[float, float]]) -> None:
    clock = Clock()
    start, rates, taken, largest = clock.now, Rates(clock=clock), 0.0, 0.0
    for pause, megapixels in asked:
        clock.now += pause
        standing = rates.ask("a", limit)
        assert standing.wait >= 1
        assert 0 <= standing.left <= limit
        if standing.allowed:
            rates.bill("a", limit, max(0.0, megapixels - 1))
            taken += max(1.0, megapixels)
            largest = max(largest, megapixels)
    assert taken <= limit + (clock.now - start) * limit / 60 + largest + 1e-6
