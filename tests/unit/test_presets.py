"""Presets: their data, and what they make of a Recipe."""

from __future__ import annotations

import json
import re

import pytest

from pipelines.errors import UnknownPreset
from pipelines.presets import FOLDER, Preset, Rules, apply, preset_named, presets, released
from pipelines.recipe import ColorBackdrop, DropShadow, Edges, Framing, Outline, Recipe
from pipelines.rules import words

LANGUAGES = ("en", "de", "es", "fr")


@pytest.fixture(params=sorted(path.stem for path in FOLDER.glob("*.json")))
def preset(request: pytest.FixtureRequest) -> Preset:
    return preset_named(request.param)


def test_the_promised_ones_are_there() -> None:
    promised = {"amazon-main", "ebay", "walmart", "google-merchant", "etsy", "shopify", "instagram-shop"}
    assert promised <= {*presets()}


def test_each_has_a_title_in_every_language(preset: Preset) -> None:
    assert {*preset.title} == {*LANGUAGES}


def test_what_is_not_the_authoritys_own_is_marked(preset: Preset) -> None:
    if preset.confirmed:
        assert {source.kind for source in preset.sources} == {"authority"}
    else:
        assert preset.unsure


def test_codes_have_words(preset: Preset) -> None:
    for language in LANGUAGES:
        page = json.loads((FOLDER.parent / "i18n" / f"{language}.json").read_text())["presets"]
        assert all(f"unsure_{code}" in page for code in preset.unsure)
        assert all(words.note(code, language) for code in preset.notes)
    assert {*preset.advised} <= {*Rules.model_fields}


def test_its_recipe_can_be_made(preset: Preset) -> None:
    recipe = apply(preset, Recipe())
    assert recipe.preset == preset.name
    assert recipe.output.profile == "srgb"
    assert recipe.output.format in preset.rules.formats
    assert recipe.framing.size is not None
    assert Recipe.read(recipe.to_json()) == recipe


def test_its_canvas_keeps_its_own_rules(preset: Preset) -> None:
    size, rules = apply(preset, Recipe()).framing.size, preset.rules
    assert size is not None
    for span, length in ((rules.longer, max(size)), (rules.shorter, min(size))):
        if span is not None:
            assert (span.good or span.least or 0) <= length <= (span.most or length)
    assert rules.size in (None, size)
    assert size[0] * size[1] / 1e6 <= (rules.megapixels or 1e9)
    if rules.ratios:
        assert any(
            size[0] * down == pytest.approx(size[1] * across, rel=0.01) for across, down in rules.ratios
        )
    if rules.share and (share := apply(preset, Recipe()).framing.share):
        assert (rules.share.least or 0) < share < (rules.share.most or 1)


def test_a_preset_is_a_fresh_start_for_what_it_sets() -> None:
    before = Recipe(
        model="fast",
        edges=Edges(shift=2),
        framing=Framing(straighten=3, flip="horizontal", crop="subject", margin=("9px",) * 4),
        background=ColorBackdrop(color="red"),
        shadows=(DropShadow(),),
        outline=Outline(width=0.02),
    )
    after = apply(preset_named("amazon-main"), before)
    assert (after.model, after.edges) == (before.model, before.edges)
    assert (after.framing.straighten, after.framing.flip) == (3, "horizontal")
    assert (after.framing.crop, after.framing.margin) == ("photo", ("0px",) * 4)
    assert after.background == ColorBackdrop(color="white")
    assert (after.shadows, after.outline) == ((), Outline())
    assert after.shadows == ()


def test_a_free_background_stays() -> None:
    before = Recipe(background=ColorBackdrop(color="red"))
    assert apply(preset_named("etsy"), before).background == before.background


def test_a_preset_can_be_let_go() -> None:
    recipe = released(apply(preset_named("walmart"), Recipe()))
    assert recipe == Recipe(background=ColorBackdrop(color="white"))


def test_the_cutout_does_not_depend_on_it() -> None:
    assert apply(preset_named("ebay"), Recipe()).cut() == Recipe().cut()


@pytest.mark.parametrize(("wrong", "near"), [("amazn-main", "amazon-main"), ("walmrt", "walmart")])
def test_an_unknown_name_is_answered_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UnknownPreset, match=near):
        preset_named(wrong)


def test_every_finding_has_the_same_places_for_figures_in_every_language() -> None:
    english = words.sentences("en")
    for language in LANGUAGES[1:]:
        theirs = words.sentences(language)
        assert {*theirs} == {*english}
        for name, text in english.items():
            assert {*re.findall(r"{(\w+)}", theirs[name])} == {*re.findall(r"{(\w+)}", text)}, name
