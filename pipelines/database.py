"""An SQLite file that threads share, whose changes are on the disk when they end."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pipelines.errors import CutawayError

_WAIT_SECONDS: Final = 30
"""For another process that is changing the file."""

_AGAIN_SECONDS: Final = 0.01

_PRIMARY: Final = 0xFF
"""The part of a result code that tells the kind: https://www.sqlite.org/rescode.html"""


def connect(path: Path) -> sqlite3.Connection:
    """Open a file, or make it: written through to the disk (WAL, ``synchronous=FULL``), rows by name.

    Raises:
        sqlite3.Error: it is damaged, can't be written, or there is no room.
    """
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have changes written to a log first.

    Where two do so to a new file at the same moment, SQLite refuses one of them at once, without the
    wait that it was told of: both hold a lock that the other's switch needs to have gone.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if _code(error) & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def is_full(error: sqlite3.Error) -> bool:
    """Whether it was for want of room on the disk."""
    return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the file is not what SQLite once wrote."""
    return _code(error) & _PRIMARY in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0)  # errors of Python's own part have none


class Database:
    """One connection for all threads of a process. Other processes may have theirs.

    Args:
        connection: as :func:`connect` opens it; closed with this.
        translate: an error of SQLite's as one that users understand, where there is such; every method
            raises that in its place.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        translate: Callable[[sqlite3.Error], CutawayError | None],
    ) -> None:
        self._guard = threading.RLock()
        self._connection = connection
        self._translate = translate

    def close(self) -> None:
        """Let the file go."""
        with self._guard:
            self._connection.close()

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, for a ``with`` block: all of it happens, or none."""
        with self._guard, self._translated():
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All that a query finds."""
        with self._guard, self._translated():
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first that a query finds; None where it finds nothing."""
        return next(iter(self.rows(query, values)), None)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            told = self._translate(error)
            if told is None:
                raise
            raise told from error
