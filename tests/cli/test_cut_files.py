"""``cut``: which files come out, under which names."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from psd_tools import PSDImage

from commands.destinations import Places, format_of, plan
from commands.output_flags import output_of
from commands.recipes import build_recipe
from pipelines.errors import RecipeError
from pipelines.recipe import Output, Recipe
from tests.cli.shell import cut, picture
from tests.scenes import Scene, overlap

weights = pytest.mark.weights


def output_for(target: str | None = None, formats: list[str] | None = None, **wishes: Any) -> Output:
    return build_recipe(None, {"output": output_of(target, formats, **wishes)}).output


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_flags_become_fields() -> None:
    made = output_for("out/", ["webp", "psd"], max_kb=240, dpi=300, name="{stem}", lossless=None)
    assert made == Output(format="webp", also=("psd",), max_kb=240, dpi=300)


@pytest.mark.parametrize(
    ("ending", "name"),
    [("psd", "psd"), ("TIF", "tiff"), ("tiff", "tiff"), ("svg", "svg"), ("zip", "zip"), ("avif", "avif")],
)
def test_the_ending_says_the_format(ending: str, name: str) -> None:
    assert output_for(f"a.{ending}").format == name


def test_one_format_takes_back_the_others_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(Recipe(output=Output(format="png", also=("webp",), max_kb=90)).to_json())
    kept = build_recipe(file, {"output": output_of(None, None)}).output
    assert kept.formats() == ("png", "webp")
    single = build_recipe(file, {"output": output_of("a.jpg", None)}).output
    assert (single.formats(), single.max_kb) == (("jpg",), 90)


def test_what_is_not_written_is_told() -> None:
    with pytest.raises(RecipeError, match=r"\.gif files are not written here.*\.psd, \.svg or \.zip"):
        format_of("a.gif")


def test_several_formats_go_into_a_folder_or_a_zip() -> None:
    recipe = Recipe(output=Output(format="png", also=("psd", "png8")))
    (item,) = plan(["in/a.jpg"], "out/", recipe)
    assert (item.target, *item.also) == (Path("out/a.png"), Path("out/a.psd"), Path("out/a-8bit.png"))
    (item,) = plan(["in/a.jpg"], "b.zip", recipe)
    assert (item.target, item.also) == (Path("b.zip"), ())
    with pytest.raises(RecipeError, match=r"name a \.zip file, or a folder"):
        list(plan(["in/a.jpg"], "b.png", recipe))


@pytest.mark.parametrize(
    ("pattern", "first", "second"),
    [
        ("{n:3}", "001", "002"),
        ("shop {stem}", "shop a", "shop b"),
        ("same", "same", "same-2"),
        ("a/b", "a-b", "a-b-2"),
    ],
)
def test_patterns_name_the_files(pattern: str, first: str, second: str) -> None:
    items = plan(["in/a.jpg", "in/b.jpg"], "out/", Recipe(output=Output(name=pattern)))
    assert [item.target for item in items] == [Path(f"out/{first}.png"), Path(f"out/{second}.png")]


def test_what_is_known_late_takes_its_place_late() -> None:
    recipe = Recipe(output=Output(name="{stem} {width}x{height}", also=("webp",)))
    items = list(plan(["in/a.jpg", "in/a.png"], "out/", recipe))
    facts = {"width": 9, "height": 8, "model": "auto"}
    found = [item.files(facts, recipe.output) for item in items]
    assert found == [
        (Path("out/a 9x8.png"), Path("out/a 9x8.webp")),
        (Path("out/a 9x8-2.png"), Path("out/a 9x8-2.webp")),
    ]


def test_a_late_name_is_never_that_of_a_picture_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "a-9.png").touch()
    (tmp_path / "a.png").touch()
    recipe = Recipe(output=Output(name="{stem}-{width}"))
    items = list(plan([str(tmp_path / "a.png"), str(tmp_path / "a-9.png")], str(tmp_path), recipe))
    assert items[0].files({"width": 9}, recipe.output) == (tmp_path / "a-9-2.png",)


@settings(deadline=None)  # it asks the disk
@given(
    st.lists(st.sampled_from(["a", "b", "a-2", "a-8bit"]), max_size=8),
    st.lists(st.sampled_from(["png", "png8", "webp", "jpg"]), min_size=1, max_size=4),
)
def test_no_two_files_meet(stems: list[str], formats: list[Any]) -> None:
    places = Places([Path("a.png")])
    output = Output(format=formats[0], also=tuple(formats[1:]))
    taken = [file for stem in stems for file in places.take(Path(), stem, output)]
    assert len({*taken}) == len(taken)
    assert Path("a.png") not in taken


@weights
def test_several_formats_with_a_report(photo: Path, scene: Scene, tmp_path: Path) -> None:
    wanted = ["--format", "png", "--format", "psd", "--format", "png8", "--format", "svg"]
    ran = cut(photo, "-o", tmp_path / "out", *wanted, "--name", "{stem} {width}", "--report")
    assert (ran.status, ran.err) == (0, "")
    out = tmp_path / "out"
    assert names(out) == ["my ball 320-8bit.png", "my ball 320.png", "my ball 320.psd", "my ball 320.svg"]
    alpha = np.asarray(picture(out / "my ball 320.png").getchannel("A"))
    assert overlap(alpha, scene.matte) > 0.95
    layer = PSDImage.open(out / "my ball 320.psd")[0]
    assert layer.mask
    assert (np.asarray(layer.mask.topil()) == alpha).all()
    assert "my ball 320-8bit.png: " in ran.text
    assert "colours, mean error" in ran.text


@weights
def test_several_formats_in_a_zip(photo: Path, tmp_path: Path) -> None:
    ran = cut(photo, "-o", tmp_path / "a.zip", "--format", "webp", "--format", "tiff", "--dpi", "300")
    assert (ran.status, ran.err) == (0, "")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["my ball.webp", "my ball.tif"]
        image = Image.open(io.BytesIO(archive.read("my ball.tif")))
        assert image.info["dpi"] == (300, 300)


@weights
def test_a_limit_that_can_not_be_met_fails_that_picture(photo: Path, tmp_path: Path) -> None:
    ran = cut(photo, "-o", tmp_path / "a.png", "--max-kb", "1")
    assert ran.status == 1
    assert "1 kB can't be met: the smallest file is" in ran.err
    assert not (tmp_path / "a.png").exists()
