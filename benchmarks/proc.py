"""What a process and its children hold, by Linux's ``/proc``: memory, open files, threads, CPU time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SAMPLES_A_SECOND: Final = 20


@dataclass(frozen=True)
class Usage:
    """What a tree of processes holds at one time.

    Attributes:
        rss: resident memory in MB, summed; what processes share counts once for each.
        fds: open files and sockets.
        threads: of all processes.
        cpu: seconds of all cores together since the processes were started.
    """

    rss: float
    fds: int
    threads: int
    cpu: float


def usage(pid: int) -> Usage:
    """What a process and its children hold now; nothing of those that have ended."""
    rss, fds, threads, cpu = 0.0, 0, 0, 0.0
    for one in tree(pid):
        with suppress(OSError):  # it ended while we looked
            status = (_PROC / str(one) / "status").read_text()
            fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            times = (_PROC / str(one) / "stat").read_text().rpartition(")")[2].split()
            rss += int(fields.get("VmRSS", "0 kB").split()[0]) * 1024 / 1e6
            threads += int(fields["Threads"])
            fds += len(list((_PROC / str(one) / "fd").iterdir()))
            cpu += (int(times[11]) + int(times[12])) / _TICKS
    return Usage(rss, fds, threads, cpu)


def children() -> float:
    """CPU seconds of all processes that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started, as far as they still run."""
    yield pid
    with suppress(OSError):
        for task in (_PROC / str(pid) / "task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


class Watch:
    """Notes the most memory that a process and its children hold, 20 times a second, in a ``with`` block.

    Args:
        pid: the process.
        most: MB above which the process is killed, before it takes the machine with it.
    Attributes:
        peak: the most memory seen, in MB.
        over: whether it was killed.
    """

    def __init__(self, pid: int, most: float = float("inf")) -> None:
        self._pid = pid
        self._most = most
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak = usage(pid).rss
        self.over = False

    def __enter__(self) -> Self:
        """Start to look."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop looking."""
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(1 / _SAMPLES_A_SECOND):
            self.peak = max(self.peak, usage(self._pid).rss)
            if self.peak > self._most:
                self.over = True
                with suppress(OSError):
                    os.kill(self._pid, 9)
                return
