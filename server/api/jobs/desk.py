"""What the routes of jobs work with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from pipelines.access.doors import Doors
from pipelines.batch.job import Job
from pipelines.batch.jobs import Jobs
from pipelines.workbench import Workbench
from server.api.jobs.answers import JobTold, Refused
from server.api.jobs.owners import job_of


@dataclass(frozen=True)
class Desk:
    """What the routes work with.

    Attributes:
        bench: has the service, and lets in as many as there is room for.
        jobs: all of them.
        doors: what is demanded of callers.
        prefix: what stands before ``/jobs``.
    """

    bench: Workbench
    jobs: Jobs
    doors: Doors
    prefix: str

    @property
    def spare(self) -> int:
        """Bytes that are left free on the disk."""
        return self.bench.service.settings.job_spare_bytes

    def base(self, request: Request) -> str:
        """The address of all jobs, as the asker reaches it."""
        return f"{request.scope.get('root_path', '')}{self.prefix}/jobs"

    def told(self, request: Request, job: Job, refused: list[Refused] | None = None) -> JobTold:
        """A job as it is told."""
        return JobTold.of(job, self.base(request), expires=self.jobs.expires(job), refused=refused)

    async def job(self, request: Request, job_id: str) -> Job:
        """The asker's job of an id."""
        return await asyncio.to_thread(job_of, request, self.jobs, self.doors, job_id)

    async def do(self, request: Request, job_id: str, work: Callable[[str], Job]) -> JobTold:
        """Do something to the asker's job, and tell how it is then."""
        job = await self.job(request, job_id)
        return self.told(request, await asyncio.to_thread(work, job.id))
