"""The short part of ``make torture`` that is about a batch: killed, poisoned, without room, without power."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.torture.harm import can_mount, disk_full, poison, power_loss
from benchmarks.torture.killing import kills, torn
from benchmarks.torture.rows import Finding, Plan

pytestmark = pytest.mark.weights

SMALL_DISK = pytest.mark.skipif(not can_mount(), reason="a small disk can be made by root alone")


@pytest.mark.parametrize(
    "measure",
    [kills, torn, poison, pytest.param(disk_full, marks=SMALL_DISK), power_loss],
    ids=lambda one: one.__name__,
)
def test_a_batch_bears_it(measure: Callable[[Plan], list[Finding]], tmp_path: Path) -> None:
    findings = [one for one in measure(Plan(tmp_path, quick=True)) if not one.timed]
    assert findings
    assert [one for one in findings if not one.reached] == []
