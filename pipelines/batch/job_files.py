"""What a server remembers of its jobs: a folder for each, all below one that a single server holds."""

from __future__ import annotations

import logging
import re
import secrets
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from pipelines.batch.job import FILE, JobFile
from pipelines.errors import Busy, JobNotFound, OutputError, StorageFull

_log: Final = logging.getLogger("cutaway")
_ID: Final = re.compile(r"[\w-]{22}", re.ASCII)
_LEFT_OVER: Final = re.compile(r"upload-[a-z0-9_]{8}|removed-[0-9a-f]{16}|incoming-[0-9a-f]{16}", re.ASCII)
"""What a server leaves that is killed while it takes photos in, or removes a job. Nothing else is touched: it
may be a folder in which somebody keeps other things."""

_HELD_ELSEWHERE: Final = "Another Cutaway here runs the jobs. Use that one, or set CUTAWAY_JOBS."


class JobFiles:
    """The files of all jobs. Safe to share between threads.

    Args:
        root: the folder they lie in; made, for this user's eyes alone, when it is not there.
    Attributes:
        change: held while anything is looked at that goes together; notified of every change.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.change = threading.Condition(threading.RLock())
        self._alone = FileLock(root / "lock", thread_local=False)
        self._files: dict[str, JobFile] = {}
        self._refusal: Busy | OutputError | None = Busy(_HELD_ELSEWHERE, 60)

    def open(self) -> bool:
        """Read what is remembered, and hold it; whether that went well is logged and told."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._alone.acquire(timeout=0)
        except Timeout:
            _log.warning("another Cutaway runs the jobs here, so this one takes none")
            return False
        except OSError as error:
            reason = error.strerror or "unknown reason"
            _log.warning("the folder for jobs can't be used, so there are none: %s", reason)
            self._refusal = OutputError(
                f"Jobs can't be kept here: {reason}. Set CUTAWAY_JOBS to a folder that can be written."
            )
            return False
        self._refusal = None
        self._sweep()
        found = [JobFile.read(folder) for folder in sorted(self.root.iterdir()) if folder.is_dir()]
        with self.change:
            self._files = {file.id: file for file in found if file is not None}
        return True

    def close(self) -> None:
        """Let another server have them."""
        self._alone.release()

    def check(self, most: int) -> None:
        """See that one more job can be made.

        Args:
            most: so many are kept.
        Raises:
            Busy: another server holds them, or there are too many.
            OutputError: their folder can't be written.
        """
        if self._refusal is not None:
            raise self._refusal
        if len(self._files) >= most:
            raise Busy("This server keeps no more jobs just now. Remove some, or come again later.", 600)

    def find(self, job_id: str) -> JobFile:
        """What is remembered of a job.

        Raises:
            JobNotFound: never was, or was removed.
        """
        with self.change:
            found = self._files.get(job_id)
        if found is None:
            raise JobNotFound("There is no such job. It may have been removed.")
        return found

    def all(self) -> list[JobFile]:
        """All, the newest first."""
        with self.change:
            return sorted(self._files.values(), key=lambda file: -file.created)

    def add(self, file: JobFile) -> None:
        """Remember a new one; it has a folder then.

        Raises:
            StorageFull: no room on the disk.
        """
        folder = self.root / file.id
        try:
            folder.mkdir()
            if file.source is None:
                file.folders(self.root).source.mkdir()
            file.write(self.root)
        except (OSError, OutputError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageFull("There is no room on the disk for a job. Make some, and try again.") from error
        with self.change:
            self._files[file.id] = file
            self.change.notify_all()

    def keep(self, file: JobFile) -> None:
        """Remember what became of one. On a full disk it is known as long as this server runs."""
        with self.change:
            try:
                file.write(self.root)
            except OutputError as error:
                _log.warning("what became of a job can't be written: %s", error.code)
            self._files[file.id] = file
            self.change.notify_all()

    def remove(self, job_id: str) -> None:
        """Remove one with all that is its own."""
        with self.change:
            self._files.pop(job_id, None)
            self.change.notify_all()
        gone = self.root / f"removed-{secrets.token_hex(8)}"
        with suppress(OSError):  # as a whole: half a job is never taken for one
            (self.root / job_id).replace(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _sweep(self) -> None:
        jobs = [path for path in self.root.iterdir() if _ID.fullmatch(path.name) and path.is_dir()]
        inside = [path for job in jobs if (job / FILE).exists() for path in job.iterdir()]
        left = [path for path in (*self.root.iterdir(), *inside) if _LEFT_OVER.fullmatch(path.name)]
        left += [job for job in jobs if all(path.is_dir() for path in job.rglob("*"))]  # was never one
        for path in left:
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
