"""The flags of ``cut`` for shadows, light, outline and glow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from commands.light_flags import light_of, shadows_of
from commands.recipes import build_recipe
from pipelines import Recipe
from pipelines import cut as cut_in_python
from tests.cli.shell import cut, cutaway, picture


@pytest.mark.weights
def test_shadows_and_an_outline(photo: Path, tmp_path: Path) -> None:
    flags = ["--shadow", "drop:opacity=0.6", "--shadow", "contact", "--outline", "0.04,red", "--glow", "gold"]
    done = cut(photo, *flags, "--background", "white", "--harmonise", "0.5", "-o", tmp_path / "a.png")
    assert done.status == 0
    recipe = Recipe.read(
        {
            "model": "u2netp",
            "background": "white",
            "shadows": ["drop:opacity=0.6", "contact"],
            "outline": {"width": 0.04, "color": "red"},
            "glow": "gold",
            "light": {"harmonise": 0.5},
        }
    )
    assert (tmp_path / "a.png").read_bytes() == cut_in_python(photo, recipe).encode()
    pixels = np.asarray(picture(tmp_path / "a.png").convert("RGB")).reshape(-1, 3)
    assert (pixels == (255, 0, 0)).all(axis=1).sum() > 50


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(
        Recipe.read(
            {"shadows": ["car"], "light": {"harmonise": 0.5, "wrap": 0.2}, "glow": "gold", "outline": "red"}
        ).to_json()
    )
    wishes = {"shadows": shadows_of(["none"]), "light": light_of(None, 0.7), "outline": None, "glow": "none"}
    recipe = build_recipe(path, wishes)
    assert recipe.shadows == ()
    assert (recipe.light.harmonise, recipe.light.wrap) == (0.5, 0.7)
    assert (recipe.glow.size, recipe.outline.width) == (0, 0.012)
    assert shadows_of(None) is None
    assert shadows_of([]) is None
    assert light_of(None, None) == {}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--shadow", "blob"], "'blob' is not a shadow: write drop"),
        (["--shadow", "cast:length=9"], "shadows.0.length"),
        (["--harmonize", "2"], "light.harmonise"),
        (["--outline", "thick"], "'thick' is not a colour"),
    ],
)
def test_wrong_values_are_named(photo: Path, flags: list[str], said: str) -> None:
    failed = cutaway("cut", photo, *flags)
    assert failed.status == 2
    assert said in failed.err
