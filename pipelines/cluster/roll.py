"""The roll: all photos of a run with their numbers and the places of their results, kept beside these.

Numbers and places stay when photos are added or go, as with the ledger of a batch on one machine.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Self

import pyarrow as pa
from pyarrow import parquet

from pipelines.batch.order import Names, Order
from pipelines.batch.places import OWN, Files, Found
from pipelines.errors import InputError, LedgerUnusable, StoreUnavailable
from pipelines.folders import PICTURES

FILE: Final = f"{OWN}/photos.parquet"

_SCHEMA: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("path", pa.string()),
        ("stamp", pa.string()),
        ("places", pa.string()),
        ("here", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Entry:
    """A photo.

    Attributes:
        number: which one it is, from 1; stays.
        path: below the folder of the sources.
        stamp: changes when the file does.
        places: of its results, by variant; see :meth:`pipelines.batch.order.Names.give`.
        here: whether it is there.
    """

    number: int
    path: str
    stamp: str
    places: Mapping[str, str]
    here: bool = True


@dataclass(frozen=True)
class Roll:
    """All photos, by their numbers.

    Attributes:
        order: what is made of each.
        entries: those that went are among them, so that nobody gets their places.
    """

    order: Order
    entries: tuple[Entry, ...]

    @property
    def here(self) -> list[Entry]:
        """The photos that are there."""
        return [entry for entry in self.entries if entry.here]

    @classmethod
    def entered(cls, before: Self | None, order: Order, found: Mapping[str, str]) -> Self:
        """The roll for what is there now.

        Args:
            before: of the last run, if there was one.
            order: what is made of each photo.
            found: paths with stamps, see :func:`pictures_of`.
        """
        known = before.entries if before else ()
        same = before is not None and before.order == order
        given = [(PurePosixPath(entry.path), entry.places) for entry in known] if same else []
        names = Names(order, given)
        entries = [_entry_again(entry, found, None if same else names) for entry in known]
        number = max((entry.number for entry in known), default=0)
        seen = {entry.path for entry in known}
        for path in (path for path in found if path not in seen):
            number += 1
            entries.append(Entry(number, path, found[path], names.give(PurePosixPath(path), number)))
        return cls(order, tuple(entries))

    @classmethod
    def read(cls, files: Files) -> Self | None:
        """The roll of the last run; None where there was none.

        Raises:
            LedgerUnusable: it is damaged.
            StoreUnavailable: that can't be told.
        """
        try:
            table = parquet.read_table(io.BytesIO(files.read(FILE)))
            order = Order.read(table.schema.metadata[b"order"].decode())
        except FileNotFoundError:
            return None
        except (pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
            raise LedgerUnusable(_DAMAGED) from error
        except OSError as error:
            raise StoreUnavailable(f"What was done before can't be read: {error}.") from error
        rows = table.to_pylist()
        return cls(order, tuple(Entry(**{**row, "places": json.loads(row["places"])}) for row in rows))

    def write(self, files: Files) -> None:
        """Keep it.

        Raises:
            StorageFull, StoreUnavailable: it can't be kept.
        """
        rows = [{**vars(entry), "places": json.dumps(dict(entry.places))} for entry in self.entries]
        table = pa.Table.from_pylist(rows, _SCHEMA.with_metadata({"order": self.order.to_json()}))
        stream = io.BytesIO()
        parquet.write_table(table, stream, compression="zstd")
        files.write(FILE, stream.getvalue())


_DAMAGED: Final = (
    "What this batch remembers is damaged. Remove .cutaway/photos.parquet among its results and give the "
    "same command again: what was made is found by its key."
)


def pictures_of(files: Files, results: str | None) -> dict[str, str]:
    """The pictures of a folder and those within it, in the order of their names, with their stamps.

    Args:
        files: the folder. Hidden folders and files are passed over.
        results: path of a folder within it that holds results, which are no sources; None: there is none.
    Raises:
        InputError: a name is no Unicode.
    """
    found = {one.path: one.stamp for one in _shown(files.found(), results)}
    for path in found:
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = path.encode(errors="replace").decode()
            raise InputError(f"The name of {shown} is no Unicode: give it another one.") from None
    return {path: found[path] for path in sorted(found, key=PurePosixPath)}


def inner_of(source: str, target: str) -> str | None:
    """Path of the results below the photos, where they are there.

    Args:
        source: place of the photos: an absolute path, or an address.
        target: place of the results.
    """
    outer = source.rstrip("/") + "/"
    return target.removeprefix(outer) if target.startswith(outer) else None


def _shown(found: Iterator[Found], results: str | None) -> Iterator[Found]:
    for one in found:
        path = PurePosixPath(one.path)
        hidden = any(part.startswith(".") for part in path.parts)
        ours = results is not None and path.is_relative_to(results)
        if path.suffix.lower() in PICTURES and not hidden and not ours:
            yield one


def _entry_again(entry: Entry, found: Mapping[str, str], names: Names | None) -> Entry:
    """A photo that was known, as it is now; named anew where names are given."""
    places = names.give(PurePosixPath(entry.path), entry.number) if names else entry.places
    here = entry.path in found
    return Entry(entry.number, entry.path, found.get(entry.path, entry.stamp), places, here)
