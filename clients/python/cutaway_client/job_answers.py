"""The server's answers about jobs, typed as they come; see :mod:`cutaway_client.answers`."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

JobState = Literal["open", "waiting", "running", "paused", "done", "cancelled"]
Decision = Literal["accepted", "excluded"]
Filter = Literal[
    "all", "failed", "unsure", "broken", "cut_off", "duplicate", "odd", "accepted", "excluded", "undecided"
]


class Refused(TypedDict):
    """A file that was not taken."""

    file: str
    code: str
    message: str


class JobLinks(TypedDict):
    """Where the rest of a job is; see :meth:`cutaway_client.Client.file`."""

    itself: str
    events: str
    items: str
    results: str
    report_csv: str
    report_html: str


class Job(TypedDict):
    """How a job is."""

    id: str
    name: str
    state: JobState
    total: int
    done: int
    failed: int
    left: int
    rate: float | None
    seconds_left: float | None
    paused: str | None
    created: float
    ended: float | None
    expires: float | None
    results: list[str]
    webhook_secret: str | None
    refused: list[Refused]
    links: JobLinks


class JobList(TypedDict):
    """The jobs of whoever asks."""

    jobs: list[Job]


class ItemReason(TypedDict):
    """Something to look at."""

    code: str
    text: str
    sides: list[str]
    count: int


class ItemResult(TypedDict):
    """A result of a photo; its files can be had with :meth:`cutaway_client.Client.file`."""

    name: str
    width: int
    height: int
    confidence: float
    models: list[str]
    files: list[str]
    thumb: str


class Item(TypedDict):
    """A photo of a job."""

    number: int
    file: str
    state: Literal["queued", "leased", "done", "failed"]
    decision: Decision | None
    score: float
    flags: list[str]
    reasons: list[ItemReason]
    broken: list[str]
    duplicate_of: str | None
    error: ItemReason | None
    changes: dict[str, Any]
    seconds: float | None
    photo: str
    before: str
    results: list[ItemResult]


class ItemPage(TypedDict):
    """Some photos of a job."""

    items: list[Item]
    total: int
    page: int
    pages: int
    counts: dict[str, int]
    acceptable: int


class Changed(TypedDict):
    """What came of a change."""

    numbers: list[int]
    job: Job
