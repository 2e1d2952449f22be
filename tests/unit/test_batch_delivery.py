"""Handing over what a batch made: who is left out, and that only what was made arrives, whole."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch.delivery import Choice, FolderSink, deliver, zip_sink
from pipelines.batch.items import Item
from pipelines.batch.places import Folders
from pipelines.errors import OutputError, StorageFull


class Made:
    """A batch that was made, without pictures."""

    def __init__(self, root: Path) -> None:
        self.folders = Folders(root / "in", root / "out")
        self.items = [
            self.item(1, "a.jpg", decision="accepted"),
            self.item(2, "b/c.jpg"),
            self.item(3, "d.jpg", decision="excluded"),
            self.item(4, "e.jpg", state="queued", decision="accepted"),
            Item(5, "f.jpg", {}, "failed", code="x", message="No."),
        ]

    def item(self, number: int, name: str, **more: Any) -> Item:
        files = []
        for folder in ("shop", "print"):
            path = self.folders.target / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(f"{folder} {name}".encode())
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files.append({"path": f"{folder}/{name}", "bytes": 1, "sha256": digest})
        facts = {"results": {"shop": {"files": files[:1]}, "print": {"files": files[1:]}}}
        return Item(number, name, {}, **{"state": "done", "facts": facts, **more})

    def choose(self, *, accepted: bool = False) -> Choice:
        return Choice.of(self.items, accepted=accepted)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def put(made: Made, dest: Path, **how: bool) -> tuple[int, int, list[str]]:
    dest.mkdir(exist_ok=True)
    seen: list[str] = []
    told = deliver(made.choose().files(), made.folders, FolderSink(dest, **how), seen.append)
    assert len(seen) == 4
    return told.copied, told.there, told.problems


def test_who_is_left_out(made: Made) -> None:
    every = made.choose()
    assert [item.number for item in every.photos] == [1, 2]
    assert (every.excluded, every.unfinished, every.failed, every.undecided) == (1, 1, 1, 0)
    only = made.choose(accepted=True)
    assert [item.number for item in only.photos] == [1]
    assert only.undecided == 1


def test_a_folder_gets_copies_once(made: Made, tmp_path: Path) -> None:
    dest = tmp_path / "dest"
    assert put(made, dest) == (4, 0, [])
    assert names(dest) == ["print/a.jpg", "print/b/c.jpg", "shop/a.jpg", "shop/b/c.jpg"]
    assert put(made, dest) == (0, 4, [])
    (dest / "shop" / "a.jpg").write_bytes(b"retouched")
    assert (made.folders.target / "shop" / "a.jpg").read_bytes() == b"shop a.jpg"


def test_links_take_no_room(made: Made, tmp_path: Path) -> None:
    dest = tmp_path / "dest"
    assert put(made, dest, link=True) == (4, 0, [])
    assert (dest / "shop/a.jpg").samefile(made.folders.target / "shop/a.jpg")


def test_what_somebody_else_put_there_stays(made: Made, tmp_path: Path) -> None:
    dest = tmp_path / "dest"
    (dest / "shop").mkdir(parents=True)
    (dest / "shop" / "a.jpg").write_bytes(b"mine")
    copied, _, problems = put(made, dest)
    assert copied == 3
    assert "--replace" in problems[0]
    assert (dest / "shop" / "a.jpg").read_bytes() == b"mine"
    assert put(made, dest, replace=True) == (1, 3, [])


def test_only_what_was_made_arrives(made: Made, tmp_path: Path) -> None:
    target = made.folders.target
    (target / "shop" / "a.jpg").write_bytes(b"changed")
    (target / "print" / "a.jpg").unlink()
    (facts,) = (item.facts for item in made.items if item.number == 2)
    assert facts
    facts["results"]["shop"]["files"][0]["path"] = "../in/secret"
    dest = tmp_path / "dest"
    copied, there, problems = put(made, dest)
    assert (copied, there) == (1, 0)
    assert ["not as it was made" in line for line in problems] == [True, False, True]
    assert "not there any more" in problems[1]
    assert names(dest) == ["print/b/c.jpg"]


def test_a_zip_holds_the_same(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    for _ in range(2):
        with zip_sink(path) as sink:
            assert deliver(made.choose().files(), made.folders, sink, lambda _: None).copied == 4
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            assert archive.testzip() is None
            assert archive.read("shop/b/c.jpg") == b"shop b/c.jpg"
    assert names(tmp_path)[0] == "all.zip"


def test_a_zip_that_breaks_off_is_not_there(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with pytest.raises(StorageFull), zip_sink(path) as sink:
        sink.put(made.choose().files()[0], made.folders.target / "shop/a.jpg")
        raise StorageFull("Full.")
    assert not [name for name in names(tmp_path) if not name.startswith("out/")]
    with pytest.raises(OutputError, match="folder is not there"), zip_sink(tmp_path / "none" / "all.zip"):
        pass
