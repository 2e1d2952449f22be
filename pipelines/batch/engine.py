"""The local engine: a worker process that several threads keep busy, and one that looks after it.

A photo that brings the worker down (a crash in a decoder, out of memory) is tried once more, alone, and
then left out; all others are done. When the looking-after process dies, the worker ends with it.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from filelock import FileLock, Timeout

from pipelines.batch.audit import photos_without_results
from pipelines.batch.items import Counts
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Order
from pipelines.batch.places import Folders
from pipelines.batch.worker import FULL, PAUSED, SCAN_SECONDS, alone, work
from pipelines.conveyor import best_under_way
from pipelines.errors import (
    BatchPaused,
    OutputError,
    ResultsInUse,
    StorageFull,
)
from pipelines.folders import pictures
from pipelines.settings import Settings

_UNKNOWN: Final = (
    "The batch could not begin, for a reason that nobody foresaw. `python app.py doctor` may tell."
)
_IN_USE: Final = (
    "Another run works on these results just now. Wait until it is done, or stop it, and try again."
)
_MOST_STARTS: Final = 3
"""A worker that is killed so often before it has begun a photo is not started again."""
_ENDING_SECONDS: Final = 5
_LOOK_SECONDS: Final = 0.2
_NO_ROOM: Final = "There is no room left on the disk for the results. Make some, and try again."


@dataclass(frozen=True)
class Batch:
    """A batch to run.

    Attributes:
        folders: where photos are and where results go.
        order: what is made of each.
        settings: devices, limits, folders.
        workers: photos under way at once; 0 for as many as keep the cores busy.
        retry: whether to try again what failed earlier.
        polite: whether others on this machine come first: people who use the same server's page, say.
    """

    folders: Folders
    order: Order
    settings: Settings
    workers: int = 0
    retry: bool = False
    polite: bool = False

    @property
    def under_way(self) -> int:
        """Photos under way at once."""
        return self.workers or best_under_way(self.settings)


def scan(folders: Folders) -> dict[str, str]:
    """The photos there are, with a stamp that changes when they do."""
    found = {}
    for path in pictures(folders.source, folders.target):
        with contextlib.suppress(OSError):  # it went meanwhile
            facts = path.stat()
            if not folders.holds(path):
                continue
            found[path.relative_to(folders.source).as_posix()] = f"{facts.st_size} {facts.st_mtime_ns}"
    return found


def run(
    batch: Batch,
    told: Callable[[Counts], None],
    *,
    watch: bool = False,
    stop: threading.Event | None = None,
) -> Counts:
    """Do a whole batch, or what is left of it.

    Args:
        batch: which.
        told: called now and then with how far it is.
        watch: go on for ever, with photos that are added to the folder.
        stop: set by another thread, it ends the work within a second; what was under way waits again.
    Returns:
        How it ended.
    Raises:
        BatchPaused: no room on the disk, no networks: the same call goes on when that is put right.
    """
    stop, started = stop or threading.Event(), itertools.count(1)
    with only_run(batch.folders), Ledger(batch.folders.ledger) as ledger:
        ledger.enter(batch.order, scan(batch.folders))
        ledger.queue_again(photos_without_results(ledger.items(), batch.folders.target))
        ledger.keep_source(batch.folders.source)
        ledger.pause(None)
        if batch.retry:
            ledger.retry_failed()
        overseer = _Overseer(batch, ledger, told, stop, watch)
        while True:
            with _worker(batch, watch=watch) as process:
                overseer.look_after(process)
            if stop.is_set():
                with alone(batch.folders):
                    ledger.take_back()
                return ledger.counts()
            if process.exitcode == 0 and not watch:
                return ledger.counts()
            if process.exitcode == FULL:  # there may be no room even for the sentence in the ledger
                raise BatchPaused(ledger.paused() or _NO_ROOM)
            if process.exitcode == PAUSED:
                raise BatchPaused(ledger.paused() or _UNKNOWN)
            if not ledger.counts().leased and ((process.exitcode or 0) > 0 or next(started) > _MOST_STARTS):
                raise BatchPaused(_UNKNOWN)
            with alone(batch.folders):
                ledger.blame()


@dataclass(frozen=True)
class _Overseer:
    """Looks after a worker; see :func:`run` for what it is told."""

    batch: Batch
    ledger: Ledger
    told: Callable[[Counts], None]
    stop: threading.Event
    watch: bool

    def look_after(self, process: multiprocessing.process.BaseProcess) -> None:
        """Tell how far it is, and enter new photos, until the worker ends or is to be ended."""
        scanned, before = time.monotonic(), scan(self.batch.folders) if self.watch else {}
        while process.is_alive() and not self.stop.is_set():
            process.join(_LOOK_SECONDS)
            self.told(self.ledger.counts())
            if self.watch and time.monotonic() - scanned > SCAN_SECONDS:
                found = scan(
                    self.batch.folders
                )  # what is still being copied changes from one look to the next
                whole = {path: found[path] for path in found if before.get(path) == found[path]}
                self.ledger.enter(self.batch.order, whole)
                scanned, before = time.monotonic(), found


@contextlib.contextmanager
def _worker(batch: Batch, *, watch: bool) -> Iterator[multiprocessing.process.BaseProcess]:
    """A worker process; ended when the block is left, however that happens."""
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(batch, theirs, watch), name="cutaway-batch")
    process.start()
    theirs.close()
    try:
        yield process
    finally:
        ours.close()
        process.terminate()
        process.join()


@contextlib.contextmanager
def only_run(folders: Folders) -> Iterator[None]:
    """Be the only one who works on a folder of results, for a ``with`` block.

    Raises:
        ResultsInUse: another run does. One that is just ending is waited for.
        OutputError: the folder can't be written.
    """
    lock = FileLock(folders.own / "run.lock", timeout=_ENDING_SECONDS)
    try:
        folders.own.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise ResultsInUse(_IN_USE) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(_NO_ROOM) from error
        raise OutputError(f"The results can't be written to {folders.target} ({error.strerror}).") from error
    try:
        yield
    finally:
        lock.release()
