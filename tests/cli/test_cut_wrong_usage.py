"""``cut`` asked for what makes no sense: one sentence, exit status 2, and nothing written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import run
from tests.cli.shell import cutaway

Refused = Callable[..., str]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """What ``cut`` says that is used wrongly; run inside this process, as one of its own takes a second."""
    from app import app

    def told(*args: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["app.py", "cut", *map(str, args)])
        with pytest.raises(SystemExit) as end:
            run(app)
        said = capsys.readouterr()
        assert (end.value.code, said.out) == (2, "")
        return said.err

    return told


def test_as_a_process(photo: Path) -> None:
    ran = cutaway("cut", photo, "--background", "reddish")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, b"", 1)


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
        (("-o", "one.bmp"), ".bmp files are not written here"),
        (("--shift", "101"), "edges.shift: Input should be less than or equal to 100"),
        (("--shift", "far"), "--shift"),
        (("--feather", "-1"), "edges.feather: Input should be greater than or equal to 0"),
        (("--harden", "nan"), "edges.contrast"),
        (("--decontaminate", "2"), "decontaminate: Input should be less than or equal to 1"),
        (("--subject", "biggest"), "'biggest' is not all, largest or a point. Write 2 shares"),
        (("--subject", "largest", "--subject", "0.5,0.5"), "only points go together"),
        (("--subject", "0.5,1.5"), "edges.picked.0.1: Input should be less than or equal to 1"),
        (("--region", "0.5,0,1"), "'0.5,0,1' is not a region. Write 4 shares"),
        (("--region", "0.5,0,0.2,1"), "the region's left must be below its right"),
        (("--recipe", "nowhere.json"), "The recipe nowhere.json can't be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_flag_that_makes_no_sense(
    photo: Path, refused: Refused, flags: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(photo, *flags)
    assert [path.name for path in photo.parent.iterdir()] == [photo.name]


def test_nothing_to_cut(refused: Refused) -> None:
    assert "Missing argument" in refused()


def test_two_pictures_into_one_file(photo: Path, refused: Refused, tmp_path: Path) -> None:
    for target in (tmp_path / "one.png", "-"):
        assert "2 pictures can't go into one file" in refused(photo, photo, "-o", target)


def test_over_the_photo_itself(photo: Path, refused: Refused, png: bytes) -> None:
    assert "written over the picture it is made from" in refused(photo, "-o", photo)
    assert photo.read_bytes() == png


def test_a_folder_without_pictures(refused: Refused, tmp_path: Path) -> None:
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
def test_a_recipe_that_is_wrong(
    photo: Path, refused: Refused, tmp_path: Path, text: str, sentence: str
) -> None:
    recipe = tmp_path / "recipe.json"
    recipe.write_text(text)
    assert sentence in refused(photo, "--recipe", recipe)
