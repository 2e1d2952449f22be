"""What the torture of a batch counts: it must notice what goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.torture.harm import Disk
from benchmarks.torture.killing import most_repeated

WHOLE = [
    ["mkdir", "/out/shoes"],
    ["fsync", "/out"],
    ["fsync", "/out/shoes/x.part"],
    ["rename", "/out/shoes/x.part", "/out/shoes/a.png"],
    ["fsync", "/out/shoes"],
]


def survives(notes: list[list[str]]) -> bool:
    disk = Disk()
    for note in notes:
        disk.saw(note)
    return disk.holds(Path("/out"), "shoes/a.png")


def test_what_was_synced_in_order_survives_a_power_cut() -> None:
    assert survives(WHOLE)
    assert survives([WHOLE[0], *WHOLE[2:], WHOLE[1]])
    assert survives(WHOLE[2:])  # the folder was there before


@pytest.mark.parametrize("left_out", [1, 2, 3, 4])
def test_what_was_not_does_not(left_out: int) -> None:
    assert not survives([note for number, note in enumerate(WHOLE) if number != left_out])


def test_a_name_is_not_durable_by_what_was_synced_before_it() -> None:
    assert not survives([*WHOLE[:3], WHOLE[4], WHOLE[3]])


@pytest.mark.parametrize(
    ("looks", "killed_at", "most"),
    [("abcdef", [3], 0), ("abcbcd", [3], 2), ("abcbcbd", [3, 5], 2), ("abcb", [2, 3], 1), ("ab", [], 0)],
)
def test_a_look_is_repeated_because_of_the_kill_after_it(looks: str, killed_at: list[int], most: int) -> None:
    assert most_repeated(list(looks), killed_at) == most
