"""Memory over a long batch: ``python -m benchmarks.memory_curve --picture docs/batch-memory.svg``.

Thousands of photos of one to two megapixels, no two the same, through ``app.py batch``; what its processes
hold is looked at all the time. Memory is flat when, over the second half, it does not grow by a megabyte
in a hundred photos.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.pictures import write_folder
from benchmarks.proc import usage
from pipelines.batch.ledger import Ledger
from pipelines.batch.places import Folders

PHOTOS: Final = 2000
SIZES: Final = (1e6, 2e6)
"""Pixels of the smallest and the largest photo."""
FLAT: Final = 1.0
"""MB in a hundred photos; more is growth."""

_ROOT: Final = Path(__file__).resolve().parent.parent
_SECONDS: Final = 0.5
_ROWS, _COLUMNS = 12, 64
_WIDTH, _HEIGHT, _EDGE = 640, 240, 44


@dataclass(frozen=True)
class Look:
    """What was seen at one time.

    Attributes:
        done: photos that were at an end.
        rss: MB of all processes together.
        fds: open files.
        threads: of all processes.
    """

    done: int
    rss: float
    fds: int
    threads: int


def watched(command: Sequence[str], folders: Folders) -> Iterator[Look]:
    """Run a batch, and look at it until it ends.

    Raises:
        RuntimeError: it did not end well.
    """
    process = subprocess.Popen(command, cwd=_ROOT, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            time.sleep(_SECONDS)
            held = usage(process.pid)
            if folders.ledger.exists() and held.rss:
                with Ledger(folders.ledger) as ledger:
                    yield Look(ledger.counts().done, held.rss, held.fds, held.threads)
    finally:
        process.terminate()
        process.wait(20)
    if process.returncode:
        raise RuntimeError(f"the batch ended with {process.returncode}")


def growth(looks: Sequence[Look]) -> float:
    """MB that a hundred photos add, by a line fitted to the second half."""
    last = looks[-1].done
    half = [
        look for look in looks if last / 2 <= look.done < last
    ]  # the end, where processes go, says nothing
    return float(np.polyfit([look.done for look in half], [look.rss for look in half], 1)[0]) * 100


def curve(looks: Sequence[Look]) -> str:
    """What was held, by how many were done, as a picture of letters."""
    last, top = max(look.done for look in looks), max(look.rss for look in looks)
    grid = [[" "] * _COLUMNS for _ in range(_ROWS)]
    for look in looks:
        column = min(_COLUMNS - 1, look.done * _COLUMNS // max(last, 1))
        grid[min(_ROWS - 1, int(look.rss / top * _ROWS))][column] = "*"
    lines = [f"{top * (row + 1) / _ROWS:7.0f} |{''.join(grid[row])}" for row in reversed(range(_ROWS))]
    return "\n".join([*lines, f"     MB +{'-' * _COLUMNS}", f"         0{last:>{_COLUMNS - 1}} photos"])


def picture(looks: Sequence[Look]) -> str:
    """The same as an SVG, that can be read in light and in dark."""
    last, top = max(look.done for look in looks), _round(max(look.rss for look in looks))
    across, down, bottom = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE, _HEIGHT - _EDGE
    step = max(1, len(looks) // across)
    points = " ".join(
        f"{_EDGE + across * look.done / last:.1f},{bottom - down * look.rss / top:.1f}"
        for look in looks[::step]
    )
    texts = [_text(_EDGE, _EDGE - 16, "MB", "start"), _text(_WIDTH - _EDGE, _EDGE - 16, "photos done", "end")]
    for part in (0, 0.5, 1):
        texts.append(_text(_EDGE - 6, bottom - down * part + 4, f"{top * part:.0f}", "end"))
        texts.append(_text(_EDGE + across * part, bottom + 18, f"{last * part:.0f}", "middle"))
    lines = "".join(f"M{_EDGE} {bottom - down * part:.0f}h{across}" for part in (0, 0.5, 1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#888">'
        "<title>Memory of all processes of a batch, in MB, by photos done</title>"
        f'<path d="{lines}" stroke="#8886"/>{"".join(texts)}'
        f'<polyline points="{points}" fill="none" stroke="#2f7fd6" stroke-width="1.5"/></svg>\n'
    )


def _round(most: float) -> float:
    """The top of a scale that holds it."""
    return math.ceil(most / 200) * 200


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{said}</text>'


def main() -> int:
    """Run the batch, print its curve and what it means."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory_curve", description=__doc__)
    parser.add_argument("--photos", type=int, default=PHOTOS)
    parser.add_argument("--model", default="u2netp")
    parser.add_argument("--picture", type=Path, help="write the curve as an SVG too")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folders = Folders(Path(scratch) / "photos", Path(scratch) / "results")
        write_folder(folders.source, wanted.photos, SIZES)
        command = (sys.executable, "app.py", "batch", str(folders.source), str(folders.target))
        start = time.perf_counter()
        looks = list(watched((*command, "--model", wanted.model), folders))
        seconds = time.perf_counter() - start
    slope, most = growth(looks), max(look.rss for look in looks)
    print(curve(looks))
    print(f"\n{wanted.photos} photos of 1 to 2 MP, {wanted.model}, {os.cpu_count()} cores: {seconds:.0f} s")
    print(f"most {most:.0f} MB; open files {looks[len(looks) // 2].fds}, later {looks[-2].fds}")
    said = "flat" if slope < FLAT else "GROWS"
    print(f"second half: {slope:+.2f} MB in a hundred photos, at most {FLAT:g}: {said}")
    if wanted.picture:
        wanted.picture.write_text(picture(looks), encoding="utf-8")
    return int(slope >= FLAT)


if __name__ == "__main__":
    sys.exit(main())
