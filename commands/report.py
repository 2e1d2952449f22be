"""``cut --report``: how each picture went, for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.errors import RecipeError
from pipelines.tables import csv_text

if TYPE_CHECKING:
    from pipelines.cutout import Cutout

_LISTS: Final = ("reasons", "remarks", "networks", "files", "broken")
"""What of a :class:`Row` is a list of words."""

_WRITERS: Final = (".json", ".jsonl", ".csv")
"""Endings of a report file, which say how it is written."""


@dataclass(frozen=True)
class Row:
    """How one picture went.

    Attributes:
        file: what the user calls it.
        confidence: 0..1; None where it failed.
        reasons: what to look at, as codes that stay as they are.
        remarks: the same as sentences.
        networks: the models that made the matte.
        seconds: from the decoded picture to the finished cutout.
        width: in pixels.
        height: in pixels.
        box: the subject's left, top, right and bottom in pixels; None where there is none.
        files: what is to be known of the files that were written.
        broken: rules of the Recipe's preset that the file breaks, as sentences.
        error: what went wrong, if anything did.
    """

    file: str
    confidence: float | None = None
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    seconds: float | None = None
    width: int | None = None
    height: int | None = None
    box: tuple[int, int, int, int] | None = None
    files: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    error: str | None = None

    def problems(self) -> tuple[str, ...]:
        """What must be told at once."""
        return self.broken if self.error is None else (self.error,)


@dataclass(frozen=True)
class Written:
    """What is to be told of the files of a picture.

    Attributes:
        remarks: what they lost, a line each.
        broken: rules of the Recipe's preset that the first breaks, as sentences.
    """

    remarks: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def row_of(label: str, cutout: Cutout, written: Written | None = None) -> Row:
    """The row of a picture that was cut."""
    written = written or Written()
    width, height = cutout.photo.size
    confidence = cutout.confidence
    return Row(
        file=label,
        confidence=round(confidence.score, 3),
        reasons=tuple(reason.code for reason in confidence.reasons),
        remarks=tuple(reason.text for reason in confidence.reasons),
        networks=tuple(facts.name for facts in cutout.model),
        seconds=round(sum(cutout.timings.values()) / 1000, 3),
        width=width,
        height=height,
        box=cutout.box,
        files=written.remarks,
        broken=written.broken,
    )


def line_of(row: Row) -> str:
    """A row for people, in a line."""
    if row.error is not None:
        return f"{row.file}: failed"
    from pipelines.matting.confidence import TRUSTED

    score = row.confidence or 0.0
    verdict = "sure" if score >= TRUSTED else "have a look"
    parts = [f"{verdict}, {score:.0%}", *row.remarks, f"{row.width}x{row.height}"]
    if row.box:
        left, top, right, bottom = row.box
        parts.append(f"subject {right - left}x{bottom - top} at {left},{top}")
    parts.extend(row.broken)
    parts.append(f"{row.seconds:.1f} s with {' + '.join(row.networks)}")
    parts.extend(row.files)
    return f"{row.file}: " + "; ".join(parts)


class Report:
    """Collects rows, and says each at once where that is wanted.

    Args:
        spoken: whether to print a line for each picture.
        piped: whether a picture goes to standard output, which lines must then keep out of.
    """

    def __init__(self, *, spoken: bool = False, piped: bool = False) -> None:
        self.rows: list[Row] = []
        self._spoken = spoken
        self._stream = sys.stderr if piped else sys.stdout

    def add(self, row: Row) -> None:
        """Take in how a picture went."""
        self.rows.append(row)
        if self._spoken:
            print(line_of(row), file=self._stream, flush=True)


@contextmanager
def reporting(file: Path | None, *, spoken: bool, piped: bool) -> Iterator[Report | None]:
    """A report that is written when the work is over, also where it broke off; None where none is wanted.

    Args:
        file: ends in .json (a list), .jsonl (a line for each picture) or .csv; None for no file.
        spoken: see :class:`Report`.
        piped: see :class:`Report`.
    Raises:
        RecipeError: the file's ending says nothing.
        OutputError: the file can't be written.
    """
    if file is not None and file.suffix.lower() not in _WRITERS:
        raise RecipeError(f"A report is a {', '.join(_WRITERS)} file, not {file.name}.")
    report = Report(spoken=spoken, piped=piped)
    try:
        yield report if spoken or file else None
    finally:
        if file is not None:
            from pipelines.save import write_atomic

            write_atomic(file, written(report.rows, file.suffix.lower()).encode(errors="replace"))


def written(rows: Sequence[Row], ending: str) -> str:
    """Rows as a file's text.

    Args:
        rows: in the order in which the pictures were done.
        ending: one of .json, .jsonl and .csv.
    """
    if ending == ".csv":
        return _table(rows)
    records = [asdict(row) for row in rows]
    if ending == ".json":
        return json.dumps(records, indent=2, ensure_ascii=False) + "\n"
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _table(rows: Sequence[Row]) -> str:
    return csv_text([*asdict(Row(""))], map(_cells, rows))


def _cells(row: Row) -> dict[str, object]:
    lists = {name: "; ".join(getattr(row, name)) for name in _LISTS}
    return {**asdict(row), **lists, "box": " ".join(map(str, row.box)) if row.box else ""}
