"""The framing part of a Recipe as people write it: in JSON, in forms and as flags."""

from __future__ import annotations

from typing import Any

import pytest

from commands.framing_flags import framing_of
from commands.recipes import build_recipe
from pipelines.errors import RecipeError
from pipelines.recipe import Framing, Recipe


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"margin": "10%", "crop": "subject"}, {"margin": ("10%",) * 4}),
        ({"margin": "30px 20px", "crop": "subject"}, {"margin": ("30px", "20px", "30px", "20px")}),
        ({"margin": "1 2 3", "crop": "subject"}, {"margin": ("1px", "2px", "3px", "2px")}),
        ({"margin": [1, "2%", "3px", 4], "crop": "subject"}, {"margin": ("1px", "2%", "3px", "4px")}),
        ({"size": "2000x1500"}, {"size": (2000, 1500)}),
        ({"size": "800"}, {"size": (800, 800)}),
        ({"size": "none"}, {"size": None}),
        ({"size": [9, 8]}, {"size": (9, 8)}),
        ({"ratio": "4:5"}, {"ratio": 0.8}),
        ({"ratio": "16/9"}, {"ratio": 16 / 9}),
        ({"ratio": "1.5"}, {"ratio": 1.5}),
        ({"ratio": ""}, {"ratio": None}),
        ({"align": "center"}, {"align": (0.5, 0.5)}),
        ({"align": "top"}, {"align": (0.5, 0.0)}),
        ({"align": "Bottom-Right"}, {"align": (1.0, 1.0)}),
        ({"align": "left center"}, {"align": (0.0, 0.5)}),
        ({"align": "0.5, 0.9"}, {"align": (0.5, 0.9)}),
        ({"align": "photo"}, {"align": "photo"}),
        ({"align": "auto"}, {"align": None}),
        ({"align": [0.1, 0.2]}, {"align": (0.1, 0.2)}),
    ],
    ids=str,
)
def test_what_people_write(written: dict[str, Any], read: dict[str, Any]) -> None:
    recipe = Recipe.read({"framing": written})
    assert recipe.framing == Framing.model_validate({**written, **read})
    for name, value in read.items():
        assert getattr(recipe.framing, name) == value
    assert Recipe.read(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"margin": "10em", "crop": "subject"}, "is not a length"),
        ({"margin": "1 2 3 4 5", "crop": "subject"}, "one to four lengths"),
        ({"margin": "10%"}, "a margin goes with a crop"),
        ({"size": "big"}, "is not a size"),
        ({"size": "1x2x3"}, "is not a size"),
        ({"size": "0x9"}, "framing.size"),
        ({"size": [30_000, 9]}, "framing.size"),
        ({"ratio": "wide"}, "is not a ratio"),
        ({"ratio": "4:0"}, "is not a ratio"),
        ({"ratio": "1:2:3"}, "is not a ratio"),
        ({"ratio": 100}, "framing.ratio"),
        ({"size": "9x9", "ratio": 1}, "a size or a ratio"),
        ({"align": "middle"}, "is no place"),
        ({"align": "top bottom"}, "is no place"),
        ({"align": "2,0"}, "framing.align"),
        ({"share": 0}, "framing.share"),
        ({"straighten": 200}, "framing.straighten"),
        ({"flip": "sideways"}, "framing.flip"),
    ],
    ids=str,
)
def test_wrong_values_are_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe.read({"framing": wrong})
    assert said in caught.value.message


def flagged(crop: bool | None = None, margin: str | None = None, **wishes: Any) -> Framing:
    return build_recipe(None, {"framing": framing_of(crop, margin, **wishes)}).framing


def test_flags_say_the_same() -> None:
    assert flagged() == Framing()
    assert flagged(True) == Framing(crop="subject")
    assert flagged(margin="10%") == Framing(crop="subject", margin=("10%",) * 4)
    assert flagged(size="2000x2000", share=0.85, align="center") == Framing(
        size=(2000, 2000), share=0.85, align=(0.5, 0.5)
    )
    assert flagged(max_megapixels=1.5) == Framing(max_megapixels=1.5)
    assert flagged(ratio="4:5", straighten=2.5, flip="horizontal", snap=False, max_upscale=1) == Framing(
        ratio=0.8, straighten=2.5, flip="horizontal", snap=False, max_upscale=1
    )


def test_flags_win_over_a_file(tmp_path: Any) -> None:
    path = tmp_path / "recipe.json"
    path.write_text('{"framing": {"ratio": 1, "crop": "subject", "margin": "5%", "share": 0.5}}')

    def merged(crop: bool | None = None, margin: str | None = None, **wishes: Any) -> Framing:
        return build_recipe(path, {"framing": framing_of(crop, margin, **wishes)}).framing

    assert merged(size="90x80") == Framing(crop="subject", margin=("5%",) * 4, size=(90, 80), share=0.5)
    assert merged(False) == Framing(ratio=1, share=0.5)
    assert merged(ratio="4:5", margin="1px").margin == ("1px",) * 4


# The remove.bg API's crop, crop_margin, scale and position, and the framing that says the same.
REMOVE_BG = {
    "crop=true": {"crop": "subject", "snap": False},
    "crop=true&crop_margin=10%": {"crop": "subject", "margin": "10%", "snap": False},
    "crop=true&crop_margin=10px 5%": {"crop": "subject", "margin": "10px 5%", "snap": False},
    "scale=80%": {"share": 0.8, "align": "center", "snap": False},
    "scale=50%&position=original": {"share": 0.5, "align": "photo", "snap": False},
    "position=center": {"align": "center", "snap": False},
    "position=20% 100%": {"align": [0.2, 1], "snap": False},
    "crop=true&scale=50%": {"crop": "subject", "share": 0.5, "snap": False},
}


@pytest.mark.parametrize("fields", REMOVE_BG.values(), ids=REMOVE_BG)
def test_the_api_can_be_said(fields: dict[str, Any]) -> None:
    assert Recipe.read({"framing": fields}).framing.by_subject()
