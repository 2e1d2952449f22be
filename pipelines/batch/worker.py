"""The process that does a batch's photos, in several threads, until none is left or nothing can be done.

It ends with the process that looks after it, see :mod:`pipelines.batch.engine`.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock

from pipelines.batch import evening
from pipelines.batch.items import Item
from pipelines.batch.ledger import Ledger
from pipelines.batch.places import Folders
from pipelines.batch.work import PhotoWork
from pipelines.conveyor import Room, room_for, share_cores
from pipelines.errors import (
    BatchPaused,
    CutawayError,
    ImageTooLarge,
    ModelError,
    SourceUnavailable,
    StorageFull,
)
from pipelines.heap import share_heap, trim_heap
from pipelines.save import sweep_parts
from pipelines.service import CutoutService, MatteCache, build_service

if TYPE_CHECKING:
    from pipelines.batch.engine import Batch

NOWHERE: Final = "The folder of the photos is not there. Bring it back, and go on."
_NICENESS: Final = 10
"""A tenth of the share of a process that is not nice (Linux: each step is a factor of 1.25)."""
_TRIMMED_AFTER: Final = 20
"""Photos of one thread."""
SCAN_SECONDS: Final = 2.0
FULL: Final = 4
"""The exit status of a worker that finds no room on the disk."""
PAUSED: Final = 3
"""The exit status of a worker that can't go on until a person puts something right."""


def alone(folders: Folders) -> FileLock:
    """Held by the one worker of a folder of results; freed by the system when it dies."""
    return FileLock(folders.own / "worker.lock")


def work(batch: Batch, parent: Connection, watch: bool) -> None:
    """The worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that looks after this one ends it
    share_heap()
    if batch.polite:
        _step_back()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    settings = share_cores(batch.settings, batch.under_way)
    with alone(batch.folders), Ledger(batch.folders.ledger) as ledger:
        ledger.take_back()
        sweep_parts(batch.folders.target)
        service = build_service(settings, MatteCache(0), complete=False, overlapping=True)
        try:
            _go_on(batch, ledger, service, watch=watch)
        except CutawayError as error:
            with contextlib.suppress(StorageFull):
                ledger.pause(error.message)
            os._exit(FULL if isinstance(error, StorageFull) else PAUSED)
        finally:
            service.close()


def _step_back() -> None:
    """Take the cores only while nobody else wants them, where the system knows of that."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


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
        time.sleep(SCAN_SECONDS)


def _end_with(parent: Connection) -> None:
    """End this process with the one that looks after it, even when that is killed."""
    with contextlib.suppress(EOFError, OSError):
        parent.recv()
    os._exit(1)


def _drain(batch: Batch, ledger: Ledger, work: PhotoWork) -> None:
    """Do all that waits: first side by side, then one by one what a worker died over.

    Raises:
        StorageFull, ModelError, BatchPaused: nothing can be done now. What was under way waits again.
    """
    stop = threading.Event()

    def each(suspects: bool) -> None:
        lease = secrets.token_hex(16)
        for number in itertools.count(1):
            if stop.is_set() or (item := ledger.claim(lease, suspects=suspects)) is None:
                return
            try:
                _one(batch.folders, ledger, work, item, lease)
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


def _one(
    folders: Folders, ledger: Ledger, work: Callable[[Item], dict[str, Any]], item: Item, lease: str
) -> None:
    """Do one photo; whatever is wrong with it is its own affair."""
    try:
        facts = work(item)
    except (StorageFull, ModelError) as error:
        if isinstance(error, ModelError) and item.changes:  # a model that this photo alone asks for
            ledger.fail(item, lease, error)
            return
        ledger.give_back(item, lease)
        raise
    except SourceUnavailable as error:
        if not _is_there(folders.source):
            ledger.give_back(item, lease)
            raise BatchPaused(NOWHERE) from error
        ledger.fail(item, lease, error)
    except CutawayError as error:
        ledger.fail(item, lease, error)
    except MemoryError:
        ledger.fail(item, lease, ImageTooLarge("There was not enough memory for this photo."))
    except Exception as error:  # noqa: BLE001  (one odd file must not keep the others from being done)
        said = f"This failed in a way that nobody foresaw ({type(error).__name__}). Please report it."
        ledger.fail(item, lease, CutawayError(said))
    else:
        ledger.finish(item, lease, facts)


def _is_there(folder: Path) -> bool:
    """Whether a folder has anything in it: a share that went may leave an empty one in its place."""
    try:
        return any(folder.iterdir())
    except OSError:
        return False
