"""A real server as a process on 127.0.0.1, in a temporary folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.proc import Usage, usage

ROOT: Final = Path(__file__).resolve().parent.parent
CUTAWAY: Final = (sys.executable, "-W", "error::RuntimeWarning", "app.py", "--port", "0")

MEASURED: Final = {
    "CUTAWAY_REMOVEBG_MODEL": "u2netp",
    "CUTAWAY_RATE_LIMIT": "0",
    "CUTAWAY_PEER_RATE_LIMIT": "0",
}
"""Settings of a server that is measured: the small network, and no limit of requests a minute."""

_START_SECONDS: Final = 120
_STOP_SECONDS: Final = 30


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Attributes:
        process: of the server itself; it may have children.
        port: on 127.0.0.1.
        scratch: the only folder for temporary files that it knows of.
        log: what it printed so far lies here.
    """

    process: subprocess.Popen[bytes]
    port: int
    scratch: Path
    log: Path

    @property
    def pid(self) -> int:
        """The server's process number."""
        return self.process.pid

    def usage(self) -> Usage:
        """What the server and its children hold now."""
        return usage(self.pid)

    def files(self) -> int:
        """How many files lie in its temporary folder, but for its own marks."""
        return sum(1 for path in self.scratch.rglob("[!.]*") if path.is_file())

    def files_left(self, before: int, seconds: float) -> int:
        """How many files more than before lie there: known at once when none do, else after some seconds."""
        until = time.monotonic() + seconds
        while (left := self.files() - before) > 0 and time.monotonic() < until:
            time.sleep(0.1)
        return max(0, left)

    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text("utf-8", "replace")


@contextmanager
def cutaway(folder: Path, **settings: str) -> Iterator[Served]:
    """Our own server.

    Args:
        folder: where its temporary files and its log go.
        settings: more of its environment than :data:`MEASURED`, such as ``CUTAWAY_QUEUE``.
    """
    with serving(CUTAWAY, r"is open at http://\S+?:(\d+)", folder, {**MEASURED, **settings}) as served:
        yield served


@contextmanager
def serving(
    command: Sequence[str], ready: str, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Run a server for a ``with`` block.

    Args:
        command: what starts it.
        ready: a pattern of what it prints when it is; its group is the port.
        folder: where its temporary files and its log go.
        settings: more of its environment.
    Raises:
        RuntimeError: it ended, or was not ready in time.
    """
    scratch, log = folder / "tmp", folder / "log"
    scratch.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(scratch), **(settings or {})}
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT, env=environment)
    try:
        yield Served(process, _port(process, log, ready), scratch, log)
    finally:
        _end(process)


def _port(process: subprocess.Popen[bytes], log: Path, ready: str) -> int:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        found = re.search(ready, log.read_text("utf-8", "replace"))
        if found:
            return int(found[1])
        time.sleep(0.1)
    raise RuntimeError("the server did not start:\n" + log.read_text("utf-8", "replace")[-2000:])


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)
