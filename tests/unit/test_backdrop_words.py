"""Backdrops as one word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import RecipeError
from pipelines.recipe import (
    Backdrop,
    BlurBackdrop,
    ColorBackdrop,
    GradientBackdrop,
    ImageBackdrop,
    NoBackdrop,
    Recipe,
    StudioBackdrop,
    parse_backdrop,
)

WORDS: dict[str, Backdrop] = {
    "none": NoBackdrop(),
    " Transparent ": NoBackdrop(),
    "white": ColorBackdrop(color="#ffffff"),
    "blur": BlurBackdrop(),
    "blur@0.05": BlurBackdrop(radius=0.05),
    "blur:disc": BlurBackdrop(shape="disc"),
    "blur:disc@0.05": BlurBackdrop(shape="disc", radius=0.05),
    "gradient:#fff-#ccc": GradientBackdrop(colors=("#fff", "#ccc")),
    "gradient:White-Tan-black@90": GradientBackdrop(colors=("white", "tan", "black"), angle=90),
    "gradient:white-tan 70%-black": GradientBackdrop(colors=("white", "tan", "black"), at=(0, 0.7, 1)),
    "gradient:white 20%-tan-tan-black": GradientBackdrop(
        colors=("white", "tan", "tan", "black"), at=(0.2, 0.2 + 0.8 / 3, 0.2 + 1.6 / 3, 1)
    ),
    "gradient:#ff880080-rgb(1,2,3)@-45": GradientBackdrop(colors=("#ff880080", "#010203"), angle=-45),
    "radial:white-#999": GradientBackdrop(colors=("white", "#999"), shape="radial"),
    "radial:white-#999@0.5,0.3": GradientBackdrop(
        colors=("white", "#999"), shape="radial", center=(0.5, 0.3)
    ),
    "studio:marble": StudioBackdrop(name="marble"),
    "studio:paper,color=tan,accent=#543,seed=3": StudioBackdrop(
        name="paper", seed=3, color="tan", accent="#543"
    ),
    "beach.jpg": ImageBackdrop(source="beach.jpg"),
    "Pictures/Studio": ImageBackdrop(source="Pictures/Studio"),
    "gradient.png": ImageBackdrop(source="gradient.png"),
    "C:\\pictures\\a": ImageBackdrop(source="C:\\pictures\\a"),
}


@pytest.mark.parametrize("word", WORDS)
def test_words(word: str) -> None:
    found, wanted = parse_backdrop(word), WORDS[word]
    assert type(found) is type(wanted)
    if isinstance(found, GradientBackdrop) and isinstance(wanted, GradientBackdrop):
        assert found.places() == pytest.approx(wanted.places())
        found, wanted = (one.model_copy(update={"at": None}) for one in (found, wanted))
    assert found == wanted
    assert type(Recipe.read({"background": word}).background) is type(wanted)


WRONG: dict[str, str] = {
    "whitish": "write none, blur, a colour",
    "blurry": "write none, blur, a colour",
    "blur:box": "'box' is not one of 'gaussian' or 'disc'",
    "blur@much": "radius",
    "blur@0.9": "less than or equal to 0.2",
    "gradient:": "two to five colours",
    "gradient:white": "two to five colours",
    "gradient:red-red-red-red-red-red": "two to five colours",
    "gradient:white-whitish": "'whitish' is not a colour",
    "gradient:white 80%-black 20%": "must not fall",
    "gradient:white-black@north": "angle",
    "radial:white-black@3,0": "less than or equal to 1",
    "radial:white-black@0.5": "center",
    "studio": "'paper', 'vignette'",
    "studio:wood": "'wood' is not one of 'paper'",
    "studio:paper,shade=red": "shade: there is no such field",
    "studio:paper,seed=-1": "seed",
    "studio:paper,color=#ff000080": "can't be translucent",
}


@pytest.mark.parametrize("word", WRONG)
def test_wrong_words_are_explained(word: str) -> None:
    with pytest.raises(RecipeError, match="is not a background") as caught:
        parse_backdrop(word)
    assert WRONG[word] in caught.value.message
    assert "Tuple" not in caught.value.message
    with pytest.raises(RecipeError, match="background"):
        Recipe.read({"background": word})


@given(st.text(max_size=60) | st.from_regex(r"(blur|gradient|radial|studio)[:@][a-f#\-,=@. %0-9]{0,30}"))
def test_any_word_is_read_or_refused_in_words(word: str) -> None:
    try:
        found = parse_backdrop(word)
    except RecipeError:
        return
    assert Recipe.read({"background": found.model_dump()}).background == found


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"kind": "gradient", "colors": ["white", "black"], "at": [0.5]}, "2 colours need as many places"),
        ({"kind": "gradient", "colors": ["white"]}, "two to five colours"),
        ({"kind": "gradient", "colors": ["white", "black"], "angle": 1000}, "angle"),
        ({"kind": "studio", "name": "wood"}, "'wood' is not one of"),
        ({"kind": "image", "source": "a.png", "fit": "stretch"}, "'stretch' is not one of"),
        ({"kind": "image", "source": "a.png", "scale": 0}, "scale"),
        ({"kind": "image", "source": "a.png", "position": [2, 0]}, "position"),
    ],
)
def test_wrong_parts_are_named(part: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe.read({"background": part})
    assert said in caught.value.message
