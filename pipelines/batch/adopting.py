"""A batch that the command line made, as a job that the page of batches shows."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from pipelines.batch.job import JobFile
from pipelines.batch.ledger import Ledger
from pipelines.batch.places import Folders
from pipelines.errors import InputError


def adopt(target: Path, root: Path, owner: str, source: Path | None = None) -> JobFile:
    """Make a job of a batch, in a folder of jobs that no server holds; the one from before is found again.

    Args:
        target: the folder of the results, with the batch's ledger.
        root: the folder of jobs.
        owner: whose it is to be.
        source: the folder of the photos; None takes the one that they were in last.
    Raises:
        InputError: no photos were taken in yet, or nobody knows where they are.
        StorageFull: no room on the disk.
    """
    with Ledger(Folders(target, target).ledger) as ledger:
        made, counts = ledger.made_of(), ledger.counts()
    if made is None:
        raise InputError(f"The batch in {target} was never begun. `python app.py batch IN OUT` begins it.")
    order, known = made
    source = source or known
    if source is None or not source.is_dir():
        there = f"not in {source} any more" if source else "in a folder that an earlier version did not note"
        raise InputError(f"The photos are {there}. Say where with --photos.")
    before = [JobFile.read(path) for path in sorted(root.iterdir())] if root.is_dir() else []
    known_id = next((file.id for file in before if file is not None), None)
    job = JobFile(
        id=known_id or secrets.token_urlsafe(16),
        name=source.name,
        plan=order.to_json(),
        state="cancelled" if counts.left else "done",
        created=time.time(),
        ended=time.time(),
        owner=owner,
        source=source,
        target=target,
        trusted=True,
    )
    (root / job.id).mkdir(mode=0o700, parents=True, exist_ok=True)
    job.write(root)
    return job
