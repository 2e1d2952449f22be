"""The search for the best quality within a number of bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import OutputTooLarge
from pipelines.fitting_bytes import fitted


@given(best=st.integers(20, 100), limit=st.integers(2_000, 12_000))
def test_the_best_quality_that_fits(best: int, limit: int) -> None:
    found = fitted(lambda quality: bytes(quality * 100), best, limit)
    assert len(found) == min(best * 100, limit // 100 * 100)


def test_few_tries_are_made() -> None:
    tried: list[int] = []

    def encode(quality: int) -> bytes:
        tried.append(quality)
        return bytes(quality * 100)

    fitted(encode, 95, 4_321)
    assert len(tried) < 10


def test_what_can_not_fit_says_so() -> None:
    with pytest.raises(OutputTooLarge, match="does not fit into 1 kB"):
        fitted(lambda quality: bytes(quality * 100), 95, 1_000)
