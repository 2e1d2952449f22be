"""Messages that wait to be sent, in an SQLite file: a server that is started again goes on with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.database import Database, connect, is_full
from pipelines.errors import StorageFull

_NO_ROOM: Final = "There is no room left on the disk for the messages that wait to be sent."
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, job TEXT NOT NULL, end TEXT NOT NULL, url TEXT, secret TEXT, body BLOB,
    tries INTEGER NOT NULL DEFAULT 0, due REAL, UNIQUE (job, end))
"""


@dataclass(frozen=True)
class Message:
    """Something to be sent.

    Attributes:
        id: stays the same however often it is sent.
        job: whose end it tells.
        end: which of that job's ends, which may be several.
        url: where to.
        secret: signs it.
        body: JSON.
        tries: how often it was sent in vain.
    """

    id: str
    job: str
    end: str
    url: str
    secret: str
    body: bytes
    tries: int = 0


class Outbox:
    """Keeps messages. Safe to share between threads.

    Args:
        path: of the SQLite file; made for its owner alone when it is not there, as it holds secrets.
    Raises:
        StorageFull: no room on the disk; from every method.
    """

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        connection = connect(path)
        connection.execute(_TABLES)
        self._base = Database(connection, lambda error: StorageFull(_NO_ROOM) if is_full(error) else None)

    def close(self) -> None:
        """Let the file go."""
        self._base.close()

    def add(self, message: Message, due: float) -> bool:
        """Keep a message until it is sent; False where this end of the job was told before.

        Args:
            message: the message.
            due: when to send it first, seconds since 1970.
        """
        with self._base.changing() as base:
            cursor = base.execute(
                "INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
                (message.id, message.job, message.end, message.url, message.secret, message.body, due),
            )
            return cursor.rowcount == 1

    def due(self, now: float) -> list[Message]:
        """What is to be sent by now, what waited longest first."""
        rows = self._base.rows(
            "SELECT id, job, end, url, secret, body, tries FROM message WHERE due <= ? ORDER BY due", (now,)
        )
        return [Message(*row) for row in rows]

    def next_due(self, now: float) -> float | None:
        """When something is to be sent that is not due yet; None where nothing is."""
        row = self._base.row("SELECT min(due) FROM message WHERE due > ?", (now,))
        return row[0] if row else None

    def put_off(self, message: Message, due: float) -> None:
        """Note that a message was sent in vain, and when to send it again."""
        with self._base.changing() as base:
            base.execute("UPDATE message SET tries = tries + 1, due = ? WHERE id = ?", (due, message.id))

    def settle(self, message: Message) -> None:
        """Note that a message has arrived, or never will; all that is kept is that it was dealt with."""
        with self._base.changing() as base:
            base.execute(
                "UPDATE message SET tries = tries + 1, due = NULL, url = NULL, secret = NULL, body = NULL "
                "WHERE id = ?",
                (message.id,),
            )
