"""The brushes' handlers, and the workbench's answer to a stroke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from components.handlers import touch_up
from components.handlers.touch_up import MOST, NO_STROKES, cleared, redone, undone, with_stroke
from pipelines.cutout import Cutout
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe, Stroke
from pipelines.touch_up import touched_up
from pipelines.workbench import Workbench
from tests.unit.fakes import FakeService
from tests.unit.test_workbench import opened, picture

KEEP = {"mode": "keep", "points": [[0.1, 0.1]], "size": 0.1, "hardness": 1.0, "smart": False}
ERASE = {**KEEP, "mode": "erase", "points": [[0.8, 0.8]]}


def modes(state: touch_up.Strokes) -> list[str]:
    return [stroke["mode"] for stroke in state["strokes"]]


def test_strokes_come_and_go() -> None:
    state = with_stroke(with_stroke(NO_STROKES, KEEP), ERASE)
    assert modes(state) == ["keep", "erase"]
    assert modes(undone(state)) == ["keep"]
    assert modes(undone(undone(undone(state)))) == []
    assert redone(undone(state)) == state
    assert redone(redone(undone(undone(state)))) == state
    assert redone(state) == state
    assert NO_STROKES == {"strokes": [], "undone": []}


def test_cleared_strokes_come_back_in_their_order() -> None:
    state = with_stroke(with_stroke(NO_STROKES, KEEP), ERASE)
    assert cleared(state)["strokes"] == []
    assert modes(redone(cleared(state))) == ["keep"]
    assert redone(redone(cleared(state))) == state


def test_a_new_stroke_ends_what_could_come_back() -> None:
    assert with_stroke(undone(with_stroke(NO_STROKES, KEEP)), ERASE)["undone"] == []


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "stroke",
        {},
        {**KEEP, "points": []},
        {**KEEP, "points": [[0.5, 1.2]]},
        {**KEEP, "points": [[0.5, 0.5]] * 4001},
        {**KEEP, "mode": "paint"},
        {**KEEP, "size": 0},
    ],
)
def test_what_is_no_stroke_is_refused(sent: Any) -> None:
    with pytest.raises(RecipeError, match="strokes"):
        with_stroke(NO_STROKES, sent)


def test_the_browser_may_send_more_than_a_stroke_holds() -> None:
    assert modes(with_stroke(NO_STROKES, {**KEEP, "shape": "star"})) == ["keep"]


def test_too_many_strokes_are_refused_kindly() -> None:
    full = {"strokes": [KEEP] * MOST, "undone": []}
    Recipe.read({"strokes": full["strokes"]})
    with pytest.raises(RecipeError, match="at most 500 strokes"):
        with_stroke(full, KEEP)
    with pytest.raises(RecipeError, match="strokes"):
        Recipe.read({"strokes": [KEEP] * (MOST + 1)})


def alpha_of(bench: Workbench, image: str) -> np.ndarray:
    return np.asarray(opened(bench, image).getchannel("A"))


def test_the_stage_is_told_of_strokes_and_of_none(bench: Workbench) -> None:
    photo = bench.receive(picture(), "a.png").id
    fields = {"model": "u2netp", "strokes": [KEEP, ERASE]}
    (shown,) = touch_up.touched(bench, photo, fields)
    (bare,) = touch_up.touched(bench, photo, fields, untouched=True)
    assert (shown["action"], shown["text"]) == ("touched", "2 strokes")
    alpha, before = alpha_of(bench, shown["image"]), alpha_of(bench, bare["image"])
    assert (alpha[6, 9], alpha[48, 72]) == (255, 0)
    assert (before[6, 9], before[48, 72]) == (0, 255)
    assert touch_up.touched(bench, "", fields) == []


def test_a_stroke_runs_no_network_and_paints_only_itself(
    bench: Workbench, fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = bench.receive(picture(), "a.png").id
    seen: list[int] = []

    def watched(cutout: Cutout, strokes: Sequence[Stroke]) -> Cutout:
        seen.append(len(strokes))
        return touched_up(cutout, strokes)

    monkeypatch.setattr("pipelines.workbench.touched_up", watched)
    for count in (1, 2, 1, 2):
        bench.preview(photo, Recipe.read({"model": "u2netp", "strokes": [KEEP, ERASE][:count]}))
    bench.preview(photo, Recipe.read({"model": "u2netp", "strokes": [ERASE, ERASE, KEEP]}))
    assert seen == [1, 1, 3]
    assert len(fake.networks["u2netp"].runs) == 1


def test_a_preview_with_strokes_whose_files_went_is_made_again(bench: Workbench) -> None:
    photo = bench.receive(picture(), "a.png").id
    recipe = Recipe.read({"model": "u2netp", "strokes": [KEEP, ERASE]})
    first = bench.preview(photo, recipe)
    for name in (first.image, first.doubt):
        bench.shelf.drop(name)
    again = bench.preview(photo, recipe)
    assert bench.shelf.has(again.image)
    assert bench.shelf.has(again.doubt)


def test_the_download_has_the_strokes(bench: Workbench) -> None:
    photo = bench.receive(picture(900, 600), "a.png").id
    recipe = Recipe.read({"model": "u2netp", "strokes": [KEEP, ERASE]})
    alpha = alpha_of(bench, bench.render(photo, recipe))
    assert (alpha[60, 90], alpha[480, 720]) == (255, 0)
    assert (alpha[60, 90 + 40], alpha[60, 90 + 50]) == (255, 0)
