"""Tries: what is begun is noted before, so that a photo that takes its worker down is known after.

Ray starts a worker that died again, and gives it the same photos. One that was begun, and of which nothing
was heard since though its machine is there, may have brought its worker down: it is tried once more, when
nothing else is under way, and then left out. Photos whose machine went, or whose run was ended, are not to
blame.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from typing import Final

from pipelines.batch.ledger import MOST_CRASHES, MOST_STARTS
from pipelines.batch.places import OWN, Files
from pipelines.errors import PhotoCrashes, StoreUnavailable

FOLDER: Final = f"{OWN}/tries"


@dataclass(frozen=True)
class Worker:
    """Who works on a photo.

    Attributes:
        run: the run of the program that drives all.
        node: the machine, as Ray calls it.
        life: of the process; another one after it was started again.
    """

    run: str
    node: str
    life: str


@dataclass(frozen=True)
class Try:
    """What is noted of a photo.

    Attributes:
        crashes: how many workers died over it.
        starts: how often it was begun.
        worker: who began it last and has not ended it; None: nobody.
    """

    crashes: int = 0
    starts: int = 0
    worker: Worker | None = None


class Tries:
    """Notes of what is being worked on.

    Args:
        files: keeps them.
        worker: who notes.
        there: the machines that are there, as Ray calls them.
    """

    def __init__(self, files: Files, worker: Worker, there: Callable[[], Collection[str]]) -> None:
        self._files = files
        self._worker = worker
        self._there = there

    def begin(self, path: str, *, alone: bool) -> bool:
        """Note that a photo is begun, if it may be.

        Args:
            path: the photo's.
            alone: whether nothing else is under way.
        Returns:
            False: a worker died over it; it is to be tried when nothing else is under way.
        Raises:
            PhotoCrashes: it is not tried any more.
            StoreUnavailable: nothing can be noted.
        """
        known = self._judged(self._read(path))
        begins = known.crashes < MOST_CRASHES and known.starts < MOST_STARTS and (alone or not known.crashes)
        if begins:
            self._write(path, replace(known, starts=known.starts + 1, worker=self._worker))
            return True
        self._write(path, replace(known, worker=None))
        if known.crashes < MOST_CRASHES and known.starts < MOST_STARTS:
            return False
        raise PhotoCrashes("The program ended each time it worked on this photo, so it is left out.")

    def end(self, path: str) -> None:
        """Note that a photo that was begun has failed by itself. One with results needs no such note."""
        self._write(path, replace(self._read(path), worker=None))

    def _judged(self, known: Try) -> Try:
        """What is known, with the end of who began it before, where that may be the photo's fault."""
        before = known.worker
        if before is None or before == self._worker or before.run != self._worker.run:
            return known
        return replace(known, crashes=known.crashes + (before.node in self._there()))

    def _read(self, path: str) -> Try:
        try:
            said = json.loads(self._files.read(_path(path)))
        except (FileNotFoundError, ValueError):
            return Try()
        except OSError as error:
            raise StoreUnavailable(f"What was tried before can't be read: {error}.") from error
        return Try(said["crashes"], said["starts"], Worker(**said["worker"]) if said["worker"] else None)

    def _write(self, path: str, known: Try) -> None:
        self._files.write(_path(path), json.dumps(asdict(known)).encode())


def _path(path: str) -> str:
    name = hashlib.sha256(path.encode()).hexdigest()
    return f"{FOLDER}/{name[:2]}/{name}.json"
