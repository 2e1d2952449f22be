"""A folder of photos whose batch is disturbed: what is done to it, what it did, and what it left."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image

from benchmarks.pictures import write_folder
from benchmarks.torture.rows import Finding
from pipelines.batch.items import Item
from pipelines.batch.ledger import Ledger
from pipelines.batch.places import Folders

WORKERS: Final = 3
SIZES: Final = (60_000, 160_000)
"""Pixels: it is not about photos."""

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_SHIM: Final = Path(__file__).resolve().parent / "shim"
_PATIENCE_SECONDS: Final = 120


@dataclass
class Bulk:
    """A batch over photos that are small and differ.

    Attributes:
        place: a folder for all of it.
        photos: how many.
        folders: of the photos and the results.
        sizes: pixels of the smallest and the largest photo.
    """

    place: Path
    photos: int
    folders: Folders = field(init=False)
    sizes: tuple[float, float] = SIZES

    def __post_init__(self) -> None:
        self.folders = Folders(self.place / "photos", self.place / "results")
        write_folder(self.folders.source / "shoes", self.photos, self.sizes)
        for number, path in enumerate(self.paths()):
            if number % 2:
                path.rename(self.folders.source / path.name)

    def paths(self) -> list[Path]:
        """The photos."""
        return sorted(path for path in self.folders.source.rglob("*") if path.is_file())

    @property
    def trace(self) -> Path:
        """What the workers noted, see :mod:`benchmarks.torture.shim.sitecustomize`."""
        return self.place / "trace"

    def begin(self, **harm: Any) -> subprocess.Popen[bytes]:
        """Give the command, the same each time.

        Args:
            harm: to be done from within, see :mod:`benchmarks.torture.shim.sitecustomize`.
        """
        plan = json.dumps({"trace": str(self.trace), **harm})
        path = os.pathsep.join((str(_SHIM), str(_ROOT)))
        command = (sys.executable, "app.py", "batch", str(self.folders.source), str(self.folders.target))
        return subprocess.Popen(
            [*command, "--model", "u2netp", "--workers", str(WORKERS)],
            cwd=_ROOT,
            env={**os.environ, "CUTAWAY_TORTURE": plan, "PYTHONPATH": path, "CUTAWAY_SANDBOX": "off"},
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, **harm: Any) -> tuple[int, str]:
        """Give the command and wait for its end: its status, and what it said."""
        process = self.begin(**harm)
        said = process.communicate(timeout=_PATIENCE_SECONDS)[1].decode()
        return process.returncode, said

    def noted(self, kind: str | None = None) -> list[list[Any]]:
        """The notes, all or those of one kind."""
        if not self.trace.exists():
            return []
        lines = self.trace.read_text().split("\n")[:-1]
        return [note for note in map(json.loads, lines) if kind in (None, note[0])]

    def items(self) -> list[Item]:
        """What the ledger knows."""
        if not self.folders.ledger.exists():
            return []
        with Ledger(self.folders.ledger) as ledger:
            return ledger.items()

    def digests(self) -> Mapping[str, Path]:
        """The photos by the SHA-256 of their files."""
        return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in self.paths()}

    def results(self) -> list[Path]:
        """The files of results that have their names."""
        target = self.folders.target
        return [path for path in target.rglob("*.png") if ".cutaway" not in path.parts]

    def damage(self) -> list[Finding]:
        """What must never be, however a batch ended."""
        with closing(sqlite3.connect(self.folders.ledger)) as base:
            sound = base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return [
            Finding("results that do not decode", sum(not _decodes(path) for path in self.results()), 0),
            Finding("damaged ledgers", int(not sound), 0),
        ]

    def account(self, failed: int = 0) -> list[Finding]:
        """What must be at the end: each photo has ended once, with its one result.

        Args:
            failed: photos that can't be done.
        """
        items = self.items()
        done = [item for item in items if item.state == "done"]
        parts = list(self.folders.target.rglob("*.part"))
        return [
            *self.damage(),
            Finding("photos lost or doubled", abs(len({item.path for item in items}) - len(self.paths())), 0),
            Finding(f"of {self.photos} photos, not done", self.photos - failed - len(done), 0),
            Finding("results that no photo has, or that differ from what was noted", self._odd(done), 0),
            Finding("unfinished files left", len(parts), 0),
        ]

    def _odd(self, done: list[Item]) -> int:
        noted = {
            file["path"]: file["sha256"]
            for item in done
            for told in (item.facts or {})["results"].values()
            for file in told["files"]
        }
        there = {
            path.relative_to(self.folders.target).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.results()
        }
        return len(noted.items() ^ there.items())


def until(reached: Callable[[], bool]) -> None:
    """Wait for something.

    Raises:
        TimeoutError: it does not come.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError("what a batch was to do did not come")
        time.sleep(0.01)


def _decodes(path: Path) -> bool:
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError):
        return False
    return True
