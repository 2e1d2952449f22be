"""The manifest: how each photo ended, as Parquet files, one row for each photo.

While a run goes on, rows come in parts; at its end they are one file. Of several rows of a photo, as a run
that was killed may leave them, the last one counts.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from pipelines.batch.audit import Record
from pipelines.batch.items import Item, State
from pipelines.batch.order import Order
from pipelines.batch.places import OWN, Files
from pipelines.cluster.roll import Entry, Roll
from pipelines.errors import StoreUnavailable

FILE: Final = f"{OWN}/manifest.parquet"
PARTS: Final = f"{OWN}/manifest"

_FILE: Final = pa.struct(
    [
        ("result", pa.string()),
        ("key", pa.string()),
        ("path", pa.string()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
    ]
)
SCHEMA: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("path", pa.string()),
        ("stamp", pa.string()),
        ("order", pa.string()),  # what was made, see order_key
        ("status", pa.string()),
        ("code", pa.string()),
        ("message", pa.string()),
        ("key", pa.string()),  # of the matte: photo, weights, how it is cut
        ("sha256_in", pa.string()),
        ("files", pa.list_(_FILE)),
        ("sha256_out", pa.list_(pa.string())),
        ("confidence", pa.float64()),  # the least of the results'
        ("reasons", pa.list_(pa.string())),
        ("w", pa.int64()),  # the photo's
        ("h", pa.int64()),
        ("ms", pa.int64()),
        ("node", pa.string()),
        ("facts", pa.string()),  # all that is told, as JSON
    ]
)

Row = dict[str, Any]


class Manifest:
    """The manifest among the results.

    Args:
        files: the results'.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._waiting: list[Row] = []
        self._written = time.monotonic()

    def read(self) -> dict[str, Row]:
        """The row of each photo, by its path.

        Raises:
            StoreUnavailable: they can't be read.
        """
        rows: dict[str, Row] = {}
        for name in (FILE, *self._parts()):
            for row in self._rows(name):
                rows[row["path"]] = row
        return rows

    def all(self) -> list[Row]:
        """As :meth:`read`, but what stands twice in the one file of a run that ended is there twice."""
        parts = {row["path"]: row for name in self._parts() for row in self._rows(name)}
        return [row for row in self._rows(FILE) if row["path"] not in parts] + [*parts.values()]

    def add(self, row: Row, *, every: float = 5.0) -> None:
        """Take a row; what was taken is written now and then.

        Args:
            row: by the columns of :data:`SCHEMA`.
            every: seconds from one writing to the next.
        """
        self._waiting.append(row)
        if time.monotonic() - self._written >= every:
            self.flush()

    def flush(self) -> None:
        """Write what was taken, as a part."""
        if self._waiting:
            name = f"{PARTS}/{time.time_ns():020d}-{secrets.token_hex(4)}.parquet"
            self._files.write(name, _parquet(self._waiting))
            self._waiting = []
        self._written = time.monotonic()

    def close(self, roll: Roll) -> dict[str, Row]:
        """Make one file of all parts, with the photos of the roll in their order.

        Returns:
            The rows, by path.
        """
        self.flush()
        parts = self._parts()
        rows = self.read()
        kept = [rows[entry.path] for entry in roll.here if entry.path in rows]
        self._files.write(FILE, _parquet(kept))
        for part in parts:
            self._files.remove(part)
        return {row["path"]: row for row in kept}

    def forget(self, paths: Collection[str]) -> None:
        """Forget how photos ended, so that the next run looks at them again."""
        parts, rows = self._parts(), self.read()
        self._files.write(FILE, _parquet(row for path, row in rows.items() if path not in paths))
        for part in parts:
            self._files.remove(part)

    def _parts(self) -> list[str]:
        """From the first to the last."""
        return sorted(one.path for one in self._files.found(PARTS))

    def _rows(self, name: str) -> list[Row]:
        try:
            data = self._files.read(name)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreUnavailable(f"What was done before can't be read: {error}.") from error
        try:
            return parquet.read_table(io.BytesIO(data)).to_pylist()  # type: ignore[no-any-return]
        except pa.ArrowInvalid:  # damaged: these photos are looked at again
            return []


def order_key(order: Order) -> str:
    """What tells an order from others, as 64 hex digits."""
    return hashlib.sha256(order.to_json().encode()).hexdigest()


def counts_for(row: Row, entry: Entry, order: str) -> bool:
    """Whether a row is about a photo as it is now, and about what is to be made of it now.

    Args:
        row: of the manifest.
        entry: the photo.
        order: see :func:`order_key`.
    """
    return bool(row["stamp"] == entry.stamp and row["order"] == order and row["status"] in ("done", "failed"))


def records_of(roll: Roll, rows: Iterable[Row]) -> list[Record]:
    """What is remembered, for an audit.

    Args:
        roll: the photos.
        rows: see :meth:`Manifest.all`.
    """
    order = order_key(roll.order)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["path"]].append(row)
    records = []
    for entry in roll.here:
        for row in found[entry.path] or [{}]:
            ended = bool(row) and counts_for(row, entry, order)
            files = row["files"] or () if ended else ()
            records.append(Record(entry.path, row["status"] if ended else "", entry.stamp, files))
    return records


def item_of(row: Row, entry: Entry) -> Item:
    """A row as the report takes it."""
    facts = json.loads(row["facts"]) if row["facts"] else None
    state: State = "done" if row["status"] == "done" else "failed"
    told = {"code": row["code"], "message": row["message"], "facts": facts}
    return Item(entry.number, entry.path, entry.places, state, **told)


def told_of(facts: Mapping[str, Any]) -> Row:
    """The columns that tell of a photo that is done.

    Args:
        facts: see :meth:`pipelines.batch.work.PhotoWork.__call__`.
    """
    results = facts["results"]
    keys = facts["keys"]
    files = [
        {"result": name, "key": keys[name], **file}
        for name, told in results.items()
        for file in told["files"]
    ]
    first = next(iter(results.values()))
    reasons = {reason["code"]: None for told in results.values() for reason in told["reasons"]}
    return {
        "key": facts["key"],
        "sha256_in": facts["sha256"],
        "files": files,
        "sha256_out": [file["sha256"] for file in files],
        "confidence": min(told["confidence"] for told in results.values()),
        "reasons": list(reasons),
        "w": first["photo"][0],
        "h": first["photo"][1],
        "facts": json.dumps(facts),
    }


def _parquet(rows: Iterable[Row]) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(list(rows), SCHEMA), stream, compression="zstd")
    return stream.getvalue()
