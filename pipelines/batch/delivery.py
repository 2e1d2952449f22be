"""Handing over what a batch made: its results copied into a folder or a ZIP, each file checked on the way."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from pipelines import save
from pipelines.batch.items import Item
from pipelines.batch.places import Folders
from pipelines.errors import OutputError, StorageFull

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Of all files in a ZIP, so that the same results give the same ZIP."""


@dataclass(frozen=True)
class ResultFile:
    """A file of a result.

    Attributes:
        path: below the folder of the results.
        sha256: that it had when it was made, hex.
    """

    path: str
    sha256: str


@dataclass
class Delivered:
    """What became of the files.

    Attributes:
        copied: how many were handed over.
        there: how many lay there already, the same.
        problems: what was not handed over, and why, a sentence each.
        spoilt: how many of these are gone, or are not what was made.
    """

    copied: int = 0
    there: int = 0
    problems: list[str] = field(default_factory=list)
    spoilt: int = 0


@dataclass(frozen=True)
class Choice:
    """Which photos' results are wanted.

    Attributes:
        photos: those.
        excluded: how many a person left out.
        undecided: how many are left out because nobody has accepted them.
        unfinished: how many are not made, or have to be made again.
        failed: how many can't be made.
    """

    photos: tuple[Item, ...]
    excluded: int = 0
    undecided: int = 0
    unfinished: int = 0
    failed: int = 0

    @classmethod
    def of(cls, items: Iterable[Item], *, accepted: bool) -> Choice:
        """Choose from all photos of a batch.

        Args:
            items: all of them.
            accepted: only those that a person has accepted; else all but those that were excluded.
        """
        found = [(item, _left_out(item, accepted=accepted)) for item in items]
        why = Counter(reason for _, reason in found if reason)
        return cls(tuple(item for item, reason in found if reason is None), **why)

    def files(self) -> list[ResultFile]:
        """Their files."""
        return [
            ResultFile(file["path"], file["sha256"])
            for item in self.photos
            for result in ((item.facts or {}).get("results") or {}).values()
            for file in result["files"]
        ]


def _left_out(item: Item, *, accepted: bool) -> str | None:
    if item.decision == "excluded":
        return "excluded"
    if item.state == "failed":
        return "failed"
    if item.state != "done":
        return "unfinished"
    return "undecided" if accepted and item.decision is None else None


class Sink(Protocol):
    """Takes files."""

    def put(self, file: ResultFile, source: Path) -> bool:
        """Take one; False where it lies there already, the same.

        Raises:
            OutputError: another file has its place, or it can't be written.
            StorageFull: no room.
            OSError: the source can't be read.
            Altered: the source is not what it was when it was made.
        """


class Altered(Exception):
    """A result is not what it was when it was made."""


def deliver(
    files: Sequence[ResultFile], folders: Folders, sink: Sink, advance: Callable[[str], None]
) -> Delivered:
    """Hand over files, and go on where one can't be.

    Args:
        files: which.
        folders: of the batch.
        sink: takes them.
        advance: called with the name of each when it is dealt with.
    Raises:
        StorageFull: no room.
    """
    told = Delivered()
    for file in files:
        try:
            if sink.put(file, _source(folders, file.path)):
                told.copied += 1
            else:
                told.there += 1
        except StorageFull:
            raise
        except OutputError as error:
            told.problems.append(error.message)
        except OSError as error:
            told.problems.append(f"{file.path} is not there any more ({error.strerror}).")
            told.spoilt += 1
        except Altered:
            told.problems.append(f"{file.path} is not as it was made: somebody has changed it.")
            told.spoilt += 1
        advance(file.path)
    return told


def _source(folders: Folders, path: str) -> Path:
    """Where a file is: nowhere but among the results, whatever the ledger says."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or parts[0] == "/":
        raise Altered
    return folders.target / path


class FolderSink:
    """Takes files into a folder, below which they lie as among the results.

    Args:
        folder: there already.
        link: make hard links where the disk can, which take no room; else copies.
        replace: put files in place of others that have their names.
    """

    def __init__(self, folder: Path, *, link: bool = False, replace: bool = False) -> None:
        self._folder = folder
        self._folders = save.MadeFolders(folder)
        self._link = link
        self._replace = replace

    def put(self, file: ResultFile, source: Path) -> bool:
        """See :meth:`Sink.put`."""
        target = self._folder / file.path
        if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == file.sha256:
            return False
        data = _checked(file, source)
        if target.exists() and not self._replace:
            raise OutputError(f"{target} is another file; --replace puts the result in its place.")
        self._folders.make(target.parent)
        if not (self._link and _linked(source, target)):
            save.write_atomic(target, data)
        return True


def _linked(source: Path, target: Path) -> bool:
    """Give a file a second name, if its disk can."""
    try:
        with save.beside(target) as aside:
            aside.hardlink_to(source)
    except OutputError:
        return False
    return True


@contextmanager
def zip_sink(path: Path) -> Iterator[Sink]:
    """Takes files into a ZIP, which is there when the block ends without an error.

    Args:
        path: of the ZIP.
    Raises:
        StorageFull, OutputError: see :func:`pipelines.save.write_atomic`.
    """
    with save.beside(path) as aside, aside.open("xb") as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            yield _Archive(archive)
        stream.flush()
        os.fsync(stream.fileno())


@dataclass(frozen=True)
class _Archive:
    archive: zipfile.ZipFile

    def put(self, file: ResultFile, source: Path) -> bool:
        """See :meth:`Sink.put`; pictures are stored as they are, since they are compressed already."""
        data = _checked(file, source)
        name = file.path.encode("utf-8", "replace").decode()
        try:
            self.archive.writestr(zipfile.ZipInfo(name, _DATE), data)
        except OSError as error:
            raise StorageFull(f"The ZIP can't be written: {error.strerror}.") from error
        return True


def _checked(file: ResultFile, source: Path) -> bytes:
    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Altered
    return data
