"""The ledger of a batch: an SQLite file that says what was done to each photo, come what may.

Each state is reached in one transaction, written through to the disk (WAL, ``synchronous=FULL``): what is
called done has its files in place. Who works on a photo holds a lease; leases of a worker that died are
taken back when the next one starts.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, Self

from pipelines.batch.items import Counts, Decision, Item, State, item_of, places_of, stored
from pipelines.batch.order import Names, Order
from pipelines.batch.schema import open_ledger
from pipelines.errors import CutawayError, PhotoCrashes
from pipelines.recipe import Look

MOST_CRASHES: Final = 2
"""A photo that a worker died over so many times, the last time alone, has failed."""

MOST_STARTS: Final = 40
"""One that was begun so many times and never ended has failed, though nobody saw it do harm: the whole
machine may go down with it."""


class Ledger:
    """A ledger. Safe to share between threads, and between processes that open it each for itself.

    Args:
        path: of the SQLite file; made when it is not there.
    Raises:
        StorageFull: no room on the disk; from every method.
        LedgerUnusable: the file is damaged, or a later version's; from every method.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._base = open_ledger(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._base.close()

    def enter(self, order: Order, found: Mapping[str, str]) -> None:
        """Bring the ledger in line with the folder and the order.

        New photos are added; those that changed, and all when the order did, are queued again (what was
        made already is found by its key); those that went are left out of account.

        Args:
            order: what is made of each photo.
            found: the photos' paths below the folder of the sources, with a stamp that changes with them.
        """
        with self._base.changing() as base:
            known = {
                os.fsdecode(row["path"]): row
                for row in base.execute("SELECT number, path, stamp, here FROM item")
            }
            row = base.execute("SELECT plan FROM job").fetchone()
            if row is None or row["plan"] != order.to_json():
                base.execute("INSERT OR REPLACE INTO job (one, plan) VALUES (1, ?)", (order.to_json(),))
                self._place_again(base, order)
                if row is not None and Order.read(row["plan"]).cut != order.cut:
                    base.execute("UPDATE item SET decision = NULL")  # it was about other mattes
            given = base.execute("SELECT path, places FROM item").fetchall()
            names = Names(order, map(places_of, given))
            for path in [path for path in known if path not in found]:
                base.execute("UPDATE item SET here = 0 WHERE path = ?", (stored(path),))
            number = max((row["number"] for row in known.values()), default=0)
            for path, stamp in found.items():
                if path not in known:
                    number += 1
                    places = json.dumps(names.give(PurePosixPath(path), number))
                    base.execute(
                        "INSERT INTO item (number, path, stamp, places) VALUES (?, ?, ?, ?)",
                        (number, stored(path), stamp, places),
                    )
                elif known[path]["stamp"] != stamp or not known[path]["here"]:
                    base.execute(f"{_AGAIN}, stamp = ?, here = 1 WHERE path = ?", (stamp, stored(path)))

    def _place_again(self, base: sqlite3.Connection, order: Order) -> None:
        """Another order names its results anew, and all are looked at again."""
        names = Names(order)
        for row in base.execute("SELECT number, path FROM item ORDER BY number").fetchall():
            places = json.dumps(names.give(PurePosixPath(os.fsdecode(row["path"])), row["number"]))
            base.execute(f"{_AGAIN}, places = ? WHERE number = ?", (places, row["number"]))

    def retry_failed(self) -> None:
        """Queue what failed once more."""
        with self._base.changing() as base:
            base.execute(f"{_AGAIN} WHERE state = 'failed'")

    def queue_again(self, paths: Iterable[str]) -> None:
        """Queue photos once more; of what was made of them, what is missing is made."""
        with self._base.changing() as base:
            base.executemany(f"{_AGAIN} WHERE path = ?", ((stored(path),) for path in paths))

    def take_back(self) -> None:
        """Queue again what a worker that is gone had leased."""
        with self._base.changing() as base:
            base.execute("UPDATE item SET state = 'queued', lease = NULL WHERE state = 'leased'")
            base.execute(f"{_GIVEN_UP} AND starts >= ?", (*_LEFT_OUT, MOST_STARTS))

    def blame(self) -> None:
        """Count the death of a worker against what it had leased."""
        with self._base.changing() as base:
            base.execute(
                "UPDATE item SET state = 'queued', lease = NULL, crashes = crashes + 1 WHERE state = 'leased'"
            )
            base.execute(f"{_GIVEN_UP} AND crashes >= ?", (*_LEFT_OUT, MOST_CRASHES))

    def claim(self, lease: str, *, suspects: bool, number: int | None = None) -> Item | None:
        """Lease a photo that waits; None when none does.

        Args:
            lease: who asks.
            suspects: of those that a worker died over, which are worked on alone; else of the others.
            number: only this one.
        """
        with self._base.changing() as base:
            row = base.execute(
                "UPDATE item SET state = 'leased', lease = ?, starts = starts + 1 WHERE number = "
                "(SELECT number FROM item WHERE state = 'queued' AND here AND (crashes > 0) = ? "
                "AND number = coalesce(?, number) ORDER BY crashes, starts > 3, number LIMIT 1) RETURNING *",
                (lease, suspects, number),
            ).fetchone()
            return item_of(row) if row else None

    def finish(self, item: Item, lease: str, facts: Mapping[str, Any]) -> bool:
        """A leased photo is done: all its files are in place. False where the lease is another's by now."""
        return self._end(item, lease, "done", facts=json.dumps(facts))

    def fail(self, item: Item, lease: str, error: CutawayError) -> bool:
        """A leased photo can't be done. False where the lease is another's by now."""
        return self._end(item, lease, "failed", code=error.code, message=error.message)

    def give_back(self, item: Item, lease: str) -> bool:
        """A leased photo waits again, through no fault of its own."""
        return self._end(item, lease, "queued")

    def _end(self, item: Item, lease: str, state: State, **told: str) -> bool:
        values = {"facts": None, "code": None, "message": None, **told, "state": state}
        with self._base.changing() as base:
            if state == "done":
                base.execute(_FORGET, (item.number, lease, json.loads(told["facts"]).get("sha256")))
            cursor = base.execute(
                "UPDATE item SET state = :state, "
                "facts = CASE :state WHEN 'queued' THEN facts ELSE :facts END, "
                "code = :code, message = :message, "
                "starts = starts - (:state = 'queued'), lease = NULL "
                "WHERE number = :number AND lease = :lease",
                {**values, "number": item.number, "lease": lease},
            )
            return cursor.rowcount == 1

    def decide(self, numbers: Sequence[int], decision: Decision | None) -> list[int]:
        """Note what a person said of photos; None takes it back.

        Only what is done can be accepted; anything can be excluded.

        Returns:
            Those that it was noted of.
        """
        with self._base.changing() as base:
            return [
                number
                for number in numbers
                if base.execute(_DECIDE, {"number": number, "decision": decision}).rowcount
            ]

    def change(
        self, numbers: Sequence[int], changes: Mapping[str, Any], digest: str | None = None
    ) -> list[int]:
        """Have photos made again, with a Recipe of their own in some fields; what was said of them is void.

        Args:
            numbers: the photos'.
            changes: see :attr:`Item.changes`; in place of what was there. Empty: as the others.
            digest: SHA-256 of the photo that they are about, hex; None: of the one that was worked on last.
        Returns:
            Those that are made again; one that is being made just now is not among them.
        """
        text = json.dumps(changes) if changes else None
        with self._base.changing() as base:
            return [number for number in numbers if base.execute(_CHANGE, (digest, text, number)).rowcount]

    def keep_result(self, key: str, place: str, files: Sequence[Mapping[str, Any]], facts: object) -> None:
        """Note that a result is on the disk."""
        with self._base.changing() as base:
            base.execute(
                "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?)",
                (key, stored(place), json.dumps(files), json.dumps(facts)),
            )

    def find_result(self, key: str, place: str) -> tuple[list[dict[str, Any]], Any] | None:
        """The files of a result, and what is to be told of it; None where it was not made yet."""
        row = self._base.row(
            "SELECT files, facts FROM result WHERE key = ? AND place = ?", (key, stored(place))
        )
        return (json.loads(row["files"]), json.loads(row["facts"])) if row else None

    def places_made(self) -> set[str]:
        """Where files of results were ever written, below their folder."""
        rows = self._base.rows("SELECT files FROM result")
        return {file["path"] for row in rows for file in json.loads(row["files"])}

    def pause(self, reason: str | None) -> None:
        """Note why the batch waits for a person; None: it goes on."""
        with self._base.changing() as base:
            base.execute("UPDATE job SET paused = ?", (reason,))

    def paused(self) -> str | None:
        """Why the batch waits for a person, if it does."""
        row = self._base.row("SELECT paused FROM job")
        return row["paused"] if row else None

    def keep_source(self, folder: Path) -> None:
        """Note where the photos are, for whoever looks at the results later."""
        with self._base.changing() as base:
            base.execute("UPDATE job SET source = ?", (stored(str(folder)),))

    def made_of(self) -> tuple[Order, Path | None] | None:
        """What was made of each photo last, and where the photos were; None where nothing was begun."""
        row = self._base.row("SELECT plan, source FROM job")
        if row is None:
            return None
        return Order.read(row["plan"]), Path(os.fsdecode(row["source"])) if row["source"] else None

    def keep_look(self, look: Look) -> None:
        """Note the look that the batch is brought to; it goes with its order."""
        with self._base.changing() as base:
            base.execute("UPDATE job SET look = ?", (look.model_dump_json(),))

    def look(self) -> Look | None:
        """The look that the batch is brought to, if it was measured."""
        row = self._base.row("SELECT look FROM job")
        return Look.model_validate_json(row["look"]) if row and row["look"] else None

    def counts(self) -> Counts:
        """How far the batch is."""
        rows = self._base.rows("SELECT state, count(*) FROM item WHERE here GROUP BY state")
        return Counts(**{row[0]: row[1] for row in rows})

    def item(self, number: int) -> Item | None:
        """A photo; None where there is none of that number."""
        row = self._base.row("SELECT * FROM item WHERE here AND number = ?", (number,))
        return item_of(row) if row else None

    def items(self) -> list[Item]:
        """Every photo, in the order of their numbers."""
        rows = self._base.rows("SELECT * FROM item WHERE here ORDER BY number")
        return [item_of(row) for row in rows]

    def stamps(self) -> dict[str, str]:
        """What each photo's file was like when it was entered last, by path."""
        rows = self._base.rows("SELECT path, stamp FROM item WHERE here")
        return {os.fsdecode(row["path"]): row["stamp"] for row in rows}


_CRASHED: Final = PhotoCrashes("The program ended each time it worked on this photo, so it is left out.")
_LEFT_OUT: Final = (_CRASHED.code, _CRASHED.message)
_GIVEN_UP: Final = "UPDATE item SET state = 'failed', code = ?, message = ? WHERE state = 'queued'"
_AGAIN: Final = (
    "UPDATE item SET state = 'queued', lease = NULL, crashes = 0, starts = 0, code = NULL, message = NULL"
)


_DECIDE: Final = (
    "UPDATE item SET decision = :decision, judged = coalesce(json_extract(facts, '$.sha256'), judged) "
    "WHERE here AND number = :number AND (state = 'done' OR :decision IS NOT 'accepted')"
)
_CHANGE: Final = (
    f"{_AGAIN}, decision = NULL, judged = coalesce(?, json_extract(facts, '$.sha256')), changes = ? "
    "WHERE here AND number = ? AND state != 'leased'"
)
_FORGET: Final = (
    "UPDATE item SET decision = NULL, changes = NULL, judged = NULL "
    "WHERE number = ? AND lease = ? AND judged IS NOT NULL AND judged != ?"
)
"""What a person said of a photo is not about another that lies in its place by now."""
