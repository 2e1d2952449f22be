"""The tables of a ledger, and how a file of an earlier edition becomes one of today's."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from pipelines.database import Database, connect, is_damaged, is_full
from pipelines.errors import CutawayError, LedgerUnusable, StorageFull

_STEPS: Final = (
    """
    CREATE TABLE IF NOT EXISTS job (one INTEGER PRIMARY KEY CHECK (one = 1), plan TEXT, paused TEXT);
    CREATE TABLE IF NOT EXISTS item (
        number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, places TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued', lease TEXT, crashes INTEGER NOT NULL DEFAULT 0,
        starts INTEGER NOT NULL DEFAULT 0, here INTEGER NOT NULL DEFAULT 1,
        code TEXT, message TEXT, facts TEXT);
    CREATE INDEX IF NOT EXISTS waiting ON item (state, crashes, starts, number);
    CREATE TABLE IF NOT EXISTS result (
        key TEXT NOT NULL, place TEXT NOT NULL, files TEXT NOT NULL, facts TEXT NOT NULL,
        PRIMARY KEY (key, place));
    """,
    """
    ALTER TABLE item ADD COLUMN decision TEXT;
    ALTER TABLE item ADD COLUMN changes TEXT;
    ALTER TABLE item ADD COLUMN judged TEXT;
    """,
    "ALTER TABLE job ADD COLUMN look TEXT",
    "ALTER TABLE job ADD COLUMN source TEXT",
)
"""What each edition added; how many a file has is its ``user_version``. The first has IF NOT EXISTS because
its files did not say."""


_NO_ROOM: Final = "There is no room left on the disk for the batch's ledger."
_DAMAGED: Final = (
    "What this batch remembers is damaged. Remove the folder .cutaway among its results and begin anew: "
    "the results stay, and are made once more."
)
_UNREACHABLE: Final = (
    "What this batch remembers can't be read or written. See whether its results' folder may be written, and "
    "its disk is not read-only."
)
_TOO_NEW: Final = "A later version of Cutaway made this batch. Use that one, or update this one."


def open_ledger(path: Path) -> Database:
    """Open a ledger's file, which is made, or brought up to date, where that is needed.

    Raises:
        StorageFull: no room on the disk.
        LedgerUnusable: a later edition of Cutaway wrote it, it is damaged, or can't be read or written.
    """
    try:
        connection = connect(path)
        try:
            _bring_up_to_date(connection)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        told = _told_of(error)
        if told is None:
            raise
        raise told from error
    return Database(connection, _told_of)


def _told_of(error: sqlite3.Error) -> CutawayError | None:
    if is_full(error):
        return StorageFull(_NO_ROOM)
    if is_damaged(error):
        return LedgerUnusable(_DAMAGED)
    return LedgerUnusable(_UNREACHABLE) if isinstance(error, sqlite3.OperationalError) else None


def _edition(base: sqlite3.Connection) -> int:
    return int(base.execute("PRAGMA user_version").fetchone()[0])


def _bring_up_to_date(base: sqlite3.Connection) -> None:
    if _edition(base) > len(_STEPS):
        raise LedgerUnusable(_TOO_NEW)
    if _edition(base) == len(_STEPS):
        return
    base.execute("BEGIN IMMEDIATE")  # of two processes that open it, one does this
    try:
        for step in _STEPS[_edition(base) :]:
            for statement in filter(str.strip, step.split(";")):
                base.execute(statement)
        base.execute(f"PRAGMA user_version = {len(_STEPS)}")
        base.execute("COMMIT")
    except BaseException:
        base.execute("ROLLBACK")
        raise
