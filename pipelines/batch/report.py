"""The report of a batch: a CSV file, or one HTML page that holds everything."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

from pipelines.batch.alike import oddities
from pipelines.batch.items import Item
from pipelines.errors import RecipeError
from pipelines.matting.confidence import TRUSTED
from pipelines.tables import csv_text

_PAGE: Final = Path(__file__).resolve().parents[2] / "assets" / "batch" / "report.html"
COLUMNS: Final = (
    *("file", "result", "state", "confidence", "reasons", "odd", "broken_rules", "width", "height"),
    *("networks", "seconds", "written", "sha256", "result_sha256", "duplicate_of", "error"),
)


@dataclass(frozen=True)
class Line:
    """One result of one photo.

    Attributes:
        cells: by name of :data:`COLUMNS`.
        thumb: a small picture's file below the batch's own folder, if there is one.
    """

    cells: dict[str, str]
    thumb: str | None = None

    @property
    def doubt(self) -> tuple[int, float]:
        """What is to be looked at first: failures, then the least sure."""
        return (0 if self.cells["state"] == "failed" else 1, float(self.cells["confidence"] or 0))


def lines_of(items: Sequence[Item]) -> list[Line]:
    """A line for each result of each photo, in the photos' order; one for a photo without results."""
    first: dict[str, str] = {}
    lines = []
    odd = oddities(items)
    for item in items:
        facts = item.facts or {}
        digest = facts.get("sha256", "")
        twin = first.setdefault(digest, item.path) if digest else item.path
        shared = {
            **dict.fromkeys(COLUMNS, ""),
            **{"file": item.path, "state": item.state, "sha256": digest},
            "duplicate_of": "" if twin == item.path else twin,
            "error": f"{item.code}: {item.message}" if item.code else "",
            "odd": "; ".join(one.text for one in odd.get(item.number, ())),
            "seconds": str(facts.get("seconds", "")),
        }
        told = facts.get("results") or {"": None}
        lines += [_line(shared, name, result) for name, result in told.items()]
    return lines


def _line(shared: dict[str, str], name: str, told: dict[str, Any] | None) -> Line:
    if told is None:
        return Line({**shared, "result": name})
    return Line(
        {
            **shared,
            "result": name,
            "confidence": f"{told['confidence']:.3f}",
            "reasons": "; ".join(reason["text"] for reason in told["reasons"]),
            "broken_rules": "; ".join(told["broken"]),
            "width": str(told["size"][0]),
            "height": str(told["size"][1]),
            "networks": " + ".join(told["networks"]),
            "written": "; ".join(file["path"] for file in told["files"]),
            "result_sha256": "; ".join(file["sha256"] for file in told["files"]),
        },
        told["thumb"],
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
    lines = lines_of(items)
    # A file's name may be no Unicode: that is told with question marks.
    if path.suffix.lower() == ".csv":  # with a mark, by which Excel reads names in other scripts
        return csv_text(COLUMNS, (line.cells for line in lines)).encode("utf-8-sig", "replace")
    return _page(lines, own).encode(errors="replace")


def _page(lines: Sequence[Line], own: Path) -> str:
    counts = {state: sum(line.cells["state"] == state for line in lines) for state in ("done", "failed")}
    unsure = sum(_kind(line) in ("broken", "unsure") for line in lines)
    cards = "\n".join(_cards(sorted(lines, key=lambda line: line.doubt), own))
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        done=counts["done"], failed=counts["failed"], unsure=unsure, cards=cards
    )


def _cards(lines: Sequence[Line], own: Path) -> Iterator[str]:
    for line in lines:
        cells = {name: html.escape(value) for name, value in line.cells.items()}
        said = [cells[name] for name in ("reasons", "odd", "broken_rules", "error") if cells[name]]
        if cells["duplicate_of"]:
            said.append(f"the same as {cells['duplicate_of']}")
        score = f"{float(cells['confidence']):.0%}" if cells["confidence"] else "–"
        rows = "".join(f"<p>{text}</p>" for text in said)
        title = f"{cells['file']}" + (f" · {cells['result']}" if cells["result"] else "")
        size = f"{cells['width']} × {cells['height']}" if cells["width"] else ""
        spent = f"{float(cells['seconds']):.1f} s" if cells["seconds"] else ""
        networks = " + ".join(name.partition(":")[0] for name in cells["networks"].split(" + "))
        facts = " · ".join(part for part in (size, spent, networks) if part)
        yield (
            f'<article class="{_kind(line)}"><div class="look">{_picture(line, own)}</div>'
            f'<h2 title="{cells["sha256"]}">{title}</h2><p><b>{score}</b> {facts}</p>{rows}</article>'
        )


def _kind(line: Line) -> str:
    """What is to be done about a result, as the page's style calls it."""
    cells = line.cells
    if cells["error"] or cells["broken_rules"]:
        return "failed" if cells["error"] else "broken"
    return "sure" if float(cells["confidence"] or 0) >= TRUSTED else "unsure"


def _picture(line: Line, own: Path) -> str:
    if line.thumb is None:
        return ""
    try:
        data = (own / line.thumb).read_bytes()
    except OSError:
        return ""
    return f'<img alt="" loading="lazy" src="data:image/webp;base64,{base64.b64encode(data).decode()}">'
