"""What requests about jobs are answered with, typed."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field

from pipelines.batch.items import Decision, Item, State
from pipelines.batch.job import Job, JobState
from pipelines.batch.review import Filter, Flag, Reviewed
from pipelines.matting.reasons import Reason
from server.api.answers import Answer


class Refused(Answer):
    """A file that was not taken."""

    file: str = Field(examples=["notes.txt"])
    code: str = Field(examples=["unsupported_format"])
    message: str = Field(description="for people: what is wrong with it")


class JobLinks(Answer):
    """Where the rest of a job is, below this server's address."""

    itself: str = Field(examples=["/api/v1/jobs/0pWZb9hCIVQ9eYkJmYlZ3w"])
    events: str = Field(description="how far it is, as it happens (Server-Sent Events)")
    items: str = Field(description="its photos, page by page")
    results: str = Field(description="all results as a ZIP; with ?accepted=true only those")
    report_csv: str
    report_html: str


class JobTold(Answer):
    """How a job is."""

    id: str = Field(examples=["0pWZb9hCIVQ9eYkJmYlZ3w"])
    name: str = Field(examples=["shoes, autumn"])
    state: JobState = Field(
        description="open: takes photos; waiting: for its turn, or for the server to start again; paused: "
        "for a person, see paused; POST its start to go on from any but running and waiting"
    )
    total: int = Field(description="photos")
    done: int
    failed: int
    left: int = Field(description="that are neither done nor failed")
    rate: float | None = Field(description="photos a second over the last minute; null when it can't be told")
    seconds_left: float | None = Field(description="null when it can't be told")
    paused: str | None = Field(description="why it waits for a person, else null")
    created: float = Field(description="seconds since 1970")
    ended: float | None = Field(description="seconds since 1970")
    expires: float | None = Field(
        description="when it is removed with its photos, seconds since 1970; null: never"
    )
    results: list[str] = Field(
        description="names of what is made of each photo", examples=[["shop", "print"]]
    )
    webhook_secret: str | None = Field(
        None, description="what its webhook is signed with; told only to the request that makes the job"
    )
    refused: list[Refused] = Field(description="of the files of this very request, those that were not taken")
    links: JobLinks

    @classmethod
    def of(
        cls, job: Job, base: str, *, expires: float | None, refused: list[Refused] | None = None
    ) -> JobTold:
        """A job as it is told.

        Args:
            job: at this moment.
            base: the address of all jobs.
            expires: when it is removed.
            refused: files that were not taken.
        """
        file, counts, own = job.file, job.counts, f"{base}/{job.id}"
        return cls(
            id=job.id,
            name=file.name,
            state=job.state,
            total=counts.total,
            done=counts.done,
            failed=counts.failed,
            left=counts.left,
            rate=job.rate and round(job.rate, 3),
            seconds_left=job.seconds_left and round(job.seconds_left, 1),
            paused=file.paused,
            created=file.created,
            ended=file.ended,
            expires=expires,
            results=[variant.name for variant in file.order.variants],
            refused=refused or [],
            links=JobLinks(
                itself=own,
                events=f"{own}/events",
                items=f"{own}/items",
                results=f"{own}/results.zip",
                report_csv=f"{own}/report.csv",
                report_html=f"{own}/report.html",
            ),
        )


def sent_of(job: Job, base: str, expires: float | None) -> dict[str, Any]:
    """A job as it is told to whom it names when it ends; see :meth:`JobTold.of`."""
    told = JobTold.of(job, base, expires=expires)
    return told.model_dump(mode="json", exclude={"refused", "webhook_secret"})


class JobList(Answer):
    """The jobs of whoever asks, the newest first."""

    jobs: list[JobTold]


class ResultTold(Answer):
    """A result of a photo."""

    name: str = Field(examples=["cutout"])
    width: int = Field(description="in pixels")
    height: int = Field(description="in pixels")
    confidence: float = Field(description="0 to 1: how far the cutout can be trusted without a look")
    models: list[str] = Field(description="networks, with the beginning of their weights' SHA-256")
    files: list[str] = Field(description="where its files can be had")
    thumb: str = Field(description="where a small WebP of it can be had")


