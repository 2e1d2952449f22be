"""Sides that take turns, so that a machine that slows down slows them all; medians of their runs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.proc import children


@dataclass(frozen=True)
class Figures:
    """Medians of one side.

    Attributes:
        ms: milliseconds from bytes to bytes.
        network: of them, those in the bare network.
        peak: the most memory held beyond the loaded model, MB.
        size: of the result, bytes.
    """

    ms: float
    network: float
    peak: float
    size: int

    @property
    def rest(self) -> float:
        """Milliseconds outside the network."""
        return self.ms - self.network


class Worker:
    """One side in its own process."""

    def __init__(self, side: str, model: str, picture: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", side, model, str(picture)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answers: list[dict[str, Any]] = []

    def once(self) -> None:
        """Do the picture once more."""
        assert self._process.stdin and self._process.stdout  # noqa: S101  (both are pipes)
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        self._answers.append(json.loads(self._process.stdout.readline()))

    def figures(self) -> Figures:
        """End the process; medians of all runs but the first."""
        self._process.communicate(timeout=60)
        ms, network = (statistics.median(a[key] for a in self._answers[1:]) for key in ("ms", "network"))
        return Figures(ms, network, self._answers[-1]["peak"], int(self._answers[-1]["bytes"]))


def compare(model: str, picture: Path, sides: Sequence[str], runs: int) -> dict[str, Figures]:
    """Measure sides in turn on one picture, one run more than is counted."""
    workers = {side: Worker(side, model, picture) for side in sides}
    for _ in range(runs + 1):
        for worker in workers.values():
            worker.once()
    return {side: worker.figures() for side, worker in workers.items()}


@dataclass(frozen=True)
class Spent:
    """Medians of one command.

    Attributes:
        seconds: from its start to its end.
        cpu: seconds of all cores together; a busy machine changes them little.
    """

    seconds: float
    cpu: float


def spent(tasks: Mapping[str, Callable[[], None]], runs: int, *, uncounted: int = 1) -> dict[str, Spent]:
    """What each task takes that starts processes, done in turn; the first runs may go uncounted."""
    found: dict[str, list[Spent]] = {side: [] for side in tasks}
    for _ in range(runs + uncounted):
        for side, task in tasks.items():
            start, cpu = time.perf_counter(), children()
            task()
            found[side].append(Spent(time.perf_counter() - start, children() - cpu))
    return {side: _median(times[uncounted:]) for side, times in found.items()}


def _median(times: Sequence[Spent]) -> Spent:
    return Spent(statistics.median(t.seconds for t in times), statistics.median(t.cpu for t in times))
