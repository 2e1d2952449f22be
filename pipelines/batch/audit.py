"""The audit: photos, what is remembered of them, and results, held against each other."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from pipelines.batch.items import Item
from pipelines.batch.places import Files
from pipelines.export.kinds import KINDS
from pipelines.save import is_part

Kind = Literal["missing", "unfinished", "doubled", "gone", "lost", "wrong", "orphan", "part"]

KINDS_OF_FINDINGS: Final[dict[Kind, str]] = {
    "missing": "photos that nothing is known of",
    "unfinished": "photos that were not brought to their end, or changed since",
    "doubled": "photos, or places of results, that are there twice",
    "gone": "photos that are remembered but went",
    "lost": "results that are not where they should be",
    "wrong": "results that are not what was written",
    "orphan": "files of results that belong to no photo",
    "part": "files that were never finished",
}
SWEPT: Final[tuple[Kind, ...]] = ("orphan", "part")
"""What may be removed."""

_TOGETHER: Final = 8
"""Files read at once: an object store takes its time with each."""

_ENDINGS: Final = frozenset(f".{kind.ending}" for kind in KINDS.values())


@dataclass(frozen=True)
class Record:
    """What is remembered of a photo.

    Attributes:
        path: the photo's.
        state: ``done``, ``failed``, or anything else: not at an end.
        stamp: what the photo's was; see :class:`pipelines.batch.places.Found`.
        files: of its results, each with ``path``, ``bytes`` and ``sha256``.
    """

    path: str
    state: str
    stamp: str
    files: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        kind: see :data:`KINDS_OF_FINDINGS`.
        path: of the photo or of the file.
        photo: whose result the file is, where it is one that is lost or wrong.
    """

    kind: Kind
    path: str
    photo: str = ""


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes:
        photos: how many there are.
        done: how many of them have all their results.
        failed: how many can't be done, which is remembered with its reason.
        files: results that were looked at.
        findings: what is not as it should be.
    """

    photos: int
    done: int
    failed: int
    files: int
    findings: list[Finding] = field(default_factory=list)


def audited(
    photos: Mapping[str, str],
    records: Sequence[Record],
    target: Files,
    *,
    quick: bool = False,
    made: Set[str] | None = None,
) -> Audit:
    """Hold photos, memory and results against each other.

    Args:
        photos: paths of those that there are, with their stamps.
        records: what is remembered, in any order.
        target: the results.
        quick: believe a file of the right size, instead of reading it.
        made: every place that the batch has ever written to: what lies elsewhere is somebody's own. None
            where that is not remembered.
    Raises:
        SourceUnavailable: the results can't be read.
    """
    there = {one.path: one.bytes for one in target.found()}
    done = [record for record in records if record.state == "done"]
    expected = [(record.path, file) for record in done for file in record.files]
    named = {file["path"] for _, file in expected}
    strange = sorted(there.keys() - named if made is None else (there.keys() & made) - named)
    findings = [
        *_of_photos(photos, records),
        *_twice([file["path"] for _, file in expected]),
        *_of_files(expected, there, None if quick else target),
        *(Finding("orphan", path) for path in strange if _is_result(path)),
        *(Finding("part", path) for path in sorted(there) if is_part(path)),
    ]
    states = {record.path: record.state for record in records if record.path in photos}
    ended = Counter(states.values())
    return Audit(len(photos), ended["done"], ended["failed"], len(named), findings)


def records_of(items: Iterable[Item], stamps: Mapping[str, str]) -> list[Record]:
    """What a ledger remembers.

    Args:
        items: its photos.
        stamps: by path.
    """
    return [
        Record(item.path, item.state, stamps[item.path], files_of(item.facts) if item.facts else ())
        for item in items
    ]


def files_of(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files of a photo's results.

    Args:
        facts: see :meth:`pipelines.batch.work.PhotoWork.__call__`.
    """
    return [file for told in facts.get("results", {}).values() for file in told["files"]]


def photos_without_results(items: Iterable[Item], target: Path) -> list[str]:
    """Paths of the photos of which somebody has removed a result.

    One that was changed does not count: it may be a retouch, which would be lost.

    Args:
        items: of the ledger.
        target: the folder of the results.
    """
    return [
        item.path
        for item in items
        if item.state == "done"
        and not all((target / file["path"]).exists() for file in files_of(item.facts or {}))
    ]


def to_redo(audit: Audit) -> list[str]:
    """Paths of the photos whose results are not as they were written."""
    return sorted({finding.photo for finding in audit.findings if finding.photo})


def sweep(target: Files, audit: Audit) -> int:
    """Remove files that belong to no photo or were never finished.

    Returns:
        How many.
    Raises:
        OutputError: one can't be removed.
    """
    swept = [finding for finding in audit.findings if finding.kind in SWEPT]
    for finding in swept:
        target.remove(finding.path)
    return len(swept)


def _of_photos(photos: Mapping[str, str], records: Sequence[Record]) -> Iterator[Finding]:
    known = {record.path for record in records}
    yield from (Finding("missing", path) for path in photos if path not in known)
    yield from _twice([record.path for record in records])
    for record in records:
        if record.path not in photos:
            yield Finding("gone", record.path)
        elif record.state not in ("done", "failed") or record.stamp != photos[record.path]:
            yield Finding("unfinished", record.path)


def _twice(paths: Sequence[str]) -> Iterator[Finding]:
    return (Finding("doubled", path) for path, count in sorted(Counter(paths).items()) if count > 1)


def _of_files(
    expected: Sequence[tuple[str, dict[str, Any]]], sizes: Mapping[str, int], target: Files | None
) -> Iterator[Finding]:
    """What is wrong with the files of photos; without where they are, only their sizes are looked at."""
    there = []
    for photo, file in expected:
        if file["path"] not in sizes:
            yield Finding("lost", file["path"], photo)
        elif sizes[file["path"]] != file["bytes"]:
            yield Finding("wrong", file["path"], photo)
        else:
            there.append((photo, file))
    if target is None:
        return
    with ThreadPoolExecutor(_TOGETHER) as pool:
        same = pool.map(lambda one: _is_same(target, one[1]), there)
        for (photo, file), as_written in zip(there, same, strict=True):
            if not as_written:
                yield Finding("wrong", file["path"], photo)


def _is_same(target: Files, file: dict[str, Any]) -> bool:
    try:
        return hashlib.sha256(target.read(file["path"])).hexdigest() == str(file["sha256"])
    except OSError:
        return False


def _is_result(path: str) -> bool:
    """Whether a file may be one of ours: hidden ones, reports and the like are others' affair."""
    place = PurePosixPath(path)
    return place.suffix.lower() in _ENDINGS and not any(part.startswith(".") for part in place.parts)
