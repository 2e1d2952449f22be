"""A trial of a job's photos, over HTTP: one photo a request, so that each is seen as soon as it is made."""

from __future__ import annotations

from pydantic import Field

from pipelines.batch import trial
from pipelines.batch.engine import scan
from pipelines.batch.jobs import Jobs
from pipelines.errors import PhotoNotFound
from pipelines.load import read
from pipelines.workbench import Workbench
from server.api.answers import Answer
from server.api.jobs.answers import ReasonOf
from server.api.jobs.asking import OrderWish, order_of


class TrialWish(OrderWish):
    """What to try, on which of the photos that stand for all."""

    photo: int = Field(0, ge=0, lt=trial.PHOTOS, description="which, from 0; see `photos`")


class TriedTold(Answer):
    """A result of a trial."""

    name: str
    url: str = Field(description="where it can be had, for a while: a WebP of the size of a screen")
    confidence: float
    reasons: list[ReasonOf]


class TrialTold(Answer):
    """A photo of a trial, and what would be made of it."""

    photos: int = Field(description="how many there are to try, six at most")
    file: str
    before: str = Field(description="where the photo can be had, for a while, as a small WebP")
    results: list[TriedTold]


def tried(jobs: Jobs, bench: Workbench, job_id: str, wish: TrialWish, base: str) -> TrialTold:
    """Try a job's photos, or rather one of them.

    Args:
        jobs: all.
        bench: has the service, and the shelf that keeps pictures for a while.
        job_id: of the job.
        wish: what to try; nothing is the job's own order.
        base: the address of its files.
    Raises:
        PhotoNotFound: the job has not so many photos.
        CutawayError: see :func:`pipelines.batch.trial.try_out`.
    """
    asked = wish.recipe is not None or wish.recipes or wish.presets
    order = order_of(wish, bench.service) if asked else jobs.order(job_id)
    folders = jobs.folders(job_id)
    paths = trial.standing_for(list(scan(folders)))
    if wish.photo >= len(paths):
        raise PhotoNotFound("This job has not so many photos to try.")
    path = paths[wish.photo]
    order = trial.in_their_look(bench.service, order, [folders.source / each for each in paths])
    found = trial.try_out(bench.service, order, read(folders.source / path, bench.service.limits))

    def kept(data: bytes) -> str:
        return f"{base}/{bench.shelf.put(data, 'trial.webp', 'image/webp')}"

    results = [
        TriedTold(
            name=one.name,
            url=kept(one.picture),
            confidence=round(one.confidence, 3),
            reasons=[ReasonOf.of(reason) for reason in one.reasons],
        )
        for one in found.results
    ]
    name = path.encode("utf-8", "replace").decode()
    return TrialTold(photos=len(paths), file=name, before=kept(found.before), results=results)
