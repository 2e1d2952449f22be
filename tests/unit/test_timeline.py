"""Steps of a photo: undo, redo, and what is forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import timeline
from pipelines.recipe import Recipe
from pipelines.timeline import STEPS, Timeline, Timelines

RED, GREEN, BLUE = (Recipe.read({"background": color}) for color in ("red", "green", "blue"))
recipes = st.sampled_from([RED, GREEN, BLUE, Recipe()])


def test_a_step_can_be_undone_and_done_again() -> None:
    line = Timeline((RED,)).changed(GREEN)
    assert (line.back, line.forth) == (True, False)
    undone = line.moved(-1)
    assert (undone.recipe, undone.back, undone.forth) == (RED, False, True)
    assert undone.moved(1) == line


def test_a_new_step_takes_the_place_of_what_was_undone() -> None:
    line = Timeline((RED,)).changed(GREEN).moved(-1).changed(BLUE)
    assert line.recipes == (RED, BLUE)
    assert not line.forth


def test_what_changes_nothing_is_no_step() -> None:
    line = Timeline((RED,)).changed(GREEN).moved(-1)
    assert line.changed(RED) is line


@given(st.lists(st.one_of(recipes, st.integers(-3, 3)), max_size=30))
def test_there_is_always_a_step_that_holds(moves: list[Recipe | int]) -> None:
    line = Timeline((Recipe(),))
    for move in moves:
        line = line.moved(move) if isinstance(move, int) else line.changed(move)
        assert line.recipe == line.recipes[line.at]
        assert line.back == (line.moved(-1) != line)
        assert line.forth == (line.moved(1) != line)


def test_only_so_many_steps_are_kept() -> None:
    line = Timeline((Recipe(),))
    for number in range(STEPS + 10):
        line = line.changed(Recipe(decontaminate=number / 1000))
    assert len(line.recipes) == STEPS
    assert line.recipe.decontaminate == (STEPS + 9) / 1000


def test_each_photo_has_its_own() -> None:
    lines = Timelines()
    lines.record("a", RED)
    lines.record("b", GREEN)
    lines.record("a", BLUE)
    moved = lines.move("a", -1)
    assert moved is not None
    assert moved.recipe == RED
    known = lines.of("b")
    assert known is not None
    assert known.recipe == GREEN
    assert lines.move("c", -1) is None


def test_photos_that_were_not_worked_on_for_longest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "PHOTOS", 2)
    lines = Timelines()
    for photo in ("a", "b", "a", "c"):
        lines.record(photo, RED)
    assert lines.of("b") is None
    assert lines.of("a") is not None
    lines.drop("a")
    lines.drop("never")
    assert lines.of("a") is None
    lines.clear()
    assert lines.of("c") is None


def test_what_was_asked_for_later_holds() -> None:
    lines = Timelines()
    lines.record("a", RED)
    slow, quick = lines.ask(), lines.ask()
    assert lines.record("a", GREEN, quick).recipe == GREEN
    assert lines.record("a", BLUE, slow).recipe == GREEN
    slow = lines.ask()
    lines.move("a", -1)
    assert lines.record("a", BLUE, slow).recipe == RED
    assert lines.record("a", BLUE, lines.ask()).recipe == BLUE
