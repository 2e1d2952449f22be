"""The speed tables: pictures that repeat, figures beside their targets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.__main__ import processes, ratios, table, verdict
from benchmarks.pictures import write_folder
from benchmarks.turns import Figures, Spent, spent
from benchmarks.worker import Timed

FOUND = {
    "rembg": Figures(4000, 400, 700, 14_000_000),
    "cutaway-plain": Figures(800, 400, 340, 14_500_000),
    "rembg-decontaminate": Figures(8000, 400, 2300, 15_000_000),
    "cutaway": Figures(1000, 400, 340, 15_000_000),
}


@pytest.mark.parametrize(
    ("found", "target", "most", "said"),
    [
        (4.0, 4, False, "4.0 times, target 4: met"),
        (3.9, 4, False, "3.9 times, target 4: MISSED"),
        (899.6, 900, True, "900 times, target 900: met"),
        (901, 900, True, "901 times, target 900: MISSED"),
    ],
)
def test_a_missed_target_shows(found: float, target: float, most: bool, said: str) -> None:
    assert verdict(found, target, most=most) == said


def test_the_network_and_the_rest_stand_apart() -> None:
    lines = table(FOUND).splitlines()
    assert lines[0].split()[:3] == ["ms", "network", "rest"]
    assert lines[1].split() == ["rembg", "4000", "400", "3600", "700", "14.00"]


def test_plain_against_plain_and_clean_against_clean() -> None:
    assert ratios(FOUND, {"clean edges": 9}).splitlines() == [
        "  plain edges: 5.0 times; outside the network 9.0 times",
        "  clean edges: 8.0 times, target 9: MISSED; outside the network 12.7 times",
    ]
    assert ratios({"rembg": FOUND["rembg"]}, {}) == ""


def test_the_folder_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_folder(tmp_path / name, count=1)
    photos = [next((tmp_path / name).iterdir()) for name in ("one", "two")]
    assert photos[0].read_bytes() == photos[1].read_bytes()
    with Image.open(photos[0]) as image:
        assert 5.9e6 < image.width * image.height < 6.1e6


def test_a_network_is_timed_and_otherwise_itself() -> None:
    class Session:
        name = "mine"

        def run(self, outputs: list[str], entry: dict[str, int]) -> tuple[list[str], dict[str, int]]:
            return outputs, entry

    timed = Timed(Session())
    assert timed.name == "mine"
    assert timed.run(["out"], {"in": 1}) == (["out"], {"in": 1})
    assert timed.ms > 0


def test_sides_take_turns() -> None:
    turns: list[str] = []
    found = spent({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, 2)
    assert turns == ["a", "b"] * 3
    assert set(found) == {"a", "b"}


def test_commands_against_each_other() -> None:
    lines = processes({"rembg p": Spent(200, 220), "app.py cut": Spent(40, 55)}, 4).splitlines()
    assert lines[1].split() == ["rembg", "p", "200.00", "220.00"]
    assert lines[3] == "  5.0 times, target 4: met; of the cores' time 4.0 times"
