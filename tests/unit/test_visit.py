"""Going from one photo or step to another."""

from __future__ import annotations

from typing import Any

import pytest

from components.handlers import cutting, visit
from pipelines.errors import PhotoNotFound, RecipeError, UnknownModel
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench
from tests.unit.test_workbench import picture


@pytest.fixture
def photo(bench: Workbench) -> str:
    return bench.receive(picture(), "lamp.png").id


def on(color: str) -> dict[str, Any]:
    return {"model": "fast", "background": color}


def test_each_change_is_a_step(bench: Workbench, photo: str) -> None:
    first = cutting.cut_out(bench, photo, on("red"))[-1]
    second = cutting.compose(bench, photo, on("blue"))[-1]
    assert (first["action"], first["back"], first["forth"]) == ("steps", False, False)
    assert (second["back"], second["forth"]) == (True, False)
    undone = visit.step(bench, photo, -1)
    assert undone == Recipe.read(on("red"))
    *_, steps, _marks = visit.present(bench, photo, on("blue"))
    assert (steps["back"], steps["forth"]) == (False, True)
    assert visit.step(bench, photo, 1) == Recipe.read(on("blue"))


def test_what_failed_is_no_step(bench: Workbench, photo: str) -> None:
    cutting.cut_out(bench, photo, on("red"))
    cutting.compose(bench, photo, {"model": "fast", "background": {"kind": "image", "source": "gone"}})
    line = bench.timelines.of(photo)
    assert line is not None
    assert line.recipes == (Recipe.read(on("red")),)


def test_undo_is_not_undone_by_what_was_still_shown(bench: Workbench, photo: str, monkeypatch: Any) -> None:
    """A second Undo comes while the first one's picture is made; then a slow change of before it ends."""
    for color in ("red", "green", "blue"):
        cutting.cut_out(bench, photo, on(color))
    visit.step(bench, photo, -1)
    whole = cutting.show

    def slow(*args: Any) -> Any:
        visit.step(bench, photo, -1)
        return whole(*args)

    for handler in (visit.present, cutting.cut_out):
        monkeypatch.setattr(visit if handler is visit.present else cutting, "show", slow)
        *_, steps = [m for m in handler(bench, photo, on("white")) if m["action"] == "steps"]
        line = bench.timelines.of(photo)
        assert line is not None
        assert line.recipe == Recipe.read(on("red"))
        assert (steps["back"], steps["forth"]) == (False, True)


def test_without_a_photo_there_is_nothing_to_undo(bench: Workbench) -> None:
    assert visit.step(bench, "", -1) is None
    assert visit.present(bench, "", on("red")) == []


def test_a_new_photo_is_treated_like_the_last_but_for_its_marks(bench: Workbench, photo: str) -> None:
    stroke = {"mode": "keep", "points": [(0.5, 0.5)]}
    edges = {"region": (0, 0, 0.5, 0.5), "subjects": "picked", "picked": [(0.2, 0.2)], "shift": 2}
    recipe = visit.reopened(bench, photo, {**on("red"), "edges": edges, "strokes": [stroke]})
    assert recipe == Recipe.read({**on("red"), "edges": {"shift": 2}})


def test_a_photo_that_was_worked_on_comes_back_as_it_was(bench: Workbench, photo: str) -> None:
    cutting.cut_out(bench, photo, on("red"))
    assert visit.reopened(bench, photo, on("blue")) == Recipe.read(on("red"))
    assert cutting.quick_look(bench, photo, on("blue")) == []


def test_a_recipe_file_is_kept_and_opened(bench: Workbench, photo: str) -> None:
    (message,) = visit.keep(bench, photo, on("red"))
    assert message["name"] == "lamp.recipe.json"
    text = bench.shelf.get(message["file"]).path.read_text()
    assert visit.opened(text) == Recipe.read(on("red"))


@pytest.mark.parametrize("wrong", ["", None, "{", '{"modell": 1}', 7, "[]"])
def test_what_is_no_recipe_is_told(wrong: Any) -> None:
    with pytest.raises(RecipeError):
        visit.opened(wrong)


def test_a_recipe_file_can_not_name_model_files() -> None:
    with pytest.raises(UnknownModel):
        visit.opened('{"model": "/srv/mine.onnx"}')


def test_what_the_page_can_not_show_is_named() -> None:
    assert visit.lost(Recipe(), Recipe()) == []
    (message,) = visit.lost(Recipe(refine=False), Recipe())
    assert "refine" in message["text"]


def test_a_duplicate_has_the_steps_so_far(bench: Workbench, photo: str) -> None:
    cutting.cut_out(bench, photo, on("red"))
    twin = bench.duplicate(photo)
    assert (twin.id != photo, twin.name) == (True, "lamp")
    line = bench.timelines.of(twin.id)
    assert line is not None
    assert line.recipe == Recipe.read(on("red"))
    bench.remove(photo)
    bench.remove(photo)
    with pytest.raises(PhotoNotFound):
        bench.photo(photo)
    assert bench.timelines.of(photo) is None
    assert bench.photo(twin.id).name == "lamp"


def test_one_photos_settings_go_to_all_as_a_step_of_each(bench: Workbench, photo: str) -> None:
    worked_on, untouched = (bench.receive(picture(), "b.png").id for _ in range(2))
    stroke = {"mode": "keep", "points": [(0.5, 0.5)]}
    own = {"strokes": [stroke], "edges": {"subjects": "picked", "picked": [(0.2, 0.2)], "feather": 3}}
    cutting.cut_out(bench, worked_on, {**on("blue"), **own})
    marked = {**on("red"), "edges": {"region": (0, 0, 0.5, 0.5), "shift": 2}, "strokes": [stroke, stroke]}
    (said,) = visit.to_all(bench, photo, marked, [photo, worked_on, untouched, "gone", 7, None])
    assert said["text"].startswith("Applied to 2 more photos.")
    kept = {"subjects": "picked", "picked": [(0.2, 0.2)], "shift": 2}
    line, first = bench.timelines.of(worked_on), bench.timelines.of(untouched)
    assert line is not None
    assert first is not None
    assert line.recipe == Recipe.read({**on("red"), "edges": kept, "strokes": [stroke]})
    assert first.recipe == Recipe.read({**on("red"), "edges": {"shift": 2}})
    assert bench.timelines.of(photo) is None
    assert visit.step(bench, worked_on, -1) == Recipe.read({**on("blue"), **own})


@pytest.mark.parametrize("photos", [None, "abc", [], ["gone"], {"a": 1}])
def test_with_no_other_photo_nothing_is_applied(bench: Workbench, photo: str, photos: Any) -> None:
    (said,) = visit.to_all(bench, photo, on("red"), photos)
    assert "no other photo" in said["text"]
