"""Small files of secrets: for their owner alone, changed as a whole or not at all, read when they changed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pipelines.errors import AccessDamaged

_OWNER_ONLY: Final = 0o600
_OWNER_FOLDER: Final = 0o700
_WAIT_SECONDS: Final = 10

Content = dict[str, Any]


class PrivateFile:
    """A JSON object in a file that only its owner may read. Safe to share between threads and processes.

    Args:
        path: where; its folder is made when something is first written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._content: Content = {}
        self._guard = threading.Lock()

    def read(self) -> Content | None:
        """What is in it now; None where there is no such file. Not to be changed by the caller.

        A file that is as it was is not read again: asking costs one look at its facts. A change is
        another file under the same name, so that none is missed.

        Raises:
            AccessDamaged: it can't be read, or holds something else.
        """
        try:
            facts = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _damaged(self.path) from error
        seen = facts.st_ino, facts.st_mtime_ns, facts.st_size
        with self._guard:
            if seen != self._seen:
                self._content = _read(self.path)
                self._seen = seen
            return self._content

    def change(self, how: Callable[[Content], Content]) -> None:
        """Put something else into it, alone among all processes.

        Args:
            how: from what is in it (empty where there is no file) makes what shall be.
        Raises:
            AccessDamaged: it can't be read or written.
        """
        from filelock import FileLock, Timeout

        try:
            self.path.parent.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=_WAIT_SECONDS, mode=_OWNER_ONLY):
                _write(self.path, how(dict(self.read() or {})))
        except (OSError, Timeout) as error:
            raise AccessDamaged(
                f"{self.path.name} can't be written. Have CUTAWAY_CONFIG name a folder of yours."
            ) from error


def _read(path: Path) -> Content:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(content, dict):
        raise _damaged(path)
    return content


def _damaged(path: Path) -> AccessDamaged:
    return AccessDamaged(
        f"{path.name} can't be read. Mend it or its permissions, or remove it and begin anew."
    )


def _write(path: Path, content: Content) -> None:
    """Write it aside, for the owner's eyes from its first byte, then under its name, durably."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(8)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(content, indent=1).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    if os.name != "nt":  # Windows makes names durable by itself, and can't open folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
