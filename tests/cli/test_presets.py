"""``cut --preset``, ``check`` and ``presets``."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from pipelines.presets import presets
from tests.cli.shell import cut, cutaway, picture
from tests.scenes import ball, encoded


def test_the_list() -> None:
    ran = cutaway("presets")
    assert ran.status == 0
    assert [line.split()[0] for line in ran.text.splitlines()] == [*presets()]
    assert "check before use" in ran.text


def test_one_in_full() -> None:
    told = cutaway("presets", "walmart").text
    assert "read 2025-07-01 (authority)" in told
    assert "shorter: at least 1,500, better 2,200" in told
    assert "share: at least 0.8 (advice)" in told
    wrong = cutaway("presets", "walmrt")
    assert (wrong.status, wrong.out) == (2, b"")
    assert "Did you mean walmart?" in wrong.err


@pytest.mark.weights
def test_cut_and_check(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(encoded(ball(1800, 1500).pixels))
    made = tmp_path / "ball.jpg"
    ran = cut(photo, "-o", made, "--preset", "amazon-main")
    assert (ran.status, ran.err) == (0, "")
    image = picture(made)
    assert (image.format, image.size, image.mode) == ("JPEG", (2000, 2000), "RGB")
    assert (np.asarray(image)[:60] == 255).all()
    checked = cutaway("check", made, photo, "--preset", "amazon-main")
    assert checked.status == 1
    assert f"{made}: keeps" in checked.text
    assert f"{photo}: breaks rules" in checked.text
    assert "guessed from the picture" in checked.text
    told = json.loads(cutaway("check", made, "--preset", "amazon-main", "--json").out)[str(made)]
    assert (told["verdict"], told["estimated"]) == ("warn", True)


@pytest.mark.weights
def test_a_flag_wins_over_the_preset_and_what_it_breaks_is_told(photo: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    args = ("--preset", "amazon-main", "--background", "#eeeeee", "--report-file", report)
    ran = cut(photo, "-o", tmp_path / "grey.jpg", *args)
    assert ran.status == 1
    assert "0 % of the background is pure white" in ran.err
    assert (tmp_path / "grey.jpg").is_file()
    assert len(json.loads(report.read_text())[0]["broken"]) == 1


def test_what_can_not_be_checked(tmp_path: Path) -> None:
    wrong = tmp_path / "notes.jpg"
    wrong.write_text("only words")
    ran = cutaway("check", wrong, tmp_path / "nothing.png", "--preset", "ebay")
    assert ran.status == 1
    assert "notes.jpg: This is a text" in ran.err
    assert "nothing.png is not there" in ran.err


@pytest.mark.weights
def test_several_presets_with_a_file_for_each(tmp_path: Path) -> None:
    photo = tmp_path / "shoe.png"
    photo.write_bytes(encoded(ball(1800, 1500).pixels))
    both = ("--preset", "amazon-main", "--preset", "etsy")
    ran = cut(photo, "-o", f"{tmp_path}/out/", *both)
    assert (ran.status, ran.err) == (0, "")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"shoe-amazon-main.jpg", "shoe-etsy.jpg"}
    assert picture(tmp_path / "out" / "shoe-etsy.jpg").size == (2500, 2000)
    assert cut(photo, "-o", tmp_path / "all.zip", *both).status == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["shoe-amazon-main.jpg", "shoe-etsy.jpg", "report.txt"]
        made = (tmp_path / "out" / "shoe-etsy.jpg").read_bytes()
        assert archive.read("shoe-etsy.jpg") == made
    wrong = cut(photo, "-o", tmp_path / "one.jpg", *both)
    assert (wrong.status, "can't go into one file" in wrong.err) == (2, True)


@pytest.mark.weights
def test_a_preset_that_fails_does_not_lose_the_others(tmp_path: Path) -> None:
    photo = tmp_path / "shoe.png"
    photo.write_bytes(encoded(ball(1800, 1500).pixels))
    named = "{preset}-{width}"
    ran = cut(photo, "-o", f"{tmp_path}/out/", "--preset", "id-us", "--preset", "etsy", "--name", named)
    assert ran.status == 1
    assert "id-us: not made. No face was found" in ran.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["etsy-2500.jpg"]
