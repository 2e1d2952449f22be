"""``cut --report``: how sure each picture is, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import cut, picture

pytestmark = pytest.mark.weights


def test_each_picture_is_told(photo: Path, tmp_path: Path) -> None:
    ran = cut(photo, tmp_path / "nowhere.png", "-o", tmp_path / "out", "--report")
    assert ran.status == 1
    first, second = ran.text.splitlines()
    assert first.startswith(f"{photo}: sure, ")
    assert "; 320x240; subject " in first
    assert second == f"{tmp_path / 'nowhere.png'}: failed"


def test_a_picture_in_a_pipe_stays_a_picture(photo: Path) -> None:
    ran = cut(photo, "-o", "-", "--report")
    assert picture(ran.out).size == (320, 240)
    assert ran.err.startswith(f"{photo}: sure, ")


def test_a_report_for_programs(photo: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    ran = cut(photo, "-o", tmp_path / "out", "--report-file", file)
    assert (ran.status, ran.out, ran.err) == (0, b"", "")
    (row,) = json.loads(file.read_text())
    assert (row["file"], row["networks"], row["error"]) == (str(photo), ["u2netp"], None)
    assert 0.9 < row["confidence"] <= 1


def test_a_report_file_must_say_its_kind(photo: Path, tmp_path: Path) -> None:
    ran = cut(photo, "-o", tmp_path / "out", "--report-file", tmp_path / "report.doc")
    assert ran.status == 2
    assert ".jsonl" in ran.err
    assert not (tmp_path / "out").exists()
