"""Whose a job is, and which folders of the server's it may use."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import Request

from pipelines.access.doors import Doors
from pipelines.batch.job import Job
from pipelines.batch.jobs import Jobs
from pipelines.batch.places import Folders
from pipelines.errors import ApiRefusal, FolderNotAllowed, JobNotFound, RecipeError
from pipelines.settings import Settings

HERE: Final = "here"
"""Whoever has the page's password, or sits at this machine."""

_ANYBODY: Final = "anybody"
"""Visitors of a server that lets everybody in: they know a job by its id alone."""

_LONGEST_TOKEN: Final = 255


def owner_of(request: Request, doors: Doors) -> str:
    """Whose the jobs are that a request makes: a key's, of the people here, or of whoever knows the id."""
    key = request.state.caller.key
    if key is not None:
        return f"key {key}"
    return _ANYBODY if doors.open else HERE


def token_of(request: Request, doors: Doors) -> str | None:
    """The word by which a request is known again; None where it has none.

    Of those who are all one owner each address has words of its own, lest one meets another's job.
    """
    given = request.headers.get("idempotency-key", "").strip()
    if not given:
        return None
    if len(given) > _LONGEST_TOKEN:
        raise ApiRefusal("invalid_body", f"An Idempotency-Key has at most {_LONGEST_TOKEN} characters.")
    anybody = owner_of(request, doors) == _ANYBODY
    return f"{request.state.caller.peer} {given}" if anybody else given


def job_of(request: Request, jobs: Jobs, doors: Doors, job_id: str) -> Job:
    """A job, if it is the asker's.

    Raises:
        JobNotFound: there is none, or it is another's; which of these is not told.
    """
    job = jobs.get(job_id)
    if job.file.owner not in (owner_of(request, doors), _ANYBODY):
        raise JobNotFound("There is no such job. It may have been removed.")
    return job


def jobs_of(request: Request, jobs: Jobs, doors: Doors) -> list[Job]:
    """The jobs of whoever asks; of those that are known by their id alone, none."""
    owner = owner_of(request, doors)
    return [] if owner == _ANYBODY else jobs.all(owner)


def folders_of(settings: Settings, folder: str | None, results: str | None) -> Folders | None:
    """The folders of this machine that a job asks for; None where it asks for none.

    Raises:
        FolderNotAllowed: it is not among those that jobs may use, or there are none.
        RecipeError: they make no sense together.
    """
    if folder is None:
        if results is not None:
            raise RecipeError("A folder for results goes with a folder of photos.")
        return None
    source = _allowed(settings, folder)
    if not source.is_dir():
        raise FolderNotAllowed("There is no such folder, or jobs may not use it.")
    target = _allowed(settings, results) if results else source.with_name(f"{source.name}-results")
    _allowed(settings, str(target))
    if source == target or target in source.parents:
        raise RecipeError("The results need a folder of their own, which does not hold the photos.")
    return Folders(source, target)


def _allowed(settings: Settings, folder: str) -> Path:
    """A folder with links followed, if jobs may use it."""
    path = Path(folder).expanduser()
    real = path.resolve()
    roots = [Path(root).resolve() for root in settings.job_folders]
    if not roots:
        raise FolderNotAllowed("This server lets jobs use no folders of its own. Send the photos.")
    if not path.is_absolute() or not any(root == real or root in real.parents for root in roots):
        raise FolderNotAllowed("There is no such folder, or jobs may not use it.")
    return real
