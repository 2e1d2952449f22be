"""What ``cut --report`` says, with made-up networks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from commands.report import Report, Row, line_of, reporting, row_of, written
from pipelines.cutout import Cutout
from pipelines.errors import OutputError, RecipeError
from pipelines.recipe import Recipe
from tests.unit.fakes import fake_service

FAILED = Row("b.jpg", error="It is damaged.")


@pytest.fixture
def cutout(tmp_path: Path) -> Cutout:
    pixels = np.zeros((60, 90, 3), np.uint8)
    pixels[10:, 15:75] = 255
    return fake_service(tmp_path).service.cut(pixels, Recipe(model="u2netp"))


@pytest.fixture
def row(cutout: Cutout) -> Row:
    return row_of("a.jpg", cutout)


def test_a_row_holds_the_facts(row: Row, cutout: Cutout) -> None:
    assert (row.file, row.width, row.height, row.box) == ("a.jpg", 90, 60, cutout.box)
    assert (row.reasons, row.remarks) == (("cut_off",), ("cut off at the bottom",))
    assert row.confidence == pytest.approx(cutout.confidence.score, abs=1e-3)
    assert row.networks == ("u2netp",)
    assert row.error is None


def test_a_line_for_people(row: Row) -> None:
    said = line_of(row)
    assert said.startswith(f"a.jpg: sure, {row.confidence:.0%}; cut off at the bottom; 90x60; subject ")
    assert said.endswith("with u2netp")
    assert line_of(Row("c", 0.41, width=1, height=1, seconds=1)).startswith("c: have a look, 41%; 1x1; ")
    assert line_of(FAILED) == "b.jpg: failed"


def test_json_is_a_list_and_json_lines_are_lines(row: Row) -> None:
    listed = json.loads(written([row, FAILED], ".json"))
    lines = [json.loads(line) for line in written([row, FAILED], ".jsonl").splitlines()]
    assert listed == lines
    assert listed[0]["remarks"] == ["cut off at the bottom"]
    assert listed[1] == {**listed[1], "file": "b.jpg", "error": "It is damaged.", "confidence": None}


def test_a_table(row: Row) -> None:
    first, second = csv.DictReader(written([row, FAILED], ".csv").splitlines())
    assert first["box"] == " ".join(map(str, row.box or ()))
    assert (first["reasons"], first["error"]) == ("cut_off", "")
    assert (second["confidence"], second["error"]) == ("", "It is damaged.")


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".csv"])
def test_a_name_that_is_no_unicode_is_told_with_question_marks(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"report{ending}"
    with reporting(file, spoken=False, piped=False) as report:
        assert report is not None
        report.add(Row("caf\udce9.jpg", 0.5))
    assert "caf?.jpg" in file.read_text()


@pytest.mark.parametrize("piped", [False, True])
def test_lines_keep_out_of_a_picture(cutout: Cutout, piped: bool, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(spoken=True, piped=piped)
    report.add(row_of("a.jpg", cutout))
    report.add(FAILED)
    said = capsys.readouterr()
    lines, silent = (said.err, said.out) if piped else (said.out, said.err)
    assert [line.split(":")[0] for line in lines.splitlines()] == ["a.jpg", "b.jpg"]
    assert silent == ""


def test_a_file_is_written_even_where_the_work_broke_off(tmp_path: Path) -> None:
    file = tmp_path / "report.JSON"
    with pytest.raises(KeyboardInterrupt), reporting(file, spoken=False, piped=False) as report:
        assert report is not None
        report.add(FAILED)
        raise KeyboardInterrupt
    assert [one["file"] for one in json.loads(file.read_text())] == ["b.jpg"]


def test_no_report_where_none_is_wanted() -> None:
    with reporting(None, spoken=False, piped=False) as report:
        assert report is None


def test_a_report_of_another_kind_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"\.csv"), reporting(tmp_path / "a.txt", spoken=False, piped=False):
        pytest.fail("the work began")


def test_a_place_that_can_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError), reporting(tmp_path / "no" / "a.csv", spoken=False, piped=False):
        pass
