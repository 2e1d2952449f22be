"""Files that visitors put down and pick up: by unguessable id, for a limited time."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.errors import PhotoNotFound, StorageFull

_PREFIX: Final = "cutaway-"
_ORPHAN_SECONDS: Final = 24 * 3600
"""A folder of ours that nobody touched for this long was left by a process that died."""


@dataclass(frozen=True)
class Kept:
    """A file on the shelf.

    Attributes:
        path: where it lies.
        filename: the name a browser should save it under.
        media_type: its MIME type.
    """

    path: Path
    filename: str
    media_type: str


class Shelf:
    """Keeps files in a private temporary folder until they are too old.

    Args:
        keep_seconds: how long after its last use a file is kept.
        parent: where to make the folder; None takes the system's temporary folder.
        clock: seconds that only grow; replaced in tests.
    """

    def __init__(
        self,
        keep_seconds: float,
        parent: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        base = parent or Path(tempfile.gettempdir())
        sweep_orphans(base)
        self.root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
        self._keep_seconds = keep_seconds
        self._clock = clock
        self._items: dict[str, tuple[Kept, float]] = {}
        self._guard = threading.Lock()

    def put(self, data: bytes, filename: str, media_type: str) -> str:
        """Keep some bytes.

        Returns:
            The id: 128 random bits, which is the only way to get at the file.
        Raises:
            StorageFull: no room on the disk.
        """
        name = secrets.token_urlsafe(16)
        path = self.root / name
        try:
            path.write_bytes(data)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise StorageFull("There is no room to keep this just now. Try again later.") from error
        with self._guard:
            self._items[name] = (Kept(path, filename, media_type), self._clock())
        return name

    def get(self, name: str) -> Kept:
        """A file by its id; using it starts its time anew.

        Raises:
            PhotoNotFound: never was, or was cleaned up.
        """
        with self._guard:
            item = self._items.get(name)
            if item is None:
                raise PhotoNotFound(
                    "This photo is no longer here: photos are cleaned up after a while. Add it again."
                )
            self._items[name] = (item[0], self._clock())
        return item[0]

    def has(self, name: str) -> bool:
        """Whether a file is still here; does not count as a use."""
        with self._guard:
            return name in self._items

    def drop(self, name: str) -> None:
        """Forget a file; an unknown id is no error."""
        with self._guard:
            item = self._items.pop(name, None)
        if item is not None:
            item[0].path.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Drop what is too old. Returns how many files went."""
        limit = self._clock() - self._keep_seconds
        with self._guard:
            old = [name for name, (_, used) in self._items.items() if used < limit]
        for name in old:
            self.drop(name)
        (self.root / ".alive").touch()
        return len(old)

    def close(self) -> None:
        """Remove everything."""
        with self._guard:
            self._items.clear()
        shutil.rmtree(self.root, ignore_errors=True)


def sweep_orphans(base: Path) -> None:
    """Remove shelves that a killed process left behind: untouched for a day.

    Args:
        base: the folder shelves are made in.
    """
    limit = time.time() - _ORPHAN_SECONDS
    for folder in base.glob(f"{_PREFIX}*"):
        marker = folder / ".alive"
        try:
            last = (marker if marker.exists() else folder).stat().st_mtime
        except OSError:  # another process swept it just now
            continue
        if last < limit and not folder.is_symlink() and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
