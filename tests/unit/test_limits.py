"""Limits on what is let in."""

from __future__ import annotations

import pytest

from pipelines.errors import ImageTooLarge, RecipeError
from pipelines.limits import Limits
from pipelines.settings import Settings


def test_they_come_from_the_settings() -> None:
    settings = Settings(max_bytes=1_000, max_pixels=2_000, max_side=300)
    assert Limits.of(settings) == Limits(1_000, 2_000, 300)


def test_the_defaults_are_the_settings_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BYTES", "PIXELS", "SIDE"):
        monkeypatch.delenv(f"CUTAWAY_MAX_{name}", raising=False)
    assert Limits.of(Settings()) == Limits()


def test_what_is_exactly_at_the_limit_is_let_in() -> None:
    Limits(max_pixels=100, max_side=50).check_size(50, 2)
    Limits(max_bytes=10).check_bytes(10)


@pytest.mark.parametrize(("count", "said"), [(25_000_000, "25 MB"), (1_500, "1.5 kB"), (12, "12 B")])
def test_bytes_are_told_as_people_say_them(count: int, said: str) -> None:
    with pytest.raises(ImageTooLarge, match=said):
        Limits(max_bytes=count).check_bytes(count + 1)


def test_pixels_and_side_are_told_apart() -> None:
    limits = Limits(max_pixels=50_000_000, max_side=16_384)
    with pytest.raises(ImageTooLarge, match="8000 x 7000 pixels; at most 50 MP"):
        limits.check_size(8000, 7000)
    with pytest.raises(ImageTooLarge, match="no side may be longer than 16384"):
        limits.check_size(1, 16_385)


def test_a_canvas_has_the_same_limits() -> None:
    limits = Limits(max_pixels=100, max_side=50)
    limits.check_canvas(50, 2)
    with pytest.raises(RecipeError, match="The canvas would be 11 x 10 pixels; at most 100 P are allowed"):
        limits.check_canvas(11, 10)
    with pytest.raises(RecipeError, match="no side may be longer than 50"):
        limits.check_canvas(51, 1)
