"""The line that jobs wait in: one runs at a time, the first that asked, since each takes all cores."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from pipelines.batch import engine
from pipelines.batch.items import Counts
from pipelines.batch.job import Job, JobFile
from pipelines.batch.job_files import JobFiles
from pipelines.batch.pace import Pace
from pipelines.batch.worker import NOWHERE
from pipelines.errors import CutawayError, JobNotFound
from pipelines.settings import Settings

_log: Final = logging.getLogger("cutaway")
_UNFORESEEN: Final = (
    "The job stopped for a reason that nobody foresaw; the server's log tells it. Go on to try again."
)


class JobLine:
    """Runs jobs in a thread.

    Args:
        files: what is remembered of them.
        settings: devices and limits.
        look: tells how a job is.
        on_end: called when one is done, paused or cancelled; must not take long.
    """

    def __init__(
        self,
        files: JobFiles,
        settings: Settings,
        look: Callable[[JobFile], Job],
        on_end: Callable[[Job], None],
    ) -> None:
        self._files = files
        self._change = files.change
        self._settings = settings
        self._look = look
        self._on_end = on_end
        self._running: str | None = None
        self._pace = Pace()
        self._stop = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start to run what waits."""
        self._thread = threading.Thread(target=self._run_all, name="jobs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop within seconds; what runs goes on when somebody begins again."""
        with self._change:
            self._closing = True
            self._stop.set()
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join()

    def pace_of(self, job_id: str) -> Pace | None:
        """How fast a job goes; None where it does not run."""
        with self._change:
            return self._pace if self._running == job_id else None

    def interrupt(self, job_id: str) -> bool:
        """Have a job stop, if it runs; whether it does."""
        with self._change:
            if self._running != job_id:
                return False
            self._stop.set()
            return True

    def wait_for(self, job_id: str) -> None:
        """Wait until a job does not run."""
        with self._change:
            self._change.wait_for(lambda: self._running != job_id)

    def tell_end(self, file: JobFile) -> None:
        """Tell that a job came to an end; whatever goes wrong over that is not the job's affair."""
        try:
            job = self._look(file)
            told = {"state": job.state, "done": job.counts.done, "failed": job.counts.failed}
            _log.info("job", extra={"fields": told})
            self._on_end(job)
        except Exception:  # noqa: BLE001  (the other jobs go on, whatever it was)
            _log.exception("the end of a job could not be told")

    def _run_all(self) -> None:
        while (file := self._next()) is not None:
            try:
                self._settle(file, self._why_not(file))
            except Exception:  # noqa: BLE001  (the other jobs go on, whatever it was)
                _log.exception("a job could not be run")
                with suppress(JobNotFound):
                    self._files.keep(self._files.find(file.id).paused_for(_UNFORESEEN))
            finally:
                with self._change:
                    self._running = None
                    self._change.notify_all()

    def _next(self) -> JobFile | None:
        """Wait for the next one's turn; None when no more are run."""
        with self._change:
            self._change.wait_for(lambda: self._closing or self._first() is not None)
            file = self._first()
            if self._closing or file is None:
                return None
            self._running, self._pace = file.id, Pace()
            self._stop.clear()
            self._change.notify_all()
            return file

    def _first(self) -> JobFile | None:
        waiting = [file for file in self._files.all() if file.state == "waiting"]
        return min(waiting, key=lambda file: file.asked or file.created, default=None)

    def _why_not(self, file: JobFile) -> str | None:
        """Run a job; why it can't go on, if it can't."""
        folders = file.folders(self._files.root)
        if not folders.source.is_dir():
            return NOWHERE
        try:
            batch = engine.Batch(folders, file.order, self._settings, polite=True)
            engine.run(batch, self._told, stop=self._stop)
        except CutawayError as error:
            return folders.without(error.message)
        except Exception:  # noqa: BLE001  (the job says so, and the others go on)
            _log.exception("a job failed")
            return _UNFORESEEN
        return None

    def _told(self, counts: Counts) -> None:
        with self._change:
            self._pace.saw(counts.total - counts.left)
            self._change.notify_all()

    def _settle(self, ran: JobFile, paused: str | None) -> None:
        """Remember how a run ended, which may have been told otherwise meanwhile."""
        with self._change:
            self._running = None
            try:
                now = self._files.find(ran.id)
            except JobNotFound:
                return
            if self._closing and paused is None:
                return
            if now.state == "waiting" and paused is not None:
                now = now.paused_for(paused)
            elif now.state == "waiting" and now.plan == ran.plan and not self._look(now).counts.left:
                now = now.model_copy(update={"state": "done", "ended": time.time()})
            if now.state == "waiting":
                return
            self._files.keep(now)
        self.tell_end(now)
