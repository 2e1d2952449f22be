"""The tables of a ledger, and how a file of an earlier edition becomes one of today's."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from pipelines.errors import LedgerUnusable

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


_DAMAGED: Final = (
    "What this batch remembers is damaged. Remove the folder .cutaway among its results and begin anew: "
    "the results stay, and are made once more."
)
_TOO_NEW: Final = "A later version of Cutaway made this batch. Use that one, or update this one."


def opened(path: Path) -> sqlite3.Connection:
    """Open a ledger's file, which is made, or brought up to date, where that is needed.

    Raises:
        LedgerUnusable: a later edition of Cutaway wrote it, or it is damaged.
        sqlite3.OperationalError: no room, or no right to write.
    """
    base = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    base.row_factory = sqlite3.Row
    try:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        if _edition(base) > len(_STEPS):
            raise LedgerUnusable(_TOO_NEW)  # noqa: TRY301  (the file is closed on the way)
        if _edition(base) < len(_STEPS):
            _bring_up_to_date(base)
    except BaseException as error:
        base.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            raise LedgerUnusable(_DAMAGED) from error
        raise
    return base


def _edition(base: sqlite3.Connection) -> int:
    return int(base.execute("PRAGMA user_version").fetchone()[0])


def _bring_up_to_date(base: sqlite3.Connection) -> None:
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
