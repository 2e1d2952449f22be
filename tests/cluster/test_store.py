"""Object stores: files, notes and tries that are kept in one."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pipelines.batch.places import Files, FolderFiles
from pipelines.cluster.arrow_files import ArrowFiles, opened
from pipelines.cluster.notes import FileNotes
from pipelines.errors import ImageTooLarge, InputError, SourceUnavailable, StoreUnavailable
from pipelines.limits import Limits


@pytest.fixture(params=["s3", "folder", "file", "memory"])
def files(request: pytest.FixtureRequest, bucket: str, tmp_path: Path) -> Files:
    """An empty place of each kind."""
    name = tmp_path.name
    places = {
        **{"s3": f"{bucket}/{name}", "folder": str(tmp_path)},
        **{"file": tmp_path.as_uri(), "memory": f"memory://{name}"},
    }
    return opened(places[request.param])


def test_what_is_written_is_read(files: Files) -> None:
    assert list(files.found()) == []
    files.write("a/b c/é.png", b"first")
    files.write("a/b c/é.png", b"second")
    files.write(".cutaway/notes/x", b"")
    assert files.read("a/b c/é.png") == b"second"
    assert {one.path: one.bytes for one in files.found()} == {"a/b c/é.png": 6, ".cutaway/notes/x": 0}
    assert [one.path for one in files.found("a")] == ["a/b c/é.png"]
    assert list(files.found("nowhere")) == []
    files.remove("a/b c/é.png")
    files.remove("a/b c/é.png")
    files.clear(".cutaway/notes")
    files.clear(".cutaway/nowhere")
    assert list(files.found()) == []


def test_a_file_that_changes_has_another_stamp(files: Files) -> None:
    files.write("a.png", b"1")
    (before,) = files.found()
    files.write("a.png", b"22")
    (after,) = files.found()
    assert before.stamp != after.stamp


def test_photos_are_limited_and_may_be_gone(files: Files) -> None:
    files.write("a.png", b"x" * 2000)
    assert files.photo("a.png", Limits()) == b"x" * 2000
    with pytest.raises(ImageTooLarge):
        files.photo("a.png", Limits(max_bytes=1999))
    with pytest.raises(SourceUnavailable):
        files.photo("b.png", Limits())
    with pytest.raises(FileNotFoundError):
        files.read("b.png")


def test_another_machine_opens_it_anew(bucket: str) -> None:
    files = ArrowFiles(f"{bucket}/elsewhere")
    files.write("a", b"1")
    there = pickle.loads(pickle.dumps(files))  # noqa: S301
    assert there.read("a") == b"1"


def test_notes_come_back_and_damaged_ones_do_not(files: Files) -> None:
    notes = FileNotes(files)
    assert notes.find_result("key", "place") is None
    notes.keep_result("key", "place", [{"path": "p"}], {"some": "facts"})
    assert notes.find_result("key", "place") == ([{"path": "p"}], {"some": "facts"})
    assert notes.find_result("key", "other") is None
    (one,) = files.found()
    files.write(one.path, b"{")
    assert notes.find_result("key", "place") is None


@pytest.mark.parametrize("place", ["gopher://host/x", "s3://", "s3:///"])
def test_an_address_that_says_nothing_is_refused(place: str) -> None:
    with pytest.raises(InputError, match="can't be opened"):
        opened(place)


def test_a_store_that_does_not_answer_is_not_the_photos_fault(bucket: str) -> None:
    files = ArrowFiles("s3://no-such-bucket/x")
    with pytest.raises(StoreUnavailable):
        files.write("a", b"1")
    with pytest.raises(StoreUnavailable):
        FileNotes(files).keep_result("key", "place", [], {})


def test_what_an_address_keeps_secret_is_not_told(bucket: str) -> None:
    files = ArrowFiles("s3://who:secret@no-such-bucket/x")
    with pytest.raises(StoreUnavailable) as caught:
        files.write("a", b"1")
    assert "secret" not in caught.value.message


def test_a_folder_takes_no_half_files(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    files.write("a/b.png", b"1")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.png"]
