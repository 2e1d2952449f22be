"""The tables of a folder in bulk, and the memory over it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.batch import Run, cutaway, once, swept, table, verdict
from benchmarks.batch import Side as Command
from benchmarks.memory_curve import Look, curve, growth, picture
from benchmarks.pictures import write_folder

LEVEL = [Look(done, 900 + 40 * (done % 2), 26, 14) for done in range(1, 400)]
GROWING = [Look(done, 500 + done / 20, 26, 14) for done in range(1, 400)]


def test_a_line_for_each_side_and_what_they_come_to() -> None:
    found = {"rembg p": Run(60, 70, 1200), "app.py batch": Run(12, 20, 900)}
    first, theirs, ours = table(found, 24).splitlines()
    assert first.split() == ["seconds", "CPU", "a", "minute", "MB"]
    assert theirs.split() == ["rembg", "p", "60.0", "70.0", "24.0", "1200"]
    assert ours.split() == ["app.py", "batch", "12.0", "20.0", "120.0", "900"]
    said = verdict(*found.values())
    assert said.strip() == "5.0 times the photos a minute, target 4: met; of the cores' time 3.5 times"
    assert "MISSED" in verdict(Run(10, 10, 1), Run(9, 9, 1))


def test_the_sweep_gives_each_network_its_threads() -> None:
    sides = swept("u2netp")
    assert len({side.name for side in sides}) == len(sides)
    for side in sides:
        workers, threads = map(int, re.findall(r"\d+", side.name))
        assert side.command[-1] == str(workers)
        assert side.settings == {"CUTAWAY_THREADS": str(workers * threads)}
    assert cutaway("u2netp").settings == {}


def test_a_side_that_leaves_photos_out_is_not_measured(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    write_folder(photos, 2, (100, 200))
    with pytest.raises(RuntimeError, match="0 of 2"):
        once(Command("nothing", ("true",), {}), photos, tmp_path)


def test_growth_is_told_from_what_goes_up_and_down() -> None:
    assert abs(growth(LEVEL)) < 0.5
    assert growth(GROWING) == pytest.approx(5)


def test_the_curve_rises_where_memory_does() -> None:
    lines = curve(GROWING).splitlines()
    assert lines[0].rstrip().endswith("*")
    assert lines[-1].split() == ["0", "399", "photos"]
    points = ElementTree.fromstring(picture(GROWING)).find("{*}polyline")  # noqa: S314  (our own)
    assert points is not None
    heights = [float(point.split(",")[1]) for point in points.attrib["points"].split()]
    assert heights == sorted(heights, reverse=True)
