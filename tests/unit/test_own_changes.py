"""What becomes a change of one photo of a batch, and what can't."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.batch.order import Order, Variant
from pipelines.batch.own_changes import Sitting, own_changes
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe

STROKE = {"mode": "keep", "points": [[0.1, 0.2], [0.3, 0.2]], "size": 0.02, "hardness": 1.0, "smart": False}
USUAL: dict[str, Any] = {"model": "fast", "background": "white"}
SHOP = Order.of([Variant("shop", Recipe.read(USUAL))])
TWO = Order.of(
    [
        Variant("shop", Recipe.read({**USUAL, "framing": {"size": [2000, 2000], "align": "bottom"}})),
        Variant("print", Recipe.read({"model": "fast", "framing": {"size": [900, 600], "align": "bottom"}})),
    ]
)


def kept(order: Order, now: dict[str, Any], before: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """The changes where a person set some fields, and what of that is left out."""
    before = before or {}
    began = order.changed(before).variants[0].recipe
    sitting = Sitting(began, began.changed(**now), order.variants[0].recipe)
    made = own_changes(order, before, sitting)
    return made.fields, made.left_out


def test_nothing_is_changed_where_nothing_was_done() -> None:
    assert kept(SHOP, {}) == ({}, ())
    assert kept(SHOP, {}, {"model": "isnet", "output": {"format": "jpg"}}) == (
        {"model": "isnet", "output": {"format": "jpg"}},
        (),
    )


def test_what_was_cut_otherwise_is_kept_and_gives_the_same_recipe() -> None:
    now = {
        "model": "bria-rmbg",
        "noncommercial": True,
        "refine": False,
        "decontaminate": 0.5,
        "edges": {"shift": -2.0},
        "strokes": [STROKE],
    }
    fields, left_out = kept(TWO, now)
    assert (fields, left_out) == (now, ())
    changed = TWO.changed(fields)
    for before, after in zip(TWO.variants, changed.variants, strict=True):
        assert after.recipe == before.recipe.changed(**{**now, "edges": {"shift": -2.0}})


def test_what_is_as_in_the_batch_again_is_no_change() -> None:
    before = {"model": "isnet", "edges": {"shift": 2.0, "feather": 1.0}, "strokes": [STROKE]}
    assert kept(SHOP, {"model": "fast", "strokes": []}, before)[0] == {"edges": before["edges"]}
    assert kept(SHOP, {"edges": {"feather": 1.0}}, before)[0]["edges"] == {"feather": 1.0}
    assert "edges" not in kept(SHOP, {"edges": {}}, before)[0]


def test_a_stroke_is_added_to_those_before() -> None:
    other = {**STROKE, "mode": "erase"}
    assert kept(SHOP, {"strokes": [STROKE, other]}, {"strokes": [STROKE]})[0] == {"strokes": [STROKE, other]}


def test_a_single_result_keeps_its_look_as_well() -> None:
    now = {"background": {"kind": "color", "color": "#ff0000"}, "framing": {"align": [0.5, 1.0]}}
    assert kept(SHOP, now) == (now, ())


def test_a_nudge_is_kept_for_results_of_different_sizes() -> None:
    fields, left_out = kept(TWO, {"framing": {"size": [2000, 2000], "align": [0.25, 0.5]}})
    assert (fields, left_out) == ({"framing": {"align": [0.25, 0.5]}}, ())
    assert [one.recipe.framing.size for one in TWO.changed(fields).variants] == [(2000, 2000), (900, 600)]


def test_what_the_results_differ_in_is_left_out_and_said() -> None:
    now = {"framing": {"size": [800, 800], "align": [0.5, 1.0]}, "background": "red", "edges": {"shift": 1.0}}
    assert kept(TWO, now) == ({"edges": {"shift": 1.0}}, ("framing", "background"))


def test_the_file_is_the_whole_batchs() -> None:
    now = {"output": {"format": "jpg"}, "preset": "amazon-main", "strokes": [STROKE]}
    assert kept(SHOP, now) == ({"strokes": [STROKE]}, ("output", "preset"))


def test_a_picture_behind_is_left_out_and_said() -> None:
    now = {"background": {"kind": "image", "source": "of a visitor"}, "light": {"wrap": 0.5}}
    assert kept(SHOP, now) == ({"light": {"wrap": 0.5}}, ("background",))


def test_what_a_page_cant_show_stays() -> None:
    """A page without a control for ``refine`` shows all three Recipes with the usual value."""
    order = Order.of([Variant("shop", Recipe(model="fast", refine=False))])
    shown = Recipe(model="fast")
    made = own_changes(order, {}, Sitting(shown, shown.changed(strokes=[STROKE]), shown))
    assert made.fields == {"strokes": [STROKE]}
    assert not order.changed(made.fields).cut.refine


def test_words_for_a_part_are_understood() -> None:
    before = {"outline": "width=0.02,color=red"}
    fields = kept(SHOP, {"outline": {"width": 0.02, "color": "white"}}, before)[0]
    assert SHOP.changed(fields).cut == SHOP.cut
    assert SHOP.changed(fields).variants[0].recipe.outline.color == "#ffffff"


def test_what_no_result_could_be_made_with_is_refused() -> None:
    shown = SHOP.variants[0].recipe
    broken = shown.model_copy(update={"decontaminate": 7})
    with pytest.raises(RecipeError, match="decontaminate"):
        own_changes(SHOP, {}, Sitting(shown, broken, shown))


def test_some_fields_of_a_part_are_enough() -> None:
    changed = TWO.changed({"framing": {"flip": "horizontal"}, "edges": {"shift": 3}})
    assert [one.recipe.framing.size for one in changed.variants] == [(2000, 2000), (900, 600)]
    assert {one.recipe.framing.flip for one in changed.variants} == {"horizontal"}
    assert SHOP.changed({"background": {"kind": "none"}}).variants[0].recipe == Recipe(model="fast")
    with pytest.raises(RecipeError, match="there is no such field"):
        TWO.changed({"frame": {"flip": "horizontal"}})
