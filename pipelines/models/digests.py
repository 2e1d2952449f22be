"""Checksums of files: computed once, compared with what the catalogue pins."""

from __future__ import annotations

import contextlib
import hashlib
from functools import lru_cache
from pathlib import Path


def digest_of(path: Path, algorithm: str = "sha256") -> str:
    """A file's checksum, hex. Asking again is free until the file changes.

    Args:
        path: an existing file.
        algorithm: ``sha256`` or ``md5``.
    Raises:
        OSError: the file cannot be read.
    """
    facts = path.stat()
    return _digest(path, facts.st_size, facts.st_mtime_ns, facts.st_ino, algorithm)


@lru_cache(maxsize=256)
def _digest(path: Path, _size: int, _mtime_ns: int, _inode: int, algorithm: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(
            stream, lambda: hashlib.new(algorithm, usedforsecurity=algorithm != "md5")
        ).hexdigest()


def fits(path: Path, pinned: str) -> bool:
    """Whether a file is what the catalogue says.

    Args:
        path: the file; False when it is not there or cannot be read.
        pinned: ``sha256:<hex>`` or ``md5:<hex>``. Beside a file of the second kind a note
            of its SHA-256 may lie (:func:`note_digest`), which then decides.
    """
    algorithm, _, expected = pinned.partition(":")
    try:
        noted = _noted(path, pinned) if algorithm != "sha256" else None
        return digest_of(path) == noted if noted else digest_of(path, algorithm) == expected
    except OSError:
        return False


def note_digest(path: Path, pinned: str) -> None:
    """Write the SHA-256 of a file that was just checked by a weaker sum beside it.

    The note reads as ``sha256sum --check`` wants it. A folder that cannot be written
    goes without: the weaker sum stays.
    """
    if pinned.startswith("sha256:"):
        return
    note = _note_of(path)
    draft = note.with_name(note.name + ".new")
    with contextlib.suppress(OSError):
        draft.write_text(f"{digest_of(path)}  {path.name}\n# checked as {pinned}\n", encoding="ascii")
        draft.replace(note)


def _noted(path: Path, pinned: str) -> str | None:
    """The SHA-256 noted for this file under this very pin, if any."""
    try:
        first, second = _note_of(path).read_text(encoding="ascii").splitlines()[:2]
    except (OSError, ValueError):
        return None
    return first.split()[0] if first and second == f"# checked as {pinned}" else None


def _note_of(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")
