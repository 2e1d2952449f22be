"""rembg against us, side by side in the same run: ``python -m benchmarks`` or ``make bench``.

The sides take turns, so that a machine that slows down slows both; each figure is the
median of several runs after one that is not counted, bytes to PNG bytes, model loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.pictures import large_photo, small_photo

SIDES = ("rembg", "rembg-decontaminate", "cutaway-plain", "cutaway")
COLD = {
    "rembg": "import sys; from rembg import remove; from benchmarks.worker import rembg_task; "
    "open(sys.argv[2], 'wb').write(rembg_task('u2netp')(open(sys.argv[1], 'rb').read()))",
    "cutaway": "import sys, app, commands; source, target = sys.argv[1:]; "
    "sys.argv = ['app.py', 'cut', source, '-o', target, '--model', 'u2netp']; commands.run(app.app)",
}


@dataclass(frozen=True)
class Figures:
    """Medians of one side: milliseconds, peak memory in MB, size of the result in bytes."""

    ms: float
    peak: float
    size: int


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
        counted = self._answers[1:]
        return Figures(
            statistics.median(a["ms"] for a in counted), counted[-1]["peak"], int(counted[-1]["bytes"])
        )


def compare(model: str, picture: Path, sides: Sequence[str], runs: int) -> dict[str, Figures]:
    """Measure sides in turn on one picture."""
    workers = {side: Worker(side, model, picture) for side in sides}
    for _ in range(runs + 1):
        for worker in workers.values():
            worker.once()
    return {side: worker.figures() for side, worker in workers.items()}


def cold(picture: Path, runs: int) -> dict[str, float]:
    """Seconds from nothing to a finished file, a process for each."""
    times: dict[str, list[float]] = {side: [] for side in COLD}
    for _ in range(runs + 1):
        for side, code in COLD.items():
            with tempfile.NamedTemporaryFile(suffix=".png") as target:
                start = time.perf_counter()
                subprocess.run([sys.executable, "-c", code, str(picture), target.name], check=True)
                times[side].append(time.perf_counter() - start)
    return {side: statistics.median(values[1:]) for side, values in times.items()}


def report(title: str, found: dict[str, Figures]) -> None:
    """Print one picture's table. Ratios are how many times the plain rembg takes."""
    base = found["rembg"]
    print(f"\n{title}")
    print(f"  {'':22}{'ms':>8}{'times as fast':>15}{'peak MB':>9}{'PNG MB':>8}")
    for side, figures in found.items():
        ratio, size = base.ms / figures.ms, figures.size / 1e6
        print(f"  {side:22}{figures.ms:8.0f}{ratio:15.2f}{figures.peak:9.0f}{size:8.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each side")
    parser.add_argument("--models", nargs="+", default=["u2netp", "isnet-general-use"])
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.jpg"), Path(folder, "small.png")
        large.write_bytes(large_photo())
        small.write_bytes(small_photo())
        for model in arguments.models:
            report(f"{model}, 12-megapixel JPEG", compare(model, large, SIDES, arguments.runs))
            report(f"{model}, 600x400 PNG", compare(model, small, SIDES, arguments.runs))
        seconds = cold(small, arguments.runs)
    print("\nu2netp, 600x400 PNG, from a cold start")
    for side, value in seconds.items():
        print(f"  {side:22}{value:8.2f} s{seconds['rembg'] / value:13.2f} times as fast")


if __name__ == "__main__":
    main()
