"""From the edge controls to a Recipe's edges."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.handlers.edges import NO_MARKS, edges_of, marking, with_region, with_spot
from pipelines.recipe import Edges, Recipe


def test_untouched_controls_are_neutral() -> None:
    assert Recipe.read({"edges": edges_of(("all", False, False, 0, 0, 0), NO_MARKS)}).edges == Edges()


def test_clicks_add_and_take_back() -> None:
    once = with_spot(NO_MARKS, [0.2, 0.3])
    assert once["picked"] == [(0.2, 0.3)]
    assert with_spot(once, [0.21, 0.29])["picked"] == []
    assert len(with_spot(once, [0.8, 0.3])["picked"]) == 2
    assert NO_MARKS["picked"] == []


def test_choosing_without_a_click_keeps_all() -> None:
    assert edges_of(("picked", False, False, 0, 0, 0), NO_MARKS)["subjects"] == "all"
    marks = with_spot(NO_MARKS, [0.2, 0.3])
    assert edges_of(("picked", False, False, 0, 0, 0), marks)["picked"] == [(0.2, 0.3)]
    assert edges_of(("largest", False, False, 0, 0, 0), marks)["picked"] == []


@pytest.mark.parametrize(
    ("drawn", "kept"),
    [
        ([0.1, 0.2, 0.6, 0.7], (0.1, 0.2, 0.6, 0.7)),
        ([0.1, 0.2, 0.105, 0.7], None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_regions(drawn: Any, kept: object) -> None:
    assert with_region(NO_MARKS, drawn)["region"] == kept


@given(st.lists(st.floats(allow_nan=False), min_size=2, max_size=2))
def test_no_click_is_too_strange(point: list[float]) -> None:
    marks = with_spot(NO_MARKS, point)
    Recipe.read({"edges": edges_of(("picked", True, True, 1, 2, 50), marks)})


@pytest.mark.parametrize(
    ("subjects", "limit", "mode"),
    [
        ("all", False, "compare"),
        ("picked", False, "pick"),
        ("picked", True, "region"),
        ("largest", True, "region"),
    ],
)
def test_the_pointer_does_what_the_controls_say(subjects: str, limit: bool, mode: str) -> None:
    assert marking(subjects, limit, NO_MARKS)["mode"] == mode
