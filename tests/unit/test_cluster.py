"""Batches on several machines: what is remembered of them, without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipelines.batch.audit import audited
from pipelines.batch.items import Item
from pipelines.batch.ledger import MOST_STARTS, Ledger
from pipelines.batch.order import Order, Variant
from pipelines.batch.places import FolderFiles
from pipelines.cluster.manifest import (
    FILE,
    PARTS,
    SCHEMA,
    Manifest,
    counts_for,
    failures,
    items_of,
    order_key,
    records_of,
    rows_of,
    told_of,
)
from pipelines.cluster.roll import Roll, pictures_of
from pipelines.cluster.tries import Tries, Worker
from pipelines.errors import InputError, LedgerUnusable, PhotoCrashes
from pipelines.recipe import Recipe

PLAIN = Order.of([Variant("cutout", Recipe(model="fast"))])
NUMBERED = Order.of([Variant("cutout", Recipe.read({"model": "fast", "output": {"name": "{n:3}"}}))])


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path)


class TestRoll:
    def test_names_and_numbers_are_those_of_a_ledger(self, tmp_path: Path) -> None:
        """Whatever is added, goes, or is asked for: both engines give the same places."""
        found = [
            (PLAIN, {"a/x.jpg": "1", "a/x.png": "1", "b.jpg": "1"}),
            (PLAIN, {"a/x.png": "1", "a/X.jpg": "1", "b.jpg": "2"}),
            (NUMBERED, {"a/x.png": "1", "b.jpg": "2", "c.jpg": "1"}),
        ]
        roll = None
        with Ledger(tmp_path / "ledger.sqlite3") as ledger:
            for order, photos in found:
                ledger.enter(order, photos)
                roll = Roll.entered(roll, order, photos)
                theirs = [(item.number, item.path, item.places) for item in ledger.items()]
                assert [(entry.number, entry.path, entry.places) for entry in roll.here] == theirs

    def test_it_comes_back(self, files: FolderFiles) -> None:
        assert Roll.read(files) is None
        roll = Roll.entered(None, PLAIN, {"ä b.jpg": "1", "c.jpg": "2"})
        roll.write(files)
        assert Roll.read(files) == roll
        files.write(".cutaway/photos.parquet", b"PAR1")
        with pytest.raises(LedgerUnusable, match=r"photos\.parquet"):
            Roll.read(files)

    def test_pictures_are_found_as_in_a_folder(self, files: FolderFiles, tmp_path: Path) -> None:
        for name in ("b.jpg", "a/c.PNG", "a b.jpg", ".hidden/d.jpg", ".e.jpg", "notes.txt", "out/f.png"):
            files.write(name, b"1")
        assert list(pictures_of(files, "out")) == ["a/c.PNG", "a b.jpg", "b.jpg"]
        assert list(pictures_of(files, None))[-1] == "out/f.png"
        (tmp_path / "\udcff.jpg").write_bytes(b"1")
        with pytest.raises(InputError, match="no Unicode"):
            pictures_of(files, None)


class TestTries:
    PATH = "shoes/a.jpg"

    def tries(self, files: FolderFiles, life: str, run: str = "run", node: str = "n1") -> Tries:
        return Tries(files, Worker(run, node, life), lambda: {"n1", "n2"})

    def test_one_that_two_workers_died_over_is_left_out(self, files: FolderFiles) -> None:
        assert self.tries(files, "first").begin(self.PATH, alone=False)
        second = self.tries(files, "second")
        assert not second.begin(self.PATH, alone=False)
        assert not second.begin(self.PATH, alone=False)  # asking again is no death
        assert second.begin(self.PATH, alone=True)
        for life in ("third", "fourth"):
            with pytest.raises(PhotoCrashes):
                self.tries(files, life).begin(self.PATH, alone=True)

    def test_a_suspect_that_is_done_alone_is_done(self, files: FolderFiles) -> None:
        assert self.tries(files, "first").begin(self.PATH, alone=False)
        second = self.tries(files, "second")
        assert second.begin(self.PATH, alone=True)
        second.end(self.PATH)
        assert self.tries(files, "third").begin(self.PATH, alone=True)

    def test_runs_that_were_ended_and_machines_that_went_are_not_its_fault(self, files: FolderFiles) -> None:
        for run in "abc":
            assert self.tries(files, "life", run=run).begin(self.PATH, alone=False)
        for life in "abc":
            assert self.tries(files, life, node="n3").begin(self.PATH, alone=False)

    def test_one_that_takes_machines_down_is_not_tried_for_ever(self, files: FolderFiles) -> None:
        for number in range(MOST_STARTS):
            assert self.tries(files, str(number), node="n3").begin(self.PATH, alone=False)
        with pytest.raises(PhotoCrashes):
            self.tries(files, "last").begin(self.PATH, alone=False)


def row(path: str, number: int = 1, order: Order = PLAIN, **more: Any) -> dict[str, Any]:
    plain = {"path": path, "number": number, "stamp": "1", "order": order_key(order), "status": "done"}
    return {**dict.fromkeys(SCHEMA.names), **plain, **more}


class TestManifest:
    ROLL = Roll.entered(None, PLAIN, {"a.jpg": "1", "b.jpg": "1"})

    def test_the_last_row_of_a_photo_counts(self, files: FolderFiles) -> None:
        manifest = Manifest(files)
        manifest.add(row("b.jpg", 2, status="failed", code="image_unreadable"))
        manifest.flush()
        manifest.add(row("a.jpg"))
        manifest.add(row("b.jpg", 2))
        manifest.add(row("gone.jpg", 3))
        kept = manifest.close(self.ROLL).select(["path", "status"]).to_pylist()
        assert [tuple(one.values()) for one in kept] == [("a.jpg", "done"), ("b.jpg", "done")]
        assert Manifest(files).read("path").to_pylist() == [{"path": "a.jpg"}, {"path": "b.jpg"}]
        assert list(files.found(PARTS)) == []

    def test_rows_of_a_run_that_was_killed_are_there(self, files: FolderFiles) -> None:
        manifest = Manifest(files)
        assert manifest.read().num_rows == 0
        manifest.add(row("a.jpg", number=7))
        manifest.close(self.ROLL)
        later = Manifest(files)
        later.add(row("a.jpg", number=8), every=0)
        assert [one["number"] for one in rows_of(Manifest(files).read())] == [8]
        (part,) = files.found(PARTS)
        files.write(part.path, b"half")
        assert [one["number"] for one in rows_of(Manifest(files).read("path", "number"))] == [7]

    def test_what_is_forgotten_is_looked_at_again(self, files: FolderFiles) -> None:
        manifest = Manifest(files)
        manifest.add(row("a.jpg"), every=0)
        manifest.add(row("b.jpg", 2), every=0)
        Manifest(files).forget(["a.jpg"])
        assert Manifest(files).read("path").to_pylist() == [{"path": "b.jpg"}]

    def test_a_row_is_about_this_photo_and_this_order(self) -> None:
        entry = self.ROLL.entries[0]
        assert counts_for(row("a.jpg"), entry, order_key(PLAIN))
        assert not counts_for(row("a.jpg", stamp="2"), entry, order_key(PLAIN))
        assert not counts_for(row("a.jpg"), entry, order_key(NUMBERED))
        assert not counts_for(row("a.jpg", status="suspect"), entry, order_key(PLAIN))

    def test_what_is_told_of_a_photo_fits_and_is_reported(self, files: FolderFiles) -> None:
        told = {"confidence": 0.9, "reasons": [{"code": "cut_off"}], "photo": [40, 30]}
        file = {"path": "a.png", "bytes": 1, "sha256": "s"}
        facts = {
            **{"sha256": "d", "key": "m", "keys": {"cutout": "k"}, "seconds": 1.0},
            "results": {"cutout": {**told, "files": [file]}},
        }
        manifest = Manifest(files)
        manifest.add({**row("a.jpg"), **told_of(facts)})
        manifest.add(row("b.jpg", 2, status="failed", code="image_unreadable", message="Damaged."))
        kept = manifest.close(self.ROLL)
        first = kept.to_pylist()[0]
        assert first["files"] == [{"result": "cutout", "key": "k", **file}]
        assert (first["confidence"], first["reasons"], first["w"], first["h"]) == (0.9, ["cut_off"], 40, 30)
        assert list(failures(kept)) == [("b.jpg", "Damaged.")]
        assert items_of(kept, self.ROLL) == [
            Item(1, "a.jpg", {"cutout": "a"}, "done", facts=facts),
            Item(2, "b.jpg", {"cutout": "b"}, "failed", code="image_unreadable", message="Damaged."),
        ]

    def test_doubles_are_found(self, files: FolderFiles) -> None:
        stream = pa.BufferOutputStream()
        rows = [row("a.jpg"), row("a.jpg"), row("b.jpg", 2, stamp="0")]
        parquet.write_table(pa.Table.from_pylist(rows, SCHEMA), stream)
        files.write(FILE, stream.getvalue().to_pybytes())
        found = audited({"a.jpg": "1", "b.jpg": "1"}, records_of(self.ROLL, Manifest(files)), files)
        assert {(one.kind, one.path) for one in found.findings} == {
            ("doubled", "a.jpg"),
            ("unfinished", "b.jpg"),
        }
