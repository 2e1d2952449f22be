"""Files by unguessable id, for a limited time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.errors import PhotoNotFound, StorageFull
from pipelines.shelf import Shelf, sweep_orphans


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(tmp_path: Path, clock: Clock) -> Iterator[Shelf]:
    shelf = Shelf(keep_seconds=60, parent=tmp_path, clock=clock)
    yield shelf
    shelf.close()


def test_what_is_put_can_be_got(shelf: Shelf) -> None:
    kept = shelf.get(shelf.put(b"abc", "a.png", "image/png"))
    assert (kept.path.read_bytes(), kept.filename, kept.media_type) == (b"abc", "a.png", "image/png")


def test_ids_are_long_and_say_nothing_of_the_content(shelf: Shelf) -> None:
    first, second = (shelf.put(b"same", "a.png", "image/png") for _ in range(2))
    assert first != second
    assert len(first) >= 22  # 128 bits in base 64


@pytest.mark.parametrize("name", ["", "..", "../../etc/hostname", "nothing"])
def test_unknown_ids(shelf: Shelf, name: str) -> None:
    with pytest.raises(PhotoNotFound, match="no longer here"):
        shelf.get(name)


def test_old_files_go_and_used_ones_stay(shelf: Shelf, clock: Clock) -> None:
    old, used = (shelf.put(b"x", "a.png", "image/png") for _ in range(2))
    path = shelf.get(old).path
    clock.now = 50
    shelf.get(used)
    clock.now = 100
    assert shelf.sweep() == 1
    assert not path.exists()
    assert shelf.has(used)
    assert not shelf.has(old)


def test_no_room_is_an_error_of_ours_that_names_no_path(shelf: Shelf) -> None:
    shelf.close()
    with pytest.raises(StorageFull) as caught:
        shelf.put(b"x", "a.png", "image/png")
    assert str(shelf.root) not in caught.value.message


def test_closing_leaves_nothing(shelf: Shelf) -> None:
    shelf.put(b"x", "a.png", "image/png")
    shelf.close()
    assert not shelf.root.exists()


def test_shelves_of_dead_processes_are_swept(tmp_path: Path) -> None:
    dead, alive, foreign = tmp_path / "cutaway-dead", tmp_path / "cutaway-alive", tmp_path / "other"
    for folder in (dead, alive, foreign):
        folder.mkdir()
        os.utime(folder, (0, 0))
    (alive / ".alive").touch()
    sweep_orphans(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cutaway-alive", "other"]
