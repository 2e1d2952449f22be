"""The search for the best file that is small enough."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import LimitNotMet
from pipelines.export.sizing import fitted


@given(
    st.lists(st.integers(1, 10_000), min_size=1, max_size=120).map(sorted),
    st.integers(1, 12_000),
)
def test_the_highest_level_that_fits_is_found(sizes: list[int], limit: int) -> None:
    calls: list[int] = []

    def make(level: int) -> int:
        calls.append(level)
        return sizes[level]

    fitting = [level for level, size in enumerate(sizes) if size <= limit]
    if not fitting:
        with pytest.raises(LimitNotMet, match=f"smallest file is {sizes[0] / 1000:.1f} kB"):
            fitted(make, lambda size: size, range(len(sizes)), limit)
    else:
        found = fitted(make, lambda size: size, range(len(sizes)), limit)
        assert (found.level, found.item) == (fitting[-1], sizes[fitting[-1]])
    assert len(calls) <= math.log2(len(sizes)) + 2


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=120), st.integers(1, 12_000))
def test_what_is_found_always_fits(sizes: list[int], limit: int) -> None:
    try:
        found = fitted(sizes.__getitem__, lambda size: size, range(len(sizes)), limit)
    except LimitNotMet:
        return
    assert found.item == sizes[found.level] <= limit


def test_without_a_limit_the_highest_level_is_made_once() -> None:
    calls: list[int] = []

    def make(level: int) -> int:
        calls.append(level)
        return level

    assert fitted(make, lambda size: size, range(1, 93), None).level == 92
    assert calls == [92]


def test_the_error_says_what_was_asked_and_reached() -> None:
    with pytest.raises(LimitNotMet) as caught:
        fitted(lambda level: level * 1000 + 5000, lambda size: size, range(1, 50), 2000)
    assert caught.value.message.startswith("2 kB can't be met: the smallest file is 6.0 kB.")
    assert (caught.value.code, caught.value.status) == ("limit_not_met", 422)
