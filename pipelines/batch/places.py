"""Where a batch reads and keeps: the folders of this machine, or whatever else holds files."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from pipelines import load, save
from pipelines.errors import OutputError, SourceUnavailable
from pipelines.limits import Limits

OWN: Final = ".cutaway"
"""The folder, among the results, of what a batch keeps for itself."""


@dataclass(frozen=True)
class Found:
    """A file.

    Attributes:
        path: below the folder, with slashes.
        bytes: its size.
        stamp: changes when the file does.
    """

    path: str
    bytes: int
    stamp: str


class Files(Protocol):
    """A folder of files, wherever it is. Paths are below it, with slashes. Safe to share between threads."""

    def found(self, folder: str = "") -> Iterator[Found]:
        """All files in it and in the folders within, in no order; hidden ones as well.

        Args:
            folder: only what is in this one of them. It need not be there.
        Raises:
            SourceUnavailable: the folder can't be read.
        """

    def photo(self, path: str, limits: Limits) -> bytes:
        """A photo, never more of it than is let in.

        Raises:
            SourceUnavailable: it is not there, or may not be read.
            ImageTooLarge: it has more bytes.
        """

    def read(self, path: str) -> bytes:
        """A file that was written here.

        Raises:
            OSError: it is not there, or can't be read.
        """

    def write(self, path: str, data: bytes) -> None:
        """Write a file, whole or not at all; the folders above it are made.

        Raises:
            StorageFull: no room.
            OutputError: it can't be written.
        """

    def remove(self, path: str) -> None:
        """Remove a file, if it is there.

        Raises:
            OutputError: it can't be removed.
        """

    def clear(self, folder: str) -> None:
        """Remove a folder with all that is in it, if it is there.

        Raises:
            OutputError: it can't be removed.
        """


class Notes(Protocol):
    """Knows which results were made. :class:`pipelines.batch.ledger.Ledger` does."""

    def keep_result(self, key: str, place: str, files: Sequence[Mapping[str, Any]], facts: object) -> None:
        """Note that a result lies where it belongs."""

    def find_result(self, key: str, place: str) -> tuple[list[dict[str, Any]], Any] | None:
        """The files of a result, and what is to be told of it; None where it was not made yet."""


@dataclass(frozen=True)
class Places:
    """Where a batch reads and keeps.

    Attributes:
        source: the photos.
        target: the results, and in :data:`OWN` mattes and thumbnails.
        notes: which results were made.
    """

    source: Files
    target: Files
    notes: Notes


@dataclass(frozen=True)
class Folders:
    """The folders of this machine in which a batch reads and writes.

    Attributes:
        source: of the photos.
        target: of the results.
        confined: whether links that lead out of them are passed over: others than whoever runs this may put
            files there.
    """

    source: Path
    target: Path
    confined: bool = False

    @property
    def own(self) -> Path:
        """What the batch keeps for itself: the ledger, mattes, thumbnails."""
        return self.target / OWN

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.own / "batch.sqlite3"

    def with_notes(self, notes: Notes) -> Places:
        """The same, for work that asks these notes what was made."""
        source, target = (FolderFiles(root, confined=self.confined) for root in (self.source, self.target))
        return Places(source, target, notes)

    def holds(self, path: Path) -> bool:
        """Whether what has a path below one of them may be used."""
        return not self.confined or any(within(path, root) for root in (self.source, self.target))

    def without(self, text: str) -> str:
        """A sentence without these folders, for those who need not know where they are."""
        for folder in sorted((self.source, self.target), key=lambda each: -len(each.parts)):
            text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), folder.name)
        return text


def within(path: Path, root: Path) -> bool:
    """Whether something is really below a folder, wherever links lead."""
    return root.resolve() in path.resolve().parents


def is_url(place: str) -> bool:
    """Whether it is an address such as ``s3://bucket/prefix``, and no folder of this machine."""
    return "://" in place


class FolderFiles:
    """The files of a folder of this machine, or of one that it shares with others.

    Args:
        root: the folder.
        confined: whether links that lead out of it are not followed.
    """

    def __init__(self, root: Path, *, confined: bool = False) -> None:
        self._root = root
        self._made = save.MadeFolders(root)
        self._confined = confined

    def found(self, folder: str = "") -> Iterator[Found]:
        """See :meth:`Files.found`."""
        for path in (self._root / folder).rglob("*"):
            with contextlib.suppress(OSError):  # it went meanwhile
                if path.is_file():
                    facts = path.stat()
                    stamp = f"{facts.st_size} {facts.st_mtime_ns}"
                    yield Found(path.relative_to(self._root).as_posix(), facts.st_size, stamp)

    def photo(self, path: str, limits: Limits) -> bytes:
        """See :meth:`Files.photo`."""
        if self._leads_out(self._root / path):
            raise SourceUnavailable("A link leads out of the folder here. Put the photo itself there.")
        return load.read(self._root / path, limits)

    def read(self, path: str) -> bytes:
        """See :meth:`Files.read`."""
        return (self._root / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """See :meth:`Files.write`; it is on the disk when this returns."""
        target = self._root / path
        if self._leads_out(target):
            raise OutputError("A link in the folder of the results leads out of it. Remove the link.")
        self._made.make(target.parent)
        save.write_atomic(target, data)

    def remove(self, path: str) -> None:
        """See :meth:`Files.remove`."""
        try:
            (self._root / path).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{self._root / path} can't be removed: {error.strerror}.") from error

    def clear(self, folder: str) -> None:
        """See :meth:`Files.clear`."""
        shutil.rmtree(self._root / folder, ignore_errors=True)

    def _leads_out(self, path: Path) -> bool:
        return self._confined and not within(path, self._root)
