"""The photos of a job: a page of them, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from pipelines.batch.items import Decision
from pipelines.batch.job import Job
from pipelines.batch.jobs import Jobs
from pipelines.batch.own_changes import OF_ALL
from pipelines.batch.review import FILTERS, Filter, Reviewed, acceptable, reviewed
from pipelines.errors import RecipeError
from pipelines.service import CutoutService
from server.api.jobs.answers import ItemPage, ItemTold, SortBy
from server.api.jobs.asking import check_recipe

MOST: Final = 200
"""Photos on a page."""


class ItemsWish(BaseModel):
    """What is to be said of some photos, or changed in how they are made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: list[int] | None = Field(None, max_length=1_000_000, description="which")
    above: float | None = Field(
        None, ge=0, le=1, description="in place of numbers: all that are at least as sure, see acceptable"
    )
    decision: Decision | None = Field(None, description="null takes it back")
    changes: dict[str, JsonValue] | None = Field(
        None,
        description="fields of the Recipe for these photos alone, in place of earlier ones; they are made "
        "again. {} makes them as the others",
        examples=[{"model": "isnet-general-use"}],
    )


def page_of(photos: Sequence[Reviewed], base: str, wanted: PageWish) -> ItemPage:
    """A page of photos.

    Args:
        photos: all of the job, the least sure first.
        base: the job's address.
        wanted: which of them.
    """
    shown = [photo for photo in photos if photo.shown_by(wanted.filter)]
    if wanted.sort == "number":
        shown.sort(key=lambda photo: photo.item.number)
    pages = max(1, -(-len(shown) // wanted.size))
    first = (min(wanted.page, pages) - 1) * wanted.size
    return ItemPage(
        items=[ItemTold.of(photo, base) for photo in shown[first : first + wanted.size]],
        total=len(shown),
        page=min(wanted.page, pages),
        pages=pages,
        counts={name: sum(photo.shown_by(name) for photo in photos) for name in FILTERS},
        acceptable=len(acceptable(photos, wanted.above)),
    )


class PageWish(BaseModel):
    """Which photos are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    filter: Filter = "all"
    sort: SortBy = "doubt"
    page: int = Field(1, ge=1)
    size: int = Field(60, ge=1, le=MOST)
    above: float = Field(0.9, ge=0, le=1)


def change(jobs: Jobs, job: Job, wish: ItemsWish, service: CutoutService) -> list[int]:
    """Do what is wished.

    Returns:
        The photos that it was done to.
    Raises:
        RecipeError: the wish makes no sense, or a value is not allowed.
        ModelError: see :func:`server.api.making.check_weights`.
    """
    items = jobs.items(job.id)
    if (wish.numbers is None) == (wish.above is None):
        raise RecipeError("Say which photos: either by numbers, or with above.")
    if wish.numbers is None:
        numbers = acceptable(reviewed(items), wish.above or 0)
    else:
        known = {item.number for item in items}
        numbers = [number for number in dict.fromkeys(wish.numbers) if number in known]
    if not wish.model_fields_set & {"decision", "changes"}:
        raise RecipeError("Say what of them: a decision (null takes it back), or changes.")
    if wish.changes is not None:
        if wish.decision is not None:
            raise RecipeError("Photos that are made again can't be decided on at the same time.")
        return _made_again(jobs, job, numbers, wish.changes, service)
    return jobs.decide(job.id, numbers, wish.decision)


def _made_again(
    jobs: Jobs, job: Job, numbers: Sequence[int], changes: dict[str, Any], service: CutoutService
) -> list[int]:
    if shared := sorted(set(changes) & set(OF_ALL)):
        raise RecipeError(f"{', '.join(shared)}: this is the same for all photos of a job. Change the order.")
    for variant in job.file.order.changed(changes).variants:
        check_recipe(variant.recipe, service)
    return jobs.change(job.id, numbers, changes)
