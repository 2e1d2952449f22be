"""Jobs: batches that the server runs one after the other, and goes on with when it is started again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.batch import engine
from pipelines.batch.intake import Intake, JobLimits
from pipelines.batch.items import Counts, Decision, Item
from pipelines.batch.job import Job, JobFile, Maker, told
from pipelines.batch.job_files import JobFiles
from pipelines.batch.ledgers import OpenLedgers
from pipelines.batch.line import JobLine
from pipelines.batch.locks import Locks
from pipelines.batch.order import Order
from pipelines.batch.places import Folders
from pipelines.errors import JobNotFound, LedgerUnusable, PhotoNotFound, StorageFull, WrongJobState
from pipelines.limits import Limits
from pipelines.load import read
from pipelines.settings import Settings


class Jobs:
    """All jobs of a server. Safe to share between threads.

    Whatever takes a job's id raises :class:`pipelines.errors.JobNotFound` where there is none of it.

    Args:
        root: the folder they lie in, a folder for each.
        settings: devices and limits.
        on_end: called when one is done, paused or cancelled; must not take long.
    """

    def __init__(self, root: Path, settings: Settings, on_end: Callable[[Job], None] | None = None) -> None:
        self.root = root
        self._settings = settings
        self._files = JobFiles(root)
        self._ledgers = OpenLedgers()
        self._locks = Locks()
        self._line = JobLine(self._files, settings, self._job, on_end or (lambda _job: None))

    def begin(self) -> None:
        """Start to run what waits; what a server that was killed had begun goes on.

        Where the folder can't be used, or is another server's, there are no jobs, which is logged.
        """
        if self._files.open():
            self._line.begin()

    def close(self) -> None:
        """Stop within seconds; what runs goes on at the next start."""
        self._line.close()
        self._ledgers.close()
        self._files.close()

    def check(self) -> None:
        """See that one more job can be made here.

        Raises:
            Busy: another server runs the jobs of this folder, or there are as many as are kept.
            OutputError: it can't be written.
        """
        self._files.check(self._settings.job_count)

    def create(
        self, name: str, order: Order, *, folders: Folders | None = None, maker: Maker | None = None
    ) -> Job:
        """Make a job, which is open until it is started.

        Args:
            name: what its maker calls it.
            order: what is made of each photo.
            folders: where photos are and results go; None: the job's own, which photos are put into.
            maker: whose it is.
        Raises:
            Busy, OutputError: see :meth:`check`.
            StorageFull: no room on the disk.
        """
        self.check()
        file = JobFile.new(name, order, maker or Maker(), folders)
        self._files.add(file)
        return self.get(file.id)

    def carried_out(self, job_id: str) -> None:
        """Remember that all that the request for a job wished has been done: it may be sent again then."""
        with self._files.change:
            self._files.keep(self._files.find(job_id).model_copy(update={"whole": True}))

    @contextmanager
    def once(self, maker: Maker) -> Iterator[Job | None]:
        """Gives the job that the very same request made before, if there is one.

        The same request sent once more waits at the door until the first is dealt with. What a server has
        begun that was killed over it is removed: it is made anew, with all its photos.

        Raises:
            WrongJobState: the maker used that token for another request.
        """
        if maker.token is None:
            yield None
            return
        with self._locks.hold(("token", maker.owner, maker.token)):
            same = (
                file for file in self._files.all() if (file.owner, file.token) == (maker.owner, maker.token)
            )
            found = next(same, None)
            if found is not None and found.asked_for != maker.asked:
                raise WrongJobState("This Idempotency-Key came with another order before. Take a new one.")
            if found is not None and not found.whole:
                self.remove(found.id, tell=False)
                found = None
            yield self._job(found) if found else None

    @contextmanager
    def adding(self, job_id: str) -> Iterator[Intake]:
        """Puts photos into a job that is open, in one thread at a time.

        Raises:
            WrongJobState: it is not open, or its photos are in a folder of the server's.
        """
        with self._locks.hold(("photos", job_id)):
            file = self._files.find(job_id)
            if file.state != "open" or file.source is not None:
                raise WrongJobState("This job takes no more photos. Make another for them.")
            yield Intake(
                file.folders(self.root).source, Limits.of(self._settings), JobLimits.of(self._settings)
            )

    def expires(self, job: Job) -> float | None:
        """When a job is removed, seconds since 1970; None where it never is: its photos lie elsewhere."""
        return job.file.expires(self._settings.job_days)

    def sweep(self) -> None:
        """Remove jobs that were kept long enough."""
        now = time.time()
        for file in self._files.all():
            when = file.expires(self._settings.job_days)
            if when is not None and when < now:
                with suppress(JobNotFound):
                    self.remove(file.id)

    def get(self, job_id: str) -> Job:
        """How a job is now."""
        return self._job(self._files.find(job_id))

    def all(self, owner: str | None = None) -> list[Job]:
        """Every job, or every one of an owner, the newest first."""
        return [self._job(file) for file in self._files.all() if owner in (None, file.owner)]

    def start(self, job_id: str) -> Job:
        """Put a job into the line: one that is open, paused or cancelled, or has photos to be made again.

        Raises:
            WrongJobState: no photos were put into it.
        """
        with self._locks.hold(("photos", job_id)):  # those that are just being put into it go with it
            file = self._files.find(job_id)
            if file.state == "open" and file.source is None and not engine.scan(file.folders(self.root)):
                raise WrongJobState("This job has no photos yet. Send some first.")
            with self._files.change:
                file = self._files.find(job_id)
                if file.state != "waiting":
                    self._files.keep(file.put_in_line())
        return self.get(job_id)

    def cancel(self, job_id: str) -> Job:
        """End a job; what was made stays, and :meth:`start` goes on."""
        ended = self._cancel(job_id)
        if ended is not None:
            self._line.tell_end(ended)
        return self.get(job_id)

    def remove(self, job_id: str, *, tell: bool = True) -> None:
        """End a job, told unless nobody knows of it, and remove all its own; the server's folders stay."""
        ended = self._cancel(job_id)
        if tell and ended is not None:
            self._line.tell_end(ended)
        self._line.wait_for(job_id)
        with self._locks.hold(("photos", job_id)):
            self._ledgers.forget(self._files.find(job_id).folders(self.root).ledger)
            self._files.remove(job_id)

    def order(self, job_id: str) -> Order:
        """What a job makes of each photo."""
        return self._files.find(job_id).order

    def reorder(self, job_id: str, order: Order, name: str | None = None) -> Job:
        """Have something else made of each photo. Call :meth:`start` when it is to be done.

        Args:
            job_id: the job's.
            order: what is made of each photo.
            name: what the job is called from now on; None: as before.

        Raises:
            WrongJobState: it is being worked on.
        """
        with self._files.change:
            file = self._files.find(job_id)
            if file.state == "waiting":
                raise WrongJobState("This job is being worked on. Cancel it first.")
            called = file.name if name is None else name
            self._files.keep(file.model_copy(update={"plan": order.to_json(), "name": called}))
        return self.get(job_id)

    def folders(self, job_id: str) -> Folders:
        """Where a job's photos are and its results go."""
        return self._files.find(job_id).folders(self.root)

    def items(self, job_id: str) -> list[Item]:
        """A job's photos; none before it was first begun."""
        folders = self.folders(job_id)
        with self._ledgers.using(folders.ledger) as ledger:
            return [told(item, folders) for item in ledger.items()] if ledger else []

    def item(self, job_id: str, number: int) -> Item:
        """One photo of a job.

        Raises:
            PhotoNotFound: it has none of that number.
        """
        folders = self.folders(job_id)
        with self._ledgers.using(folders.ledger) as ledger:
            found = ledger.item(number) if ledger else None
        if found is None:
            raise PhotoNotFound("This job has no such photo.")
        return told(found, folders)

    def photo(self, job_id: str, number: int) -> bytes:
        """The bytes of a photo.

        Raises:
            PhotoNotFound: see :meth:`item`.
            SourceUnavailable: it is not there any more.
        """
        folders = self.folders(job_id)
        place = folders.source / self.item(job_id, number).path
        if not folders.holds(place):
            raise PhotoNotFound("This photo is not there any more.")
        return read(place, Limits.of(self._settings))

    def decide(self, job_id: str, numbers: Sequence[int], decision: Decision | None) -> list[int]:
        """See :meth:`pipelines.batch.ledger.Ledger.decide`."""
        with self._ledgers.using(self.folders(job_id).ledger) as ledger:
            return ledger.decide(numbers, decision) if ledger else []

    def change(
        self, job_id: str, numbers: Sequence[int], changes: Mapping[str, Any], digest: str | None = None
    ) -> list[int]:
        """Have photos made again with a Recipe of their own in some fields; a job that was done goes on.

        Args:
            job_id: the job's.
            numbers: the photos'.
            changes: see :attr:`pipelines.batch.items.Item.changes`.
            digest: see :meth:`pipelines.batch.ledger.Ledger.change`.
        Returns:
            Those that are made again.
        Raises:
            RecipeError: a value is not allowed.
        """
        self.order(job_id).changed(changes)
        with self._ledgers.using(self.folders(job_id).ledger) as ledger:
            changed = ledger.change(numbers, changes, digest) if ledger else []
        with self._files.change:
            file = self._files.find(job_id)
            if changed and file.state == "done":
                self._files.keep(file.put_in_line())
        return changed

    def _cancel(self, job_id: str) -> JobFile | None:
        """End a job; it, if it has come to its end now."""
        with self._files.change:
            file = self._files.find(job_id)
            if file.state not in ("open", "waiting", "paused"):
                return None
            file = file.model_copy(update={"state": "cancelled", "ended": time.time(), "paused": None})
            self._files.keep(file)
            return None if self._line.interrupt(job_id) else file

    def _job(self, file: JobFile) -> Job:
        counts, pace = self._counts(file), self._line.pace_of(file.id)
        if file.state == "waiting" and pace is not None:
            return Job(file, "running", counts, pace.rate, pace.seconds_left(counts.left))
        return Job(file, file.state, counts)

    def _counts(self, file: JobFile) -> Counts:
        folders = file.folders(self.root)
        try:
            with self._ledgers.using(folders.ledger) as ledger:
                counts = ledger.counts() if ledger is not None else Counts()
                if counts.total:
                    return counts
        except (LedgerUnusable, StorageFull):  # why, the job itself says as soon as it is run
            return Counts()
        # None were entered yet: it is open, or begins just now.
        return Counts(queued=len(engine.scan(folders))) if folders.source.is_dir() else Counts()
