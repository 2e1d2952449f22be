"""Goes with a batch's worker, where this folder is on Python's path: notes what it does, and does it harm.

``CUTAWAY_TORTURE`` holds, as JSON: ``trace``, the file for the notes; ``crash_decoding`` and
``crash_looking``, photos (SHA-256 of their files) that kill the worker there; ``die``, where the whole
program is killed, after so many ``results``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

_PLAN: Final[dict[str, Any]] = json.loads(os.environ.get("CUTAWAY_TORTURE", "{}"))


def _note(*what: object) -> None:
    """One line, in one call to the system: whole or not at all, whoever is killed."""
    os.write(_TRACE, (json.dumps(what) + "\n").encode())


def _put(owner: Any, **functions: Any) -> None:
    """In place of those of a module or a class."""
    for name, function in functions.items():
        setattr(owner, name, function)


def _kill_all() -> None:
    """Kill the program, and the worker that this is."""
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _watch_photos() -> None:
    """Note decodings and looks of networks; some are the last."""
    import hashlib

    from pipelines import load
    from pipelines.models.network import DescribedNetwork

    decoded, looked = load.load, DescribedNetwork.matte

    def loading(source: Any, *more: Any) -> Any:
        digest = hashlib.sha256(source).hexdigest()
        _note("load", digest)
        if digest in _PLAN.get("crash_decoding", ()):
            os.kill(os.getpid(), signal.SIGSEGV)
        return decoded(source, *more)

    def looking(network: DescribedNetwork, photo: Any, side: int | None = None) -> Any:
        _note("look", photo.digest)
        if photo.digest in _PLAN.get("crash_looking", ()):
            os.kill(os.getpid(), signal.SIGKILL)
        return looked(network, photo, side)

    _put(load, load=loading)
    _put(DescribedNetwork, matte=looking)


def _watch_disk() -> None:
    """Note what makes files and names durable, and when a photo is called done."""
    from pipelines.batch.ledger import Ledger

    fsync, replace, mkdir, finish = os.fsync, os.replace, os.mkdir, Ledger.finish

    def syncing(file: Any) -> None:
        fsync(file)
        number = file if isinstance(file, int) else file.fileno()
        _note("fsync", str(Path(f"/proc/self/fd/{number}").readlink()))

    def replacing(source: Any, target: Any, **more: Any) -> None:
        replace(source, target, **more)
        _note("rename", os.fspath(source), os.fspath(target))

    def making(path: Any, *more: Any, **named: Any) -> None:
        mkdir(path, *more, **named)
        _note("mkdir", os.fspath(path))

    def finishing(ledger: Ledger, item: Any, lease: str, facts: Any) -> bool:
        _note("done", [file["path"] for told in facts["results"].values() for file in told["files"]])
        return finish(ledger, item, lease, facts)

    _put(os, fsync=syncing, replace=replacing, mkdir=making)
    _put(Ledger, finish=finishing)


def _die_writing() -> None:
    """Kill the program in the middle of a result's file, before it has its name, or just after."""
    from pipelines import save

    written, synced = save._write_durably, save.sync_folder
    left = [int(_PLAN.get("results", 0))]

    def mine(path: Path) -> bool:
        if ".cutaway" in path.parts:
            return False
        left[0] -= 1
        return left[0] < 0

    def writing(path: Path, data: bytes) -> None:
        last = _PLAN["die"] in ("half", "whole") and mine(path)
        if last and _PLAN["die"] == "half":
            path.write_bytes(data[: len(data) // 2])
            _kill_all()
        written(path, data)
        if last:
            _kill_all()

    def syncing(folder: Path) -> None:
        if _PLAN["die"] == "named" and mine(folder):
            _kill_all()
        synced(folder)

    _put(save, _write_durably=writing, sync_folder=syncing)


if _PLAN and any("spawn_main" in argument for argument in sys.orig_argv):
    _TRACE: Final = os.open(_PLAN["trace"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    _watch_photos()
    _watch_disk()
    if "die" in _PLAN:
        _die_writing()
