"""``cut`` asked for what makes no sense: one sentence, exit status 2, and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import cutaway


def refused(*args: str | Path) -> str:
    """What a command says that is used wrongly."""
    ran = cutaway("cut", *args)
    assert (ran.status, ran.out) == (2, b"")
    return ran.err


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--model", "u2nett"), "There is no model called 'u2nett'. Did you mean"),
        (("--model", "bria-rmbg"), "not free for commercial use"),
        (("--model", "nowhere.onnx"), "There is no model file at nowhere.onnx"),
        (("--background", "reddish"), "'reddish' is not a background"),
        (("--background", "nowhere.jpg"), "The background picture nowhere.jpg is not there"),
        (("--fit", "contain"), "--fit goes with a picture"),
        (("--background", "a/b.png", "--fit", "stretch"), "'stretch' is not one of"),
        (("--format", "gif"), "'gif' is not one of"),
        (("--input-size", "320"), "input_size goes with an ONNX file of your own"),
        (("--quality", "200"), "--quality"),
        (("--no-such-flag",), "No such option"),
        (("-o", "one.tiff"), ".tiff files are not written here"),
        (("--recipe", "nowhere.json"), "The recipe nowhere.json can't be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_flag_that_makes_no_sense(photo: Path, flags: tuple[str, ...], sentence: str) -> None:
    assert sentence in refused(photo, *flags)
    assert [path.name for path in photo.parent.iterdir()] == [photo.name]


def test_nothing_to_cut() -> None:
    assert "Missing argument" in refused()


def test_two_pictures_into_one_file(photo: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "one.png", "-"):
        assert "2 pictures can't go into one file" in refused(photo, photo, "-o", target)


def test_over_the_photo_itself(photo: Path, png: bytes) -> None:
    assert "written over the picture it is made from" in refused(photo, "-o", photo)
    assert photo.read_bytes() == png


def test_a_folder_without_pictures(tmp_path: Path) -> None:
    assert "There are no pictures in the folder" in refused(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "The recipe can't be used"),
        ("[]", "The recipe can't be used"),
        ('{"colour": "red"}', "colour: there is no such field"),
        ('{"version": 2}', "version"),
        ('{"output": {"quality": 0}}', "output.quality"),
    ],
)
def test_a_recipe_that_is_wrong(photo: Path, tmp_path: Path, text: str, sentence: str) -> None:
    recipe = tmp_path / "recipe.json"
    recipe.write_text(text)
    assert sentence in refused(photo, "--recipe", recipe)
