"""The report of a batch: a CSV file, or one HTML page that holds everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pipelines.batch.alike import oddities
from pipelines.batch.items import Item
from pipelines.batch.review import Reviewed, reviewed
from pipelines.errors import RecipeError
from pipelines.tables import csv_text

COLUMNS: Final = (
    *("file", "result", "state", "decision", "changes", "confidence", "reasons", "broken_rules", "odd"),
    *("width", "height", "networks", "seconds", "written", "sha256", "result_sha256", "duplicate_of"),
    "error",
)


def check_name(path: Path) -> None:
    """See that a report's name says which kind it is.

    Raises:
        RecipeError: it ends neither in .csv nor in .html.
    """
    if path.suffix.lower() not in (".csv", ".html", ".htm"):
        raise RecipeError(f"A report is a .csv or .html file, not {path.name}.")


def written(items: Sequence[Item], path: Path, own: Path) -> bytes:
    """A report as a file's content.

    Args:
        items: the photos.
        path: the file's; its ending says which kind.
        own: the folder that a batch keeps its thumbnails in.
    Raises:
        RecipeError: see :func:`check_name`.
    """
    check_name(path)
    photos = reviewed(items)
    # A file's name may be no Unicode: that is told with question marks.
    if path.suffix.lower() == ".csv":  # with a mark, by which Excel reads names in other scripts
        return csv_text(COLUMNS, lines_of(photos)).encode("utf-8-sig", "replace")
    from pipelines.batch.report_page import page_of

    return page_of(photos, own).encode(errors="replace")


def lines_of(photos: Sequence[Reviewed]) -> list[dict[str, str]]:
    """A line for each result of each photo, in the photos' order; one for a photo without results.

    Returns:
        Cells by name of :data:`COLUMNS`.
    """
    odd = oddities([photo.item for photo in photos])
    return [
        line
        for photo in sorted(photos, key=lambda one: one.item.number)
        for line in _lines(photo, "; ".join(one.text for one in odd.get(photo.item.number, ())))
    ]


def _lines(photo: Reviewed, odd: str) -> Iterator[dict[str, str]]:
    item = photo.item
    facts = item.facts or {}
    shared = {
        **dict.fromkeys(COLUMNS, ""),
        **{"file": item.path, "state": item.state, "decision": item.decision or ""},
        **{"changes": changes_text(item.changes), "sha256": facts.get("sha256", "")},
        "odd": odd,
        "duplicate_of": photo.twin or "",
        "error": f"{item.code}: {item.message}" if item.code else "",
        "seconds": str(facts.get("seconds", "")),
    }
    told = facts.get("results") or {"": None}
    for name, result in told.items():
        yield {**shared, "result": name, **(_cells(result) if result else {})}


def _cells(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        "confidence": f"{told['confidence']:.3f}",
        "reasons": "; ".join(reason["text"] for reason in told["reasons"]),
        "broken_rules": "; ".join(told["broken"]),
        "width": str(told["size"][0]),
        "height": str(told["size"][1]),
        "networks": " + ".join(told["networks"]),
        "written": "; ".join(file["path"] for file in told["files"]),
        "result_sha256": "; ".join(file["sha256"] for file in told["files"]),
    }


def changes_text(changes: Mapping[str, Any]) -> str:
    """What of the Recipe a person changed for one photo, in words: ``model isnet, 2 strokes, edges``."""
    return ", ".join(_change(name, value) for name, value in changes.items())


def _change(name: str, value: object) -> str:
    plain = name.replace("_", " ")
    if isinstance(value, list | tuple):
        return f"{len(value)} {plain.removesuffix('s')}{'' if len(value) == 1 else 's'}"
    if value is None or isinstance(value, Mapping):
        return plain
    if isinstance(value, bool):
        return f"{plain} {'on' if value else 'off'}"
    return f"{plain} {value}"
