"""Jobs: batches that the server runs one after the other, and goes on with when it is started again."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from pipelines.batch import engine
from pipelines.batch.intake import Intake, JobLimits
from pipelines.batch.items import Counts, Decision, Item
from pipelines.batch.job import Job, JobFile, Maker
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Order
from pipelines.batch.pace import Pace
from pipelines.batch.places import Folders
from pipelines.errors import Busy, CutawayError, JobNotFound, PhotoNotFound, WrongJobState
from pipelines.limits import Limits
from pipelines.load import read
from pipelines.settings import Settings

_log: Final = logging.getLogger("cutaway")
_DAY: Final = 86_400
_UNFORESEEN: Final = (
    "The job stopped for a reason that nobody foresaw; the server's log tells it. Go on to try again."
)


class Jobs:
    """All jobs of a server. Safe to share between threads.

    One job runs at a time, the first that asked, since each takes all cores.

    Args:
        root: the folder they lie in, a folder for each.
        settings: devices and limits.
        on_end: called when one is done, paused or cancelled; must not take long.
    """

    def __init__(self, root: Path, settings: Settings, on_end: Callable[[Job], None] | None = None) -> None:
        self.root = root
        self._settings = settings
        self._on_end = on_end or (lambda _job: None)
        self._change = threading.Condition(threading.RLock())
        self._alone = FileLock(root / "lock", thread_local=False)
        self._files: dict[str, JobFile] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._intakes: dict[str, threading.Lock] = {}
        self._running: str | None = None
        self._pace = Pace()
        self._stop = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start to run what waits; what a server that was killed had begun goes on."""
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            self._alone.acquire(timeout=0)
        except Timeout:
            _log.warning("another Cutaway runs the jobs here, so this one takes none")
            return
        with self._change:
            self._files = {file.id: file for file in _remembered(self.root)}
        self._thread = threading.Thread(target=self._run_all, name="jobs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop within seconds; what runs goes on at the next start."""
        with self._change:
            self._closing = True
            self._stop.set()
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join()
        with self._change:
            for ledger in self._ledgers.values():
                ledger.close()
            self._ledgers.clear()
        self._alone.release()

    def create(
        self,
        name: str,
        order: Order,
        *,
        folders: Folders | None = None,
        maker: Maker | None = None,
    ) -> Job:
        """Make a job, which is open until it is started.

        Args:
            name: what its maker calls it.
            order: what is made of each photo.
            folders: where photos are and results go; None: the job's own, which photos are put into.
            maker: whose it is.
        Raises:
            Busy: another server runs the jobs of this folder.
            StorageFull: no room on the disk.
        """
        if not self._alone.is_locked:
            raise Busy("Another Cutaway here runs the jobs. Use that one, or set CUTAWAY_JOBS.", 60)
        maker = maker or Maker()
        file = JobFile(
            id=secrets.token_urlsafe(16),
            name=name,
            plan=order.to_json(),
            created=time.time(),
            owner=maker.owner,
            webhook=maker.webhook,
            token=maker.token,
            source=folders.source if folders else None,
            target=folders.target if folders else None,
        )
        (self.root / file.id).mkdir(parents=True)
        if folders is None:
            file.folders(self.root).source.mkdir()
        self._remember(file)
        return self.get(file.id)

    def known(self, owner: str | None, token: str) -> Job | None:
        """The job that an owner made with a token, if there is one."""
        with self._change:
            found = [file for file in self._files.values() if (file.owner, file.token) == (owner, token)]
            return self._job(found[0]) if found else None

    @contextmanager
    def adding(self, job_id: str) -> Iterator[Intake]:
        """Puts photos into a job that is open, in one thread at a time.

        Raises:
            JobNotFound: see :meth:`get`.
            WrongJobState: it is not open, or its photos are in a folder of the server's.
        """
        with self._change:
            intaking = self._intakes.setdefault(job_id, threading.Lock())
        with intaking:
            file = self.get(job_id).file
            if file.state != "open" or file.source is not None:
                raise WrongJobState("This job takes no more photos. Make another for them.")
            most = JobLimits(self._settings.job_photos, self._settings.job_bytes)
            yield Intake(file.folders(self.root).source, Limits.of(self._settings), most)

    def expires(self, job: Job) -> float | None:
        """When a job is removed, seconds since 1970; None where it never is: its photos lie elsewhere."""
        if job.file.source is not None or not job.at_rest:
            return None
        return (job.file.ended or job.file.created) + self._settings.job_days * _DAY

    def sweep(self) -> None:
        """Remove jobs that were kept long enough."""
        now = time.time()
        for job in self.all():
            when = self.expires(job)
            if when is not None and when < now:
                self.remove(job.id)

    def get(self, job_id: str) -> Job:
        """How a job is now.

        Raises:
            JobNotFound: never was, or was removed.
        """
        with self._change:
            return self._job(self._file(job_id))

    def all(self) -> list[Job]:
        """Every job, the newest first."""
        with self._change:
            return [self._job(file) for file in sorted(self._files.values(), key=lambda f: -f.created)]

    def start(self, job_id: str) -> Job:
        """Put a job into the line: one that is open, paused or cancelled, or has photos to be made again.

        Raises:
            JobNotFound: see :meth:`get`.
        """
        with self._change:
            file = self._file(job_id)
            if self._job(file).at_rest:
                self._remember(file.put_in_line())
            return self.get(job_id)

    def cancel(self, job_id: str) -> Job:
        """End a job; what was made stays, and :meth:`start` goes on.

        Raises:
            JobNotFound: see :meth:`get`.
        """
        with self._change:
            file = self._file(job_id)
            if file.state in ("open", "waiting", "paused"):
                self._remember(file.model_copy(update={"state": "cancelled", "ended": time.time()}))
                if self._running == job_id:
                    self._stop.set()
                else:
                    self._on_end(self.get(job_id))
            return self.get(job_id)

    def remove(self, job_id: str) -> None:
        """End a job and remove all that is its own; folders of the server's stay.

        Raises:
            JobNotFound: see :meth:`get`.
        """
        self.cancel(job_id)
        with self._change:
            self._change.wait_for(lambda: self._running != job_id)
            self._files.pop(job_id, None)
            ledger = self._ledgers.pop(job_id, None)
            if ledger is not None:
                ledger.close()
        shutil.rmtree(self.root / job_id, ignore_errors=True)

    def order(self, job_id: str) -> Order:
        """What a job makes of each photo.

        Raises:
            JobNotFound: see :meth:`get`.
        """
        return self.get(job_id).file.order

    def reorder(self, job_id: str, order: Order, name: str | None = None) -> Job:
        """Have something else made of each photo. Call :meth:`start` when it is to be done.

        Args:
            job_id: the job's.
            order: what is made of each photo.
            name: what the job is called from now on; None: as before.

        Raises:
            JobNotFound: see :meth:`get`.
            WrongJobState: it is being worked on.
        """
        with self._change:
            file = self._file(job_id)
            if not self._job(file).at_rest:
                raise WrongJobState("This job is being worked on. Cancel it first.")
            self._remember(
                file.model_copy(update={"plan": order.to_json(), "name": file.name if name is None else name})
            )
            return self.get(job_id)

    def folders(self, job_id: str) -> Folders:
        """Where a job's photos are and its results go.

        Raises:
            JobNotFound: see :meth:`get`.
        """
        return self.get(job_id).file.folders(self.root)

    def items(self, job_id: str) -> list[Item]:
        """A job's photos; none before it was first begun.

        Raises:
            JobNotFound: see :meth:`get`.
        """
        with self._looking(job_id) as ledger:
            return ledger.items() if ledger else []

    def item(self, job_id: str, number: int) -> Item:
        """One photo of a job.

        Raises:
            JobNotFound: see :meth:`get`.
            PhotoNotFound: it has none of that number.
        """
        with self._looking(job_id) as ledger:
            found = ledger.item(number) if ledger else None
        if found is None:
            raise PhotoNotFound("This job has no such photo.")
        return found

    def photo(self, job_id: str, number: int) -> bytes:
        """The bytes of a photo.

        Raises:
            JobNotFound, PhotoNotFound: see :meth:`item`.
            SourceUnavailable: it is not there any more.
        """
        source, path = self.folders(job_id).source, self.item(job_id, number).path
        return read(source / path, Limits.of(self._settings))

    def decide(self, job_id: str, numbers: Sequence[int], decision: Decision | None) -> list[int]:
        """See :meth:`pipelines.batch.ledger.Ledger.decide`.

        Raises:
            JobNotFound: see :meth:`get`.
        """
        with self._looking(job_id) as ledger:
            return ledger.decide(numbers, decision) if ledger else []

    def change(self, job_id: str, numbers: Sequence[int], changes: Mapping[str, Any]) -> list[int]:
        """Have photos made again with a Recipe of their own in some fields; a job that was done goes on.

        Args:
            job_id: the job's.
            numbers: the photos'.
            changes: see :attr:`pipelines.batch.items.Item.changes`.
        Returns:
            Those that are made again.
        Raises:
            JobNotFound: see :meth:`get`.
            RecipeError: a value is not allowed.
        """
        self.order(job_id).changed(changes)
        with self._looking(job_id) as ledger:
            changed = ledger.change(numbers, changes) if ledger else []
        with self._change:
            file = self._file(job_id)
            if changed and file.state == "done":
                self._remember(file.put_in_line())
        return changed

    @contextmanager
    def _looking(self, job_id: str) -> Iterator[Ledger | None]:
        path = self.folders(job_id).ledger
        with self._change:
            ledger = self._ledgers.get(job_id)
            if ledger is None and path.is_file():
                ledger = self._ledgers[job_id] = Ledger(path)
        yield ledger

    def _file(self, job_id: str) -> JobFile:
        try:
            return self._files[job_id]
        except KeyError:
            raise JobNotFound("There is no such job. It may have been removed.") from None

    def _remember(self, file: JobFile) -> None:
        with self._change:
            file.write(self.root)
            self._files[file.id] = file
            self._change.notify_all()

    def _job(self, file: JobFile) -> Job:
        counts = self._counts(file)
        if file.state == "waiting" and self._running == file.id:
            return Job(file, "running", counts, self._pace.rate, self._pace.seconds_left(counts.left))
        return Job(file, file.state, counts)

    def _counts(self, file: JobFile) -> Counts:
        folders = file.folders(self.root)
        if not folders.ledger.is_file() and folders.source.is_dir():
            return Counts(queued=len(engine.scan(folders)))
        ledger = self._ledgers.get(file.id)
        if ledger is None and folders.ledger.is_file():
            ledger = self._ledgers[file.id] = Ledger(folders.ledger)
        return ledger.counts() if ledger else Counts()

    def _run_all(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closing or self._next() is not None)
                file = self._next()
                if self._closing or file is None:
                    return
                self._running, self._pace = file.id, Pace()
                self._stop.clear()
                self._change.notify_all()
            ended = self._ended(file)
            with self._change:
                self._running = None
                self._settle(file, ended)
                self._change.notify_all()

    def _next(self) -> JobFile | None:
        waiting = [file for file in self._files.values() if file.state == "waiting"]
        return min(waiting, key=lambda file: file.asked or file.created, default=None)

    def _ended(self, file: JobFile) -> str | None:
        """Run a job; why it can't go on, if it can't."""
        batch = engine.Batch(file.folders(self.root), file.order, self._settings)
        try:
            engine.run(batch, self._told, stop=self._stop)
        except CutawayError as error:
            return error.message
        except Exception:  # noqa: BLE001  (the other jobs go on, whatever it was)
            _log.exception("a job failed")
            return _UNFORESEEN
        return None

    def _told(self, counts: Counts) -> None:
        with self._change:
            self._pace.saw(counts.total - counts.left)
            self._change.notify_all()

    def _settle(self, file: JobFile, paused: str | None) -> None:
        """Remember how a run ended, which may have been told otherwise meanwhile."""
        now = self._files.get(file.id)
        if now is None or (self._closing and not paused):
            return
        if now.state == "waiting" and paused is not None:
            now = now.model_copy(update={"state": "paused", "paused": paused})
        elif now.state == "waiting" and not self._job(now).counts.left:
            now = now.model_copy(update={"state": "done", "ended": time.time()})
        if now.state != "waiting":
            self._remember(now)
            self._on_end(self.get(now.id))


def _remembered(root: Path) -> Iterator[JobFile]:
    if root.is_dir():
        found = (JobFile.read(folder) for folder in sorted(root.iterdir()))
        yield from (file for file in found if file is not None)
