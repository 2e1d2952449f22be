"""Real commands against each other, a process each time: a folder, and one photo from a cold start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.turns import Spent, spent
from pipelines.models.known import model_named
from pipelines.models.weights import open_store
from pipelines.settings import load_settings

MODEL: Final = "u2netp"

_ROOT: Final = Path(__file__).resolve().parent.parent
_REMBG: Final = (sys.executable, "-m", "benchmarks.rembg_cli")
_CUTAWAY: Final = (sys.executable, "app.py", "cut")


def folder(photos: Path, scratch: Path, runs: int) -> dict[str, Spent]:
    """What a folder takes: ``rembg p`` against ``app.py cut``, with the same network.

    Args:
        photos: the folder.
        scratch: where results and rembg's weights go.
        runs: counted; none goes uncounted, as each is long.
    """
    home, count = rembg_home(scratch), sum(1 for _ in photos.iterdir())

    def task(*command: str, into: Path) -> Callable[[], None]:
        def run() -> None:
            shutil.rmtree(into, ignore_errors=True)
            into.mkdir()
            _run(command, home)
            done = sum(1 for _ in into.iterdir())
            assert done == count, f"{done} of {count} photos are done"  # noqa: S101  (else the time says nothing)

        return run

    theirs, ours = scratch / "rembg", scratch / "cutaway"
    tasks = {
        "rembg p": task(*_REMBG, "p", "-m", MODEL, str(photos), str(theirs), into=theirs),
        "app.py cut": task(*_CUTAWAY, str(photos), "-o", str(ours), "--model", MODEL, into=ours),
    }
    return spent(tasks, runs, uncounted=0)


def cold(picture: Path, scratch: Path, runs: int) -> dict[str, Spent]:
    """What a finished file takes from nothing: ``rembg i`` against ``app.py cut``."""
    home, target = rembg_home(scratch), str(scratch / "cold.png")
    commands = {
        "rembg i": (*_REMBG, "i", "-m", MODEL, str(picture), target),
        "app.py cut": (*_CUTAWAY, str(picture), "-o", target, "--model", MODEL),
    }
    tasks = {name: lambda command=command: _run(command, home) for name, command in commands.items()}
    return spent(tasks, runs)


def rembg_home(scratch: Path, model: str = MODEL) -> Path:
    """A folder in which rembg finds the weights that we use."""
    place = scratch / "rembg-home" / "models" / model / f"{model}.onnx"
    if not place.exists():
        place.parent.mkdir(parents=True)
        shutil.copyfile(open_store(load_settings()).ensure(model_named(model)), place)
    return scratch / "rembg-home"


def _run(command: tuple[str, ...], rembg_home: Path) -> None:
    environment = {**os.environ, "U2NET_HOME": str(rembg_home)}
    subprocess.run(command, check=True, cwd=_ROOT, env=environment, stderr=subprocess.DEVNULL)
