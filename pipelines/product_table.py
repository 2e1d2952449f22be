"""A table that says which product each photo shows, as a shop's spreadsheet has it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, Self

from pipelines.errors import RecipeError
from pipelines.products import Shown, shown_by

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "file": ("file", "filename", "file name", "photo", "image", "picture", "datei", "dateiname"),
    "sku": ("sku", "item number", "article number", "artikelnummer", "seller-sku", "seller sku"),
    "view": ("view", "variant code", "position"),
}
_DELIMITERS: Final = ",;\t|"
_LARGEST: Final = 20_000_000
_SHORTENED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+")
"""What a spreadsheet makes of a number of more than eleven digits when nobody looks."""


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        file: a photo's path below the folder, its name, or either without the ending.
        sku: the product's number.
        view: see :attr:`pipelines.products.Shown.view`.
    """

    file: str
    sku: str
    view: str = ""


@dataclass(frozen=True)
class ProductTable:
    """Which product each photo shows. An empty one knows none.

    Attributes:
        rows: no two for one file.
    """

    rows: tuple[Row, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """A table, if its lines agree.

        Raises:
            RecipeError: two say different things of one file.
        """
        known: dict[str, Row] = {}
        for row in rows:
            before = known.setdefault(_folded(row.file), row)
            if before[1:] != row[1:]:
                raise RecipeError(
                    f"The table gives {row.file} two numbers, {before.sku} and {row.sku}. Keep one."
                )
        return cls(tuple(known.values()))

    def shown_by(self, path: PurePosixPath) -> Shown | None:
        """What a photo shows; None where the table does not name it.

        Args:
            path: below the folder of the photos. The whole path goes before the name alone.
        """
        for name in _names(path):
            row = self._known.get(name)
            if row is not None:
                return Shown(row.sku, row.view or shown_by(path.stem).view)
        return None

    def left_over(self, paths: Iterable[PurePosixPath]) -> list[str]:
        """Files that the table names and that are not there."""
        there = {name for path in paths for name in _names(path)}
        return [row.file for row in self.rows if _folded(row.file) not in there]

    @cached_property
    def _known(self) -> dict[str, Row]:
        return {_folded(row.file): row for row in self.rows}


def read_table(path: Path) -> ProductTable:
    """A table from a CSV file: commas, semicolons, tabs or bars, with or without a byte order mark.

    Raises:
        RecipeError: it can't be read, a column is missing, or a line makes no sense; the message says which.
    """
    try:
        with path.expanduser().open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise RecipeError(f"The table {path} can't be read: {error.strerror}.") from None
    if len(data) > _LARGEST:
        raise RecipeError(
            f"{path.name} has more than {_LARGEST // 1_000_000} MB: that is no table of products."
        )
    if data.startswith(b"PK"):
        raise RecipeError(f"{path.name} is a workbook. Save the sheet as CSV and give that.")
    return ProductTable.of(_rows(_text(data), path.name))


def _text(data: bytes) -> str:
    """A file's text: Unicode as its mark says, else UTF-8, else what Excel writes in western Europe."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str, name: str) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep="):  # a line for Excel alone
        text, first = rest, rest.partition("\n")[0]
    else:
        rest = ""
    counts = Counter(character for character in first if character in _DELIMITERS)
    delimiter = counts.most_common(1)[0][0] if counts else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        places = _places(next(reader, []), name)
        for cells in reader:
            row = Row(*(_cell(cells, places.get(column)) for column in _COLUMNS))
            if any(row):
                yield _checked(row, f"line {reader.line_num + bool(rest)} of {name}")
    except csv.Error as error:
        raise RecipeError(f"{name} is no CSV file that can be read: {error}.") from None


def _places(heads: Sequence[str], name: str) -> dict[str, int]:
    """Where each column is."""
    found = [" ".join(head.split()).lower() for head in heads]
    places = {
        column: next(number for number, head in enumerate(found) if head in words)
        for column, words in _COLUMNS.items()
        if set(found) & set(words)
    }
    missing = [column for column in ("file", "sku") if column not in places]
    if missing:
        heads_told = ", ".join(head for head in found if head)[:120] or "nothing"
        raise RecipeError(
            f"{name} has no column called {missing[0]}. Its first line must say file and sku; it says "
            f"{heads_told}."
        )
    return places


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _checked(row: Row, where: str) -> Row:
    if not row.file:
        raise RecipeError(f"There is no file in {where}.")
    if not row.sku:
        raise RecipeError(f"There is no SKU for {row.file} in {where}.")
    if _SHORTENED.fullmatch(row.sku):
        raise RecipeError(
            f"{row.sku} in {where} is a long number that a spreadsheet has shortened. Make the column text, "
            "and save the table again."
        )
    return row


def _names(path: PurePosixPath) -> tuple[str, ...]:
    """What a table may call a photo, the most exact first."""
    return tuple(
        _folded(text)
        for text in (path.as_posix(), (path.parent / path.stem).as_posix(), path.name, path.stem)
    )


def _folded(name: str) -> str:
    plain = name.replace("\\", "/").removeprefix("./")
    return unicodedata.normalize("NFC", plain).casefold()
