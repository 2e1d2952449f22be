"""The flag of ``cut`` that paints strokes over the matte."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from commands.stroke_flags import strokes_of
from pipelines import Recipe
from pipelines import cut as cut_in_python
from pipelines.errors import RecipeError
from tests.cli.shell import cut, cutaway, picture

STROKES = [
    {"mode": "keep", "points": [[0.05, 0.1], [0.2, 0.1]], "size": 0.05},
    {"mode": "erase", "points": [[0.52, 0.5]], "size": 0.2, "hardness": 1},
]


def written(folder: Path, content: object) -> Path:
    path = folder / "strokes.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.weights
def test_strokes_from_a_file(photo: Path, tmp_path: Path) -> None:
    path = written(tmp_path, STROKES)
    assert cut(photo, "--strokes", path, "-o", tmp_path / "a.png").status == 0
    recipe = Recipe.read({"model": "u2netp", "strokes": STROKES})
    assert (tmp_path / "a.png").read_bytes() == cut_in_python(photo, recipe).encode()
    alpha = np.asarray(picture(tmp_path / "a.png").getchannel("A"))
    assert (alpha[24, 40], alpha[120, 166]) == (255, 0)


def test_a_recipe_lends_its_strokes(tmp_path: Path) -> None:
    recipe = Recipe.read({"background": "white", "strokes": STROKES})
    strokes = strokes_of(written(tmp_path, recipe.to_json()))
    assert Recipe.read({"strokes": strokes}).strokes == recipe.strokes
    assert strokes_of(None) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [("[", "not JSON"), ("[" * 100_000, "not JSON"), ('"stroke"', "no strokes"), ("{}", "no strokes")],
)
def test_other_files_are_explained(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        strokes_of(written(tmp_path, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"none\.json can't be read"):
        strokes_of(tmp_path / "none.json")


def test_a_wrong_stroke_is_explained(photo: Path, tmp_path: Path) -> None:
    path = written(tmp_path, [{"mode": "keep", "points": [[0.1, 7]]}])
    ran = cutaway("cut", photo, "--strokes", path, "-o", tmp_path / "a.png")
    assert ran.status != 0
    assert "strokes.0.points.0.1" in ran.err
