"""The Recipe: validation, messages, and the round trip through JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import RecipeError
from pipelines.recipe import (
    BlurBackdrop,
    CarShadow,
    CastShadow,
    ColorBackdrop,
    ContactShadow,
    DropShadow,
    Framing,
    Glow,
    GradientBackdrop,
    ImageBackdrop,
    Light,
    NoBackdrop,
    Outline,
    Output,
    OwnShadow,
    Recipe,
    Reflection,
    Stroke,
    StudioBackdrop,
    parse_backdrop,
    parse_color,
)

colors = st.tuples(*[st.integers(0, 255)] * 4).map(lambda c: "#" + "".join(f"{v:02x}" for v in c))
backdrops = st.one_of(
    st.just(NoBackdrop()),
    colors.map(lambda c: ColorBackdrop(color=c)),
    st.builds(
        ImageBackdrop,
        source=st.text(min_size=1, max_size=50),
        fit=st.sampled_from(["cover", "contain", "tile"]),
        scale=st.floats(0.1, 10),
        blur=st.floats(0, 0.2),
    ),
    st.builds(BlurBackdrop, radius=st.floats(0.001, 0.2), shape=st.sampled_from(["gaussian", "disc"])),
    st.builds(
        GradientBackdrop,
        colors=st.lists(colors, min_size=2, max_size=5),
        shape=st.sampled_from(["linear", "radial"]),
        angle=st.floats(-360, 360),
    ),
    st.builds(StudioBackdrop, name=st.sampled_from(["paper", "bokeh"]), seed=st.integers(0, 999_999)),
)
framings = st.builds(
    Framing,
    crop=st.just("subject"),
    margin=st.lists(st.sampled_from(["5px", "2.5%", 3]), min_size=1, max_size=4),
    ratio=st.none() | st.floats(0.05, 20),
    share=st.none() | st.floats(0.01, 1),
    align=st.none() | st.just("photo") | st.tuples(st.floats(0, 1), st.floats(0, 1)),
    snap=st.booleans(),
    straighten=st.floats(-180, 180),
    flip=st.sampled_from(["none", "horizontal", "vertical"]),
    max_upscale=st.floats(1, 16),
    max_megapixels=st.none() | st.floats(0.01, 1000),
) | st.builds(Framing, size=st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)))
shadows = st.one_of(
    st.builds(DropShadow, offset=st.tuples(st.floats(-1, 1), st.floats(-1, 1)), softness=st.floats(0, 1)),
    st.builds(ContactShadow, opacity=st.floats(0, 1), color=colors),
    st.builds(CastShadow, direction=st.floats(-360, 360), length=st.floats(0.05, 3), fade=st.floats(0, 1)),
    st.builds(CarShadow, spread=st.floats(0, 1)),
    st.builds(Reflection, length=st.floats(0.02, 1)),
    st.builds(OwnShadow, opacity=st.floats(0, 1)),
)
points = st.tuples(st.floats(0, 1), st.floats(0, 1))
strokes = st.builds(
    Stroke,
    mode=st.sampled_from(["keep", "erase"]),
    points=st.lists(points, min_size=1, max_size=5).map(tuple),
    size=st.floats(0.001, 0.5),
    hardness=st.floats(0, 1),
    smart=st.booleans(),
)
recipes = st.builds(
    Recipe,
    model=st.sampled_from(["auto", "u2netp", "birefnet-general"]),
    noncommercial=st.booleans(),
    decontaminate=st.booleans(),
    framing=framings,
    strokes=st.lists(strokes, max_size=3).map(tuple),
    background=backdrops,
    shadows=st.lists(shadows, max_size=3).map(tuple),
    light=st.builds(Light, harmonise=st.floats(0, 1), wrap=st.floats(0, 1), wrap_width=st.floats(0.001, 0.2)),
    outline=st.builds(Outline, width=st.floats(0, 0.2), color=colors),
    glow=st.builds(Glow, size=st.floats(0, 0.5), opacity=st.floats(0, 1), color=colors),
    output=st.builds(
        Output,
        format=st.sampled_from(["png", "webp", "jpg"]),
        quality=st.integers(1, 100),
        alpha_only=st.booleans(),
    ),
)


@given(recipes)
def test_json_round_trip(recipe: Recipe) -> None:
    assert Recipe.read(recipe.to_json()) == recipe


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_hex_colours_are_read_as_written(rgb: tuple[int, int, int]) -> None:
    assert parse_color("{:02x}{:02x}{:02x}".format(*rgb)) == (*rgb, 255)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("white", (255, 255, 255, 255)), ("#f80", (255, 136, 0, 255)), ("#ff880080", (255, 136, 0, 128))],
)
def test_colours_people_write(text: str, expected: tuple[int, int, int, int]) -> None:
    assert parse_color(text) == expected


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"modell": "auto"}, "modell: there is no such field"),
        (
            {"output": {"format": "gif"}},
            "output.format: 'gif' is not one of 'png', 'png8', 'webp', 'avif', 'jpg', 'tiff', 'psd'",
        ),
        ({"background": "no colour"}, "is not a background"),
        ({"background": {"kind": "color", "color": "whitish"}}, "'whitish' is not a colour"),
        ({"background": {"kind": "stripes"}}, "stripes"),
        ({"output": {"quality": 101}}, "output.quality"),
        ({"version": 2}, "version: 2 is not one of 1"),
        ({"strokes": [{"mode": "keep", "points": []}]}, "strokes.0.points"),
        ({"strokes": [{"mode": "rub", "points": [[0, 0]]}]}, "'rub' is not one of 'keep' or 'erase'"),
        ({"input_size": 320}, "named models know their size"),
        ({"shadows": ["blob"]}, "shadows.0: 'blob' is not a shadow: write drop, contact, cast"),
        ({"shadows": ["drop:opacity=2"]}, "shadows.0.opacity"),
        ({"shadows": ["contact:size=2"]}, "shadows.0.size: there is no such field"),
        ({"shadows": [{"kind": "cast", "length": 9}]}, "shadows.0.length"),
        ({"outline": "0.9"}, "outline.width"),
        ({"glow": "gleaming"}, "'gleaming' is not a colour"),
    ],
)
def test_wrong_values_are_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError, match="can't be used") as caught:
        Recipe.read(wrong)
    assert said in caught.value.message


def test_text_that_is_not_json() -> None:
    with pytest.raises(RecipeError, match="not JSON"):
        Recipe.read("{")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("none", NoBackdrop()),
        ("blur", BlurBackdrop()),
        ("white", ColorBackdrop(color="#ffffff")),
        ("beach.jpg", ImageBackdrop(source="beach.jpg")),
    ],
)
def test_backdrops_from_one_word(word: str, expected: object) -> None:
    assert parse_backdrop(word) == expected
    assert Recipe(background=word).background == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("drop", DropShadow()),
        (" Contact ", ContactShadow()),
        ("drop:opacity=50%, offset=0.1/-0.2", DropShadow(opacity=0.5, offset=(0.1, -0.2))),
        ("cast:direction=300,length=1.5,navy", CastShadow(direction=300, length=1.5, color="navy")),
        ("3D:0.4", CastShadow(opacity=0.4)),
        ("reflection:length=30%", Reflection(length=0.3)),
    ],
)
def test_shadows_in_a_line(line: str, expected: object) -> None:
    assert Recipe(shadows=(line,)).shadows == (expected,)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0.02", Outline(width=0.02)),
        ("2%, #f00", Outline(width=0.02, color="red")),
        ("gold", Outline(width=0.012, color="gold")),
        ("width=0.03,color=black", Outline(width=0.03, color="black")),
        ("none", Outline()),
    ],
)
def test_an_outline_in_a_line(line: str, expected: Outline) -> None:
    assert Recipe(outline=line).outline == expected


def test_a_glow_in_a_line() -> None:
    assert Recipe(glow="0.1,gold,opacity=0.5").glow == Glow(size=0.1, color="gold", opacity=0.5)
    assert Recipe(glow="off").glow == Glow()


def test_jpeg_is_jpg() -> None:
    assert Output(format="jpeg").format == "jpg"


def test_a_recipe_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Recipe().model = "u2netp"  # type: ignore[misc]


def test_changed_is_validated() -> None:
    assert Recipe().changed(model="modnet").model == "modnet"
    with pytest.raises(RecipeError):
        Recipe().changed(model="")


def test_strokes_belong_to_the_cutout() -> None:
    recipe = Recipe(strokes=(Stroke(mode="keep", points=((0.5, 0.5),)),), background="white")
    assert recipe.cut().strokes == recipe.strokes
    assert recipe.cut().background == NoBackdrop()
