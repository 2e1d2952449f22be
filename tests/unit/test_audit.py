"""The audit of a batch on one machine: it finds what is wrong, and nothing where nothing is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipelines.batch.audit import Audit, Finding, Record, audited, records_of, sweep, to_redo
from pipelines.batch.items import Item
from pipelines.batch.places import FolderFiles

PHOTOS = {"a.jpg": "1", "b.jpg": "1"}


def record(path: str, *files: str, state: str = "done", stamp: str = "1") -> Record:
    digest = hashlib.sha256(b"12").hexdigest()
    return Record(path, state, stamp, [{"path": file, "bytes": 2, "sha256": digest} for file in files])


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    """Two results, and what else may lie among results."""
    made = FolderFiles(tmp_path)
    for path in ("a.png", "shop/b.jpg", "report.html", ".cutaway/thumbs/1.webp", ".hidden.png"):
        made.write(path, b"12")
    return made


def kinds(audit: Audit) -> set[tuple[str, str]]:
    return {(finding.kind, finding.path) for finding in audit.findings}


def test_nothing_is_wrong(files: FolderFiles) -> None:
    records = [record("a.jpg", "a.png"), record("b.jpg", "shop/b.jpg")]
    assert audited(PHOTOS, records, files) == Audit(2, 2, 0, 2)


def test_one_that_failed_is_accounted_for(files: FolderFiles) -> None:
    files.remove("a.png")
    found = audited(PHOTOS, [record("a.jpg", state="failed"), record("b.jpg", "shop/b.jpg")], files)
    assert found == Audit(2, 1, 1, 1)


@pytest.mark.parametrize(
    ("records", "wrong"),
    [
        ([record("a.jpg", "a.png")], {("missing", "b.jpg"), ("orphan", "shop/b.jpg")}),
        (
            [record("a.jpg", "a.png"), record("b.jpg", state="queued")],
            {("unfinished", "b.jpg"), ("orphan", "shop/b.jpg")},
        ),
        (
            [record("a.jpg", "a.png", stamp="0"), record("b.jpg", "shop/b.jpg")],
            {("unfinished", "a.jpg")},
        ),
        (
            [record("a.jpg", "a.png"), record("b.jpg", "shop/b.jpg"), record("c.jpg")],
            {("gone", "c.jpg")},
        ),
        ([record("a.jpg", "a.png", "shop/b.jpg"), record("b.jpg", "a.png")], {("doubled", "a.png")}),
        (
            [record("a.jpg", "a.png", "c.png"), record("b.jpg", "shop/b.jpg")],
            {("lost", "c.png")},
        ),
    ],
)
def test_what_is_wrong_is_named(
    files: FolderFiles, records: list[Record], wrong: set[tuple[str, str]]
) -> None:
    assert kinds(audited(PHOTOS, records, files)) == wrong


def test_a_result_that_was_touched_is_found(files: FolderFiles) -> None:
    records = [record("a.jpg", "a.png"), record("b.jpg", "shop/b.jpg")]
    files.write("a.png", b"21")
    found = audited(PHOTOS, records, files)
    assert kinds(found) == {("wrong", "a.png")}
    assert to_redo(found) == ["a.jpg"]
    assert kinds(audited(PHOTOS, records, files, quick=True)) == set()
    files.write("a.png", b"123")
    assert kinds(audited(PHOTOS, records, files, quick=True)) == {("wrong", "a.png")}


def test_sweeping_takes_what_belongs_to_nobody(files: FolderFiles, tmp_path: Path) -> None:
    files.write("stray.webp", b"1")
    files.write("shop/.cutaway-0123.part", b"1")
    records = [record("a.jpg", "a.png"), record("b.jpg", "shop/b.jpg")]
    found = audited(PHOTOS, records, files)
    assert set(found.findings) == {
        Finding("orphan", "stray.webp"),
        Finding("part", "shop/.cutaway-0123.part"),
    }
    assert sweep(files, found) == 2
    assert audited(PHOTOS, records, files).findings == []
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / ".hidden.png").exists()


def test_what_the_batch_has_not_made_is_somebodys_own(files: FolderFiles) -> None:
    files.write("mine.png", b"1")
    files.write("old.png", b"1")
    records = [record("a.jpg", "a.png"), record("b.jpg", "shop/b.jpg")]
    found = audited(PHOTOS, records, files, made={"a.png", "shop/b.jpg", "old.png"})
    assert found.findings == [Finding("orphan", "old.png")]


def test_records_come_from_a_ledger() -> None:
    facts = {"results": {"x": {"files": [{"path": "a.png"}]}, "y": {"files": [{"path": "a.jpg"}]}}}
    items = [Item(1, "a.jpg", {}, "done", facts=facts), Item(2, "b.jpg", {}, "failed")]
    assert records_of(items, PHOTOS) == [
        Record("a.jpg", "done", "1", [{"path": "a.png"}, {"path": "a.jpg"}]),
        Record("b.jpg", "failed", "1"),
    ]
