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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
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

_EMPTY: Final = SCHEMA.empty_table()
_AT_ONCE: Final = 4096
_TOGETHER: Final = 8
"""Parts that are read at once: an object store takes its time with each."""

_SOON: Final = 5.0
_LATE: Final = 60.0
_SHARE: Final = 0.01
"""Seconds after which rows are written: a hundredth of the time that a run has taken, within these."""

Row = dict[str, Any]


class Manifest:
    """The manifest among the results. It is held as a table: of a million photos, each row counts.

    Args:
        files: the results'.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._waiting: list[Row] = []
        self._begun = self._written = time.monotonic()

    def read(self, *columns: str) -> pa.Table:
        """A row for each photo.

        Args:
            columns: those that are wanted, ``path`` among them; none for all.
        Raises:
            StoreUnavailable: they can't be read.
        """
        return _last_of_each(pa.concat_tables([self._table(FILE, columns), *self._parts(columns)]))

    def all(self, *columns: str) -> pa.Table:
        """As :meth:`read`, but what stands twice in the one file of a run that ended is there twice."""
        whole, later = (
            self._table(FILE, columns),
            _last_of_each(pa.concat_tables([_EMPTY.select(columns or SCHEMA.names), *self._parts(columns)])),
        )
        before = whole.filter(pc.invert(pc.is_in(whole["path"], value_set=later["path"].combine_chunks())))
        return pa.concat_tables([before, later])

    def add(self, row: Row, *, every: float | None = None) -> None:
        """Take a row; what was taken is written now and then.

        Args:
            row: by the columns of :data:`SCHEMA`.
            every: seconds from one writing to the next; None: the more the longer a run takes.
        """
        self._waiting.append(row)
        now = time.monotonic()
        if every is None:
            every = min(max(_SOON, (now - self._begun) * _SHARE), _LATE)
        if now - self._written >= every:
            self.flush()

    def flush(self) -> None:
        """Write what was taken, as a part."""
        if self._waiting:
            name = f"{PARTS}/{time.time_ns():020d}-{secrets.token_hex(4)}.parquet"
            self._files.write(name, _parquet(pa.Table.from_pylist(self._waiting, SCHEMA)))
            self._waiting = []
        self._written = time.monotonic()

    def close(self, roll: Roll) -> pa.Table:
        """Make one file of all parts, with the photos of the roll in their order; returns it."""
        self.flush()
        return self._replaced(lambda rows: [entry.path for entry in roll.here if entry.path in rows])

    def forget(self, paths: Collection[str]) -> None:
        """Forget how photos ended, so that the next run looks at them again."""
        self._replaced(lambda rows: [path for path in rows if path not in paths])

    def _replaced(self, kept: Callable[[Mapping[str, int]], list[str]]) -> pa.Table:
        """Make one file of some of the photos.

        Args:
            kept: told the photos there are, with the numbers of their rows, says which of them.
        """
        parts = self._names()
        table = self.read()
        rows = _rows_by_path(table)
        table = table.take(pa.array([rows[path] for path in kept(rows)], pa.int64()))
        self._files.write(FILE, _parquet(table))
        for part in parts:
            self._files.remove(part)
        return table

    def _names(self) -> list[str]:
        """Of the parts, from the first to the last."""
        return sorted(one.path for one in self._files.found(PARTS))

    def _parts(self, columns: Sequence[str]) -> list[pa.Table]:
        with ThreadPoolExecutor(_TOGETHER) as pool:
            return list(pool.map(lambda name: self._table(name, columns), self._names()))

    def _table(self, name: str, columns: Sequence[str]) -> pa.Table:
        """The rows of a file; none where it is not there, or damaged: these photos are looked at again."""
        try:
            data = self._files.read(name)
            return parquet.read_table(io.BytesIO(data), columns=list(columns) or None)
        except (FileNotFoundError, pa.ArrowInvalid):
            return _EMPTY.select(columns or SCHEMA.names)
        except OSError as error:
            raise StoreUnavailable(f"What was done before can't be read: {error}.") from error


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


def records_of(roll: Roll, manifest: Manifest) -> list[Record]:
    """What is remembered, for an audit.

    Args:
        roll: the photos.
        manifest: how they ended.
    """
    order = order_key(roll.order)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(manifest.all("path", "stamp", "order", "status", "files")):
        found[row["path"]].append(row)
    records = []
    for entry in roll.here:
        for row in found[entry.path] or [{}]:
            ended = bool(row) and counts_for(row, entry, order)
            files = row["files"] or () if ended else ()
            records.append(Record(entry.path, row["status"] if ended else "", entry.stamp, files))
    return records


def rows_of(table: pa.Table) -> Iterator[Row]:
    """The rows of a table, a few thousand at a time in memory."""
    for batch in table.to_batches(_AT_ONCE):
        yield from batch.to_pylist()


def items_of(table: pa.Table, roll: Roll) -> list[Item]:
    """Photos as the report takes them.

    Args:
        table: the manifest.
        roll: the photos.
    """
    entries = {entry.path: entry for entry in roll.here}
    columns = ["path", "status", "code", "message", "facts"]
    return [item_of(row, entries[row["path"]]) for row in rows_of(table.select(columns))]


def failures(table: pa.Table) -> Iterator[tuple[str, str]]:
    """Photos that failed, with why."""
    failed = table.select(["path", "message"]).filter(pc.is_valid(table["message"]))
    return ((row["path"], row["message"]) for row in rows_of(failed))


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


def _rows_by_path(table: pa.Table) -> dict[str, int]:
    """The number of the last row of each photo."""
    return {path: number for number, path in enumerate(table["path"].to_pylist())}


def _last_of_each(table: pa.Table) -> pa.Table:
    return table.take(pa.array(_rows_by_path(table).values(), pa.int64()))


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()