class ReasonOf(Answer):
    """Something to look at."""

    code: str = Field(examples=["cut_off"])
    text: str = Field(description="for people, in English", examples=["cut off at the bottom"])
    sides: list[str] = Field([], description="where it is: left, right, top, bottom", examples=[["bottom"]])
    count: int = Field(0, description="how many things it is about; 0 where it is not about a number")

    @classmethod
    def of(cls, reason: Reason) -> ReasonOf:
        """A reason as it is told."""
        return cls(code=reason.code, text=reason.text, sides=list(reason.sides), count=reason.count)


class ItemTold(Answer):
    """A photo of a job."""

    number: int = Field(description="which one it is; stays")
    file: str = Field(description="its path, as it was sent", examples=["shoes/a.jpg"])
    state: State
    decision: Decision | None = Field(description="what a person said of it")
    score: float = Field(description="0 to 1: how far its cutout can be trusted without a look")
    flags: list[Flag] = Field(description="what speaks against it")
    reasons: list[ReasonOf] = Field(description="what to look at, the weightiest first")
    broken: list[str] = Field(description="rules of its presets that a file breaks, in words")
    duplicate_of: str | None = Field(description="an earlier photo with the same content")
    error: ReasonOf | None = Field(description="why it failed")
    changes: dict[str, Any] = Field(description="fields of the Recipe for this photo alone")
    seconds: float | None = Field(description="that it took")
    photo: str = Field(description="where the photo itself can be had")
    before: str = Field(description="where a small picture of it can be had")
    results: list[ResultTold] = Field(description="while it is made again: those that were there before")

    @classmethod
    def of(cls, photo: Reviewed, base: str) -> ItemTold:
        """A photo as it is told.

        Args:
            photo: with what speaks against it.
            base: the job's address.
        """
        item, own = photo.item, f"{base}/items/{photo.item.number}"
        results: dict[str, Any] = (item.facts or {}).get("results") or {}
        photo_hash = (item.facts or {}).get("sha256") if item.state == "done" else None
        version = f"?v={photo_hash[:12]}" if photo_hash else ""
        reasons = {one["code"]: one for result in results.values() for one in result["reasons"]}
        return cls(
            number=item.number,
            file=_readable(item.path),
            state=item.state,
            decision=item.decision,
            score=round(photo.score, 3),
            flags=sorted(photo.flags),
            reasons=[
                ReasonOf(code=one["code"], text=one["text"], sides=one["sides"], count=one["count"])
                for one in reasons.values()
            ],
            broken=list(dict.fromkeys(rule for result in results.values() for rule in result["broken"])),
            duplicate_of=photo.twin and _readable(photo.twin),
            error=_error(item),
            changes=dict(item.changes),
            seconds=(item.facts or {}).get("seconds"),
            photo=f"{own}/photo{version}",
            before=f"{own}/before{version}",
            results=[_result(name, result, own) for name, result in results.items()],
        )


def _error(item: Item) -> ReasonOf | None:
    if item.code is None:
        return None
    return ReasonOf(code=item.code, text=item.message or "")


def _result(name: str, told: dict[str, Any], own: str) -> ResultTold:
    version = f"?v={told['files'][0]['sha256'][:12]}" if told["files"] else ""
    return ResultTold(
        name=name,
        width=told["size"][0],
        height=told["size"][1],
        confidence=told["confidence"],
        models=told["networks"],
        files=[f"{own}/results/{quote(name)}/{number}{version}" for number in range(len(told["files"]))],
        thumb=f"{own}/thumb/{quote(name)}{version}",
    )


def _readable(path: str) -> str:
    """A path as text: of a name that is no Unicode, question marks."""
    return path.encode("utf-8", "replace").decode()


class ItemPage(Answer):
    """Some photos of a job."""

    items: list[ItemTold]
    total: int = Field(description="photos that the filter shows")
    page: int
    pages: int
    counts: dict[Filter, int] = Field(description="photos that each filter shows")
    acceptable: int = Field(
        description="photos that PATCH with the same `above` would accept: done, undecided, sure enough, and "
        "breaking no rule"
    )


class Changed(Answer):
    """What came of a change."""

    numbers: list[int] = Field(description="the photos that were changed")
    job: JobTold


SortBy = Literal["doubt", "number"]
