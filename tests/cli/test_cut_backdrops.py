"""The flags of ``cut`` that say what is put behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from commands.backdrop_flags import background_of, picture_of, with_picture
from commands.recipes import build_recipe
from pipelines import Recipe
from pipelines import cut as cut_in_python
from pipelines.compose.studio import Look, drawn
from pipelines.errors import RecipeError
from tests.cli.shell import cut, picture
from tests.scenes import encoded

WORDS = {
    "gradient.png": "gradient:#102030-tan 30%-#f0e0d0@45",
    "translucent.png": "radial:white-#00000000@0.2,0.3",
    "studio.webp": "studio:bokeh,seed=4,color=#203040",
    "lens.jpg": "blur:disc@0.03",
}


@pytest.mark.weights
@pytest.mark.parametrize("name", WORDS)
def test_the_same_as_in_python(photo: Path, tmp_path: Path, name: str) -> None:
    assert cut(photo, "--background", WORDS[name], "-o", tmp_path / name).status == 0
    recipe = Recipe(model="u2netp", background=WORDS[name], output={"format": name.split(".")[1]})
    assert (tmp_path / name).read_bytes() == cut_in_python(photo, recipe).encode()


@pytest.mark.weights
def test_a_studio_backdrop_at_the_photos_size(photo: Path, tmp_path: Path) -> None:
    assert cut(photo, "--background", "studio:plaster", "-o", tmp_path / "a.png").status == 0
    result = np.asarray(picture(tmp_path / "a.png"))
    expected = drawn(Look("plaster"), result.shape[:2])
    assert (result[0] == expected[0]).all()


@pytest.mark.weights
def test_a_picture_is_placed(photo: Path, tmp_path: Path) -> None:
    halves = np.zeros((100, 400, 3), np.uint8)
    halves[:, 200:] = 255
    behind = tmp_path / "halves.png"
    behind.write_bytes(encoded(halves))
    how = ("--background-position", "1,0.5", "--background-scale", "2")
    assert cut(photo, "--background", behind, *how, "-o", tmp_path / "a.png").status == 0
    assert (np.asarray(picture(tmp_path / "a.png"))[0] == 255).all()
    tiles = ("--fit", "tile", "--background-blur", "0.005")
    assert cut(photo, "--background", behind, *tiles, "-o", tmp_path / "b.png").status == 0
    row = np.asarray(picture(tmp_path / "b.png"))[0, :, 0]
    assert (row.min(), row.max()) == (0, 255)
    assert np.unique(row).size > 10


def test_flags_change_what_a_recipe_says(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text('{"background": {"kind": "image", "source": "a.png", "fit": "tile", "scale": 2}}')
    recipe = build_recipe(path, {}, picture_of(None, "0.1,0.9", None, 0.01))
    assert recipe.background.model_dump() == {
        "kind": "image",
        "source": "a.png",
        "fit": "tile",
        "position": (0.1, 0.9),
        "scale": 2,
        "blur": 0.01,
    }


def test_a_file_comes_before_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "white").write_bytes(b"")
    assert background_of("white") == {**(background_of("white.png") or {}), "source": "white"}
    assert background_of(None) is None


@pytest.mark.parametrize(
    ("position", "said"), [("top", "position"), ("0.5", "position"), ("0.5,2", "less than or equal to 1")]
)
def test_a_position_that_is_none(position: str, said: str) -> None:
    wish = {"background": {"kind": "image", "source": "a.png"}}
    with pytest.raises(RecipeError, match=said):
        build_recipe(None, wish, picture_of(None, position, None, None))


def test_only_pictures_are_placed() -> None:
    with pytest.raises(RecipeError, match="--fit, --background-blur goes with a picture"):
        with_picture({"kind": "studio", "name": "paper"}, picture_of("tile", None, None, 0.1))
