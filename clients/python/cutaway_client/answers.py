"""The server's answers, typed as they come: dictionaries. What each field is its description says."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Verdict = Literal["pass", "warn", "fail"]


class Size(TypedDict):
    """A picture's size, in pixels."""

    width: int
    height: int


class Rectangle(Size):
    """A part of a picture, in pixels from its upper left corner."""

    left: int
    top: int


class Network(TypedDict):
    """A network that made the matte."""

    name: str
    sha256: str
    device: str


class Reason(TypedDict):
    """Something that a person should look at."""

    code: str
    text: str


class Confidence(TypedDict):
    """How far a cutout can be trusted without a look."""

    score: float
    trusted: bool
    reasons: list[Reason]


class Finding(TypedDict):
    """What was found about one of a preset's rules."""

    rule: str
    verdict: Verdict
    text: str
    facts: dict[str, str]


class Check(TypedDict):
    """How a file stands against the rules of its preset."""

    preset: str
    verdict: Verdict
    findings: list[Finding]


class FileFacts(Size):
    """What was done to make a file."""

    quality: int | None
    colors: int | None
    error: float | None
    anchors: int | None


class ResultFile(TypedDict):
    """The finished file."""

    name: str
    media_type: str
    bytes: int
    parts: list[FileFacts]


class Links(TypedDict):
    """Where the files can be had; see :meth:`cutaway_client.Client.file`."""

    result: str
    matte: str


class Cutout(TypedDict):
    """A cutout in facts."""

    photo: Size
    subject: Rectangle | None
    file: ResultFile
    models: list[Network]
    confidence: Confidence
    check: Check | None
    timings: dict[str, float]
    recipe: dict[str, Any]
    links: Links
    keep_seconds: float


class Choice(TypedDict):
    """A name that stands for one or several models."""

    name: str
    models: list[str]


class Model(TypedDict):
    """A model."""

    name: str
    title: str
    task: str
    about: str
    licence: str
    commercial: bool
    licence_note: str
    homepage: str
    paper: str
    seconds: float
    here: bool
    sums: list[str]


class Models(TypedDict):
    """What a Recipe may have as its model."""

    choices: list[Choice]
    models: list[Model]


class Preset(TypedDict):
    """What a market place or an authority wants of a picture."""

    name: str
    kind: Literal["product", "id"]
    title: dict[str, str]
    confirmed: bool
    sources: list[dict[str, str]]
    unsure: list[str]
    advised: list[str]
    notes: list[str]
    altered: Literal["forbidden", "unclear"] | None
    print_mm: list[float] | None
    recipe: dict[str, Any]
    rules: dict[str, Any]


class Presets(TypedDict):
    """All presets."""

    presets: list[Preset]


class RateLimits(TypedDict):
    """How much may be asked for in a minute, in megapixels; None for no limit."""

    key: int | None
    address: int | None


class Limits(TypedDict):
    """Every limit in force."""

    photo_bytes: int
    photo_pixels: int
    photo_side: int
    body_bytes: int
    parts: int
    removebg_bytes: int
    urls: Literal["off", "public", "allow-list"]
    url_bytes: int
    url_seconds: float
    at_once: int
    queue: int
    keep_seconds: float
    job_count: int
    job_photos: int
    job_bytes: int
    job_request_bytes: int
    job_days: float
    job_folders: bool
    key_needed: bool
    megapixels_a_minute: RateLimits
