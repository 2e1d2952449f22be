"""What a ledger tells of a photo, and of all of them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

State = Literal["queued", "leased", "done", "failed"]

Decision = Literal["accepted", "excluded"]
"""What a person said of a photo's results."""


@dataclass(frozen=True)
class Item:
    """A photo of the batch.

    Attributes:
        number: which one it is, from 1; stays.
        path: below the folder of the sources.
        places: of its results, by variant; see :meth:`pipelines.batch.order.Names.give`.
        state: how far it is.
        crashes: how many workers died over it.
        code: of the error, where it failed.
        message: of the error, where it failed.
        facts: what is to be told of it; of the last results there were, while it waits to be made again.
        decision: what a person said of it; None: nothing yet.
        changes: fields of the Recipe for this photo alone, see :meth:`pipelines.batch.order.Order.changed`.
        judged: SHA-256, hex, of the photo that decision and changes are about; None: whatever lies there.
    """

    number: int
    path: str
    places: Mapping[str, str]
    state: State = "queued"
    crashes: int = 0
    code: str | None = None
    message: str | None = None
    facts: Mapping[str, Any] | None = None
    decision: Decision | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    judged: str | None = None

    def changes_for(self, photo: str) -> Mapping[str, Any]:
        """The changes, if they are about this very photo: another one may lie in its place by now.

        Args:
            photo: SHA-256 of the file, hex.
        """
        return self.changes if self.judged in (None, photo) else {}


@dataclass(frozen=True)
class Counts:
    """How far a batch is, in photos."""

    queued: int = 0
    leased: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All photos."""
        return self.queued + self.leased + self.done + self.failed

    @property
    def left(self) -> int:
        """Those that are not at an end."""
        return self.queued + self.leased


def item_of(row: sqlite3.Row) -> Item:
    """A photo from its row."""
    return Item(
        number=row["number"],
        path=os.fsdecode(row["path"]),
        places=json.loads(row["places"]),
        state=row["state"],
        crashes=row["crashes"],
        code=row["code"],
        message=row["message"],
        facts=json.loads(row["facts"]) if row["facts"] else None,
        decision=row["decision"],
        changes=json.loads(row["changes"]) if row["changes"] else {},
        judged=row["judged"],
    )


def places_of(row: sqlite3.Row) -> tuple[PurePosixPath, dict[str, str]]:
    """The path of a photo, and the places of its results."""
    return PurePosixPath(os.fsdecode(row["path"])), json.loads(row["places"])


def stored(name: str) -> str | bytes:
    """A path as SQLite takes it: as text, or as its bytes where these are no UTF-8 (an old disk's names)."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name
