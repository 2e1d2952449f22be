"""Models, presets and limits, as they are told."""

from __future__ import annotations

import datetime
from typing import Any, Final, Literal

from pydantic import Field

from pipelines.access.doors import Doors
from pipelines.limits import Limits
from pipelines.models.known import MODELS
from pipelines.models.plan import NICKNAMES, PLANS, members
from pipelines.models.weights import WeightsStore
from pipelines.presets import Preset, Rules, presets
from pipelines.rules.words import note
from pipelines.settings import Settings
from server.api.answers import Answer
from server.forms import MOST_PARTS

_SPEAKING: Final = "en"

_JOB_REQUEST: Final = 1_000_000_000
"""Bytes: enough for a hundred large photos, and what is lost when a connection breaks is bearable."""


class ModelFacts(Answer):
    """A model."""

    name: str = Field(description="what a Recipe calls it", examples=["u2netp"])
    title: str = Field(examples=["U²-Net small"])
    task: str = Field(examples=["general"])
    about: str = Field(description="what it is good at")
    licence: str = Field(examples=["Apache-2.0"])
    commercial: bool = Field(description="whether commercial use is free; else the Recipe says noncommercial")
    licence_note: str
    homepage: str
    paper: str
    seconds: float = Field(description="on two processor cores, roughly", examples=[0.4])
    here: bool = Field(description="whether its weights are on this server: only such models are used")
    sums: list[str] = Field(
        description="of the files that it can be loaded from, the best first",
        examples=[["sha256:309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"]],
    )


class Choice(Answer):
    """A name that stands for one or several models."""

    name: str = Field(examples=["auto"])
    models: list[str] = Field(description="those that are asked, the quickest first", examples=[["u2netp"]])


class ModelList(Answer):
    """What a Recipe may have as its model."""

    choices: list[Choice]
    models: list[ModelFacts]


class SourceFacts(Answer):
    """Where a preset's figures were read."""

    name: str
    kind: Literal["authority", "secondary", "unconfirmed"]
    read: datetime.date = Field(description="the day on which it was read")


class PresetFacts(Answer):
    """A preset: what a market place or an authority wants of a picture."""

    name: str = Field(examples=["amazon-main"])
    kind: Literal["product", "id"]
    title: dict[str, str] = Field(description="by language", examples=[{"en": "Amazon, main picture"}])
    confirmed: bool = Field(description="whether all of it was read on the authority's own pages")
    sources: list[SourceFacts]
    unsure: list[str] = Field(description="rules whose figures no authority's own page confirms")
    advised: list[str] = Field(description="rules that are advice")
    notes: list[str] = Field(description="rules that no program checks, in English")
    altered: Literal["forbidden", "unclear"] | None = Field(
        description="whether the authority forbids altered photos"
    )
    print_mm: list[float] | None = Field(description="width and height on paper, of ID photos")
    recipe: dict[str, Any] = Field(description="what it sets in a Recipe")
    rules: Rules


class PresetList(Answer):
    """All presets: those for products first."""

    presets: list[PresetFacts]


class RateLimits(Answer):
    """How much may be asked for in a minute, in megapixels of photos; null for no limit."""

    key: int | None = Field(description="with a key that has no limit of its own", examples=[500])
    address: int | None = Field(description="from an address without a key", examples=[100])


class LimitFacts(Answer):
    """Every limit in force."""

    photo_bytes: int = Field(description="of a picture's file", examples=[100_000_000])
    photo_pixels: int = Field(description="of a picture, and of a result", examples=[50_000_000])
    photo_side: int = Field(description="longest side, in pixels", examples=[16_384])
    body_bytes: int = Field(description="of a whole request")
    parts: int = Field(description="of a request")
    removebg_bytes: int = Field(
        description="of a picture's file sent to remove.bg's API", examples=[22_000_000]
    )
    urls: Literal["off", "public", "allow-list"] = Field(
        description="whether pictures are fetched from web addresses: from none, all, or listed ones"
    )
    url_bytes: int = Field(description="of a picture that is fetched", examples=[25_000_000])
    url_seconds: float = Field(description="that fetching one may take", examples=[10])
    at_once: int = Field(description="pictures that are made at the same time", examples=[1])
    queue: int = Field(description="further ones that may wait; beyond them the answer is 503", examples=[32])
    keep_seconds: float = Field(description="so long after their last use files are kept", examples=[3600])
    job_count: int = Field(description="jobs that are kept at a time, of all callers", examples=[1000])
    job_photos: int = Field(description="that can be sent to one job", examples=[2000])
    job_bytes: int = Field(description="of all photos that are sent to one job", examples=[8_000_000_000])
    job_request_bytes: int = Field(
        description="of one request that brings photos to a job; more photos take several"
    )
    job_days: float = Field(description="so long after its end a job is kept", examples=[7])
    job_folders: bool = Field(description="whether jobs may use folders of this server's")
    key_needed: bool = Field(description="whether a key must be sent")
    megapixels_a_minute: RateLimits


def model_list(store: WeightsStore) -> ModelList:
    """What a Recipe may have as its model."""
    names = [*PLANS, *NICKNAMES]
    return ModelList(
        choices=[Choice(name=name, models=[*members(name)]) for name in names],
        models=[
            ModelFacts(
                **{name: getattr(model, name) for name in ModelFacts.model_fields if hasattr(model, name)},
                here=store.present(model),
                sums=[file.digest for file in model.files],
            )
            for model in MODELS.values()
        ],
    )


def preset_list() -> PresetList:
    """All presets."""
    return PresetList(presets=[_facts(preset) for preset in presets().values()])


def _facts(preset: Preset) -> PresetFacts:
    fields = preset.model_dump(include={*PresetFacts.model_fields} - {"rules", "notes"})
    return PresetFacts(
        **fields,
        rules=preset.rules,
        confirmed=preset.confirmed,
        notes=[note(code, _SPEAKING) for code in preset.notes],
    )


def body_bytes(settings: Settings) -> int:
    """How much may be sent in one request: a photo, a picture to put behind, and the rest."""
    return 2 * settings.max_bytes + 1_000_000


def job_body_bytes(settings: Settings) -> int:
    """How much may be sent to a job in one request."""
    return min(settings.job_bytes, _JOB_REQUEST) + 1_000_000


def limit_facts(settings: Settings, doors: Doors) -> LimitFacts:
    """Every limit in force.

    Args:
        settings: of whoever runs this.
        doors: what is demanded of callers now: keys may come and go.
    """
    limits, key_needed = Limits.of(settings), doors.keys_demanded
    address = None if doors.local or key_needed else settings.peer_rate_limit or None
    return LimitFacts(
        photo_bytes=limits.max_bytes,
        photo_pixels=limits.max_pixels,
        photo_side=limits.max_side,
        body_bytes=body_bytes(settings),
        parts=MOST_PARTS,
        removebg_bytes=min(settings.removebg_max_bytes, limits.max_bytes),
        urls=settings.urls,
        url_bytes=settings.url_bytes,
        url_seconds=settings.url_seconds,
        at_once=settings.workers,
        queue=settings.queue,
        keep_seconds=settings.keep_minutes * 60,
        job_count=settings.job_count,
        job_photos=settings.job_photos,
        job_bytes=settings.job_bytes,
        job_request_bytes=job_body_bytes(settings),
        job_days=settings.job_days,
        job_folders=bool(settings.job_folders),
        key_needed=key_needed,
        megapixels_a_minute=RateLimits(key=settings.rate_limit or None, address=address),
    )
