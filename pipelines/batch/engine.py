"""The local engine: a worker process that several threads keep busy, and one that looks after it.

A photo that brings the worker down (a crash in a decoder, out of memory) is tried once more, alone, and
then left out; all others are done. When the looking-after process dies, the worker ends with it.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from filelock import FileLock

from pipelines.batch import evening
from pipelines.batch.audit import photos_without_results
from pipelines.batch.items import Counts, Item
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Order
from pipelines.batch.places import Folders
from pipelines.batch.work import PhotoWork
from pipelines.conveyor import Room, best_under_way, room_for, share_cores
from pipelines.errors import BatchPaused, CutawayError, ImageTooLarge, ModelError, StorageFull
from pipelines.folders import pictures
from pipelines.heap import share_heap, trim_heap
from pipelines.save import sweep_parts
from pipelines.service import CutoutService, MatteCache, build_service
from pipelines.settings import Settings

_UNKNOWN: Final = (
    "The batch could not begin, for a reason that nobody foresaw. `python app.py doctor` may tell."
)
_LOOK_SECONDS: Final = 0.2
_SCAN_SECONDS: Final = 2.0
_NO_ROOM: Final = "There is no room left on the disk for the results. Make some, and try again."
_FULL: Final = 4
"""The exit status of a worker that finds no room on the disk."""

_PAUSED: Final = 3
"""The exit status of a worker that can't go on until a person puts something right."""
_NICENESS: Final = 10
"""A tenth of the share of a process that is not nice (Linux: each step is a factor of 1.25)."""
_TRIMMED_AFTER: Final = 20
"""Photos of one thread."""


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
    stop = stop or threading.Event()
    with Ledger(batch.folders.ledger) as ledger:
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
                with _alone(batch.folders):
                    ledger.take_back()
                return ledger.counts()
            if process.exitcode == 0 and not watch:
                return ledger.counts()
            if process.exitcode == _FULL:  # there may be no room even for the sentence in the ledger
                raise BatchPaused(ledger.paused() or _NO_ROOM)
            if process.exitcode == _PAUSED or not ledger.counts().leased:
                raise BatchPaused(ledger.paused() or _UNKNOWN)
            with _alone(batch.folders):
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
            if self.watch and time.monotonic() - scanned > _SCAN_SECONDS:
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
    process = context.Process(target=_work, args=(batch, theirs, watch), name="cutaway-batch")
    process.start()
    theirs.close()
    try:
        yield process
    finally:
        ours.close()
        process.terminate()
        process.join()


def _step_back() -> None:
    """Take the cores only while nobody else wants them, where the system knows of that."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _alone(folders: Folders) -> FileLock:
    """Held by the one worker of a folder of results; freed by the system when it dies."""
    return FileLock(folders.own / "worker.lock")


def _work(batch: Batch, parent: Connection, watch: bool) -> None:
    """The worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that looks after this one ends it
    share_heap()
    if batch.polite:
        _step_back()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    settings = share_cores(batch.settings, batch.under_way)
    with _alone(batch.folders), Ledger(batch.folders.ledger) as ledger:
        ledger.take_back()
        sweep_parts(batch.folders.target)
        service = build_service(settings, MatteCache(0), complete=False, overlapping=True)
        try:
            _go_on(batch, ledger, service, watch=watch)
        except CutawayError as error:
            with contextlib.suppress(StorageFull):
                ledger.pause(error.message)
            os._exit(_FULL if isinstance(error, StorageFull) else _PAUSED)
        finally:
            service.close()


def _go_on(batch: Batch, ledger: Ledger, service: CutoutService, *, watch: bool) -> None:
    """Do all that waits, and for ever what is added where that is wished.

    The look that photos are brought to is measured when there are some for the first time.
    """
    order, places = batch.order, batch.folders.with_notes(ledger)
    room = Room(room_for(batch.under_way))
    work = PhotoWork(service, order, places, room)
    while True:
        if evening.unset(order) and ledger.counts().left:
            order = evening.with_look(order, evening.look_for(ledger, work, batch.under_way))
            work = PhotoWork(service, order, places, room)
        _drain(batch, ledger, work)
        if not watch:
            return
        time.sleep(_SCAN_SECONDS)


def _end_with(parent: Connection) -> None:
    """End this process with the one that looks after it, even when that is killed."""
    with contextlib.suppress(EOFError, OSError):
        parent.recv()
    os._exit(1)


def _drain(batch: Batch, ledger: Ledger, work: PhotoWork) -> None:
    """Do all that waits: first side by side, then one by one what a worker died over.

    Raises:
        StorageFull, ModelError: nothing can be done now. What was under way waits again.
    """
    stop = threading.Event()

    def each(suspects: bool) -> None:
        lease = secrets.token_hex(16)
        for number in itertools.count(1):
            if stop.is_set() or (item := ledger.claim(lease, suspects=suspects)) is None:
                return
            try:
                _one(ledger, work, item, lease)
            except BaseException:
                stop.set()
                raise
            if number % _TRIMMED_AFTER == 0:
                trim_heap()

    with ThreadPoolExecutor(batch.under_way, thread_name_prefix="batch") as pool:
        threads = [pool.submit(each, False) for _ in range(batch.under_way)]
    for thread in threads:
        thread.result()
    each(suspects=True)


def _one(ledger: Ledger, work: PhotoWork, item: Item, lease: str) -> None:
    """Do one photo; whatever is wrong with it is its own affair."""
    try:
        facts = work(item)
    except (StorageFull, ModelError) as error:
        if isinstance(error, ModelError) and item.changes:  # a model that this photo alone asks for
            ledger.fail(item, lease, error)
            return
        ledger.give_back(item, lease)
        raise
    except CutawayError as error:
        ledger.fail(item, lease, error)
    except MemoryError:
        ledger.fail(item, lease, ImageTooLarge("There was not enough memory for this photo."))
    except Exception as error:  # noqa: BLE001  (one odd file must not keep the others from being done)
        said = f"This failed in a way that nobody foresaw ({type(error).__name__}). Please report it."
        ledger.fail(item, lease, CutawayError(said))
    else:
        ledger.finish(item, lease, facts)
