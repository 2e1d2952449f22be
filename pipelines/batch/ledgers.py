"""Ledgers that are looked at now and again: the last few stay open, so that not each look opens a file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.batch.ledger import Ledger

_MOST: Final = 16
"""Each takes three file handles."""


@dataclass(eq=False)
class _Opened:
    ledger: Ledger
    stamp: tuple[int, int]
    users: int = 0
    retired: bool = False


class OpenLedgers:
    """Opens ledgers, and closes those that were not used for longest. Safe to share between threads.

    Args:
        most: so many stay open.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._guard = threading.Lock()
        self._open: dict[Path, _Opened] = {}

    @contextmanager
    def using(self, path: Path) -> Iterator[Ledger | None]:
        """The ledger of a file; None where there is none.

        Raises:
            StorageFull, LedgerUnusable: see :class:`pipelines.batch.ledger.Ledger`.
        """
        with self._guard:
            found = self._found(path)
            if found is not None:
                found.users += 1
        try:
            yield found.ledger if found else None
        finally:
            if found is not None:
                with self._guard:
                    found.users -= 1
                    self._shed()
                    if found.retired and not found.users:
                        found.ledger.close()

    def forget(self, path: Path) -> None:
        """Close a ledger as soon as nobody uses it: its file is about to go."""
        with self._guard:
            self._retire(path)

    def close(self) -> None:
        """Close all."""
        with self._guard:
            for path in [*self._open]:
                self._retire(path)

    def _found(self, path: Path) -> _Opened | None:
        try:
            facts = path.stat()
        except OSError:
            self._retire(path)
            return None
        stamp = facts.st_dev, facts.st_ino
        if path in self._open and self._open[path].stamp != stamp:  # the file of old was removed
            self._retire(path)
        found = self._open.pop(path, None) or _Opened(Ledger(path), stamp)
        self._open[path] = found  # as the last used
        return found

    def _shed(self) -> None:
        idle = [path for path, one in self._open.items() if not one.users]
        for path in idle[: max(0, len(self._open) - self._most)]:
            self._retire(path)

    def _retire(self, path: Path) -> None:
        found = self._open.pop(path, None)
        if found is not None:
            found.retired = True
            if not found.users:
                found.ledger.close()
