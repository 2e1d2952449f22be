"""Photos of batches that are touched up in the studio, and go back with what was done to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final, Protocol

from pipelines.batch.items import Item
from pipelines.batch.job import Job
from pipelines.batch.order import Order
from pipelines.batch.own_changes import Sitting, own_changes
from pipelines.batch.review import reviewed
from pipelines.errors import PhotoNotFound, WrongJobState
from pipelines.recent import Recent
from pipelines.recipe import Recipe
from pipelines.shown import Received
from pipelines.timeline import PHOTOS
from pipelines.workbench import Workbench

_MOST: Final = 10**9
"""Photos of a job; no number is larger."""

Seen = Callable[[Recipe], Recipe]
"""A Recipe as a page shows it, which may have no controls for all of it."""


class Batches(Protocol):
    """What is asked of :class:`pipelines.batch.jobs.Jobs`."""

    def get(self, job_id: str) -> Job:
        """A job."""
        ...

    def order(self, job_id: str) -> Order:
        """What it makes of each photo."""
        ...

    def items(self, job_id: str) -> list[Item]:
        """Its photos."""
        ...

    def item(self, job_id: str, number: int) -> Item:
        """One of them."""
        ...

    def photo(self, job_id: str, number: int) -> bytes:
        """The bytes of one of them."""
        ...

    def change(
        self, job_id: str, numbers: Sequence[int], changes: Mapping[str, Any], digest: str | None = None
    ) -> list[int]:
        """Have photos made again; those that are."""
        ...


@dataclass(frozen=True)
class Opened:
    """A photo of a batch that came to the studio.

    Attributes:
        photo: as the studio holds it.
        file: its path in the batch.
        job: the batch's id.
        batch: what the batch is called; may be empty.
        number: which photo it is.
        total: photos of the batch.
    """

    photo: Received
    file: str
    job: str
    batch: str
    number: int
    total: int


@dataclass(frozen=True)
class Kept:
    """What came of keeping.

    Attributes:
        kept: whether the photo is, or will be, as it was left.
        left_out: see :class:`pipelines.batch.own_changes.OwnChanges`. Where ``kept`` is not set, nothing is
            kept yet, because of these.
        following: number of the photo to look at next; None where there is none.
    """

    kept: bool
    left_out: tuple[str, ...] = ()
    following: int | None = None


@dataclass(frozen=True)
class _Hand:
    """A photo of a batch in the studio: whose it is, and how it was when it came."""

    job: str
    number: int
    digest: str
    began: Recipe


class TouchUps:
    """Takes photos of batches to the studio, and what was done there back. Safe to share between threads.

    Whoever knows the id that a photo has in the studio may change it: those ids are unguessable, and only
    :meth:`open` gives them out. So ask before that whether the batch is the visitor's.

    Args:
        bench: the studio's state.
        batches: the jobs.
    """

    def __init__(self, bench: Workbench, batches: Batches) -> None:
        self._bench = bench
        self._batches = batches
        self._hands: Recent[str, _Hand] = Recent(PHOTOS)

    def open(self, job_id: str, number: int) -> Opened:
        """Take a photo to the studio, where its first step is the Recipe that it has in the batch.

        Raises:
            JobNotFound, PhotoNotFound: there is no such batch or photo.
            InputError: it is no picture that can be used, or not there any more.
            StorageFull: no room on the disk.
        """
        job = self._batches.get(job_id)
        if not 0 < number <= _MOST:
            raise PhotoNotFound("This job has no such photo.")
        item = self._batches.item(job_id, number)
        data = self._batches.photo(job_id, number)
        digest = hashlib.sha256(data).hexdigest()
        began = self._batches.order(job_id).changed(item.changes_for(digest)).variants[0].recipe
        path = item.path.encode("utf-8", "replace").decode()
        photo = self._bench.receive(data, PurePosixPath(path).name)
        self._bench.timelines.record(photo.id, began)
        self._remember(photo.id, _Hand(job_id, number, digest, began))
        return Opened(photo, path, job_id, job.file.name, number, job.counts.total)

    def keep(self, photo: str, now: Recipe, seen: Seen, *, partly: bool = False) -> Kept:
        """Have the batch make a photo as it was left in the studio.

        Args:
            photo: its id in the studio.
            now: the Recipe that it was left with.
            seen: how the page shows a Recipe.
            partly: whether to keep what can be kept where some can't.
        Raises:
            PhotoNotFound: it is no photo of a batch, or that was too long ago.
            JobNotFound: the batch was removed meanwhile.
            WrongJobState: the photo is being made just now.
            RecipeError: the results can't be made so.
        """
        hand = self._hands.find(photo)
        if hand is None:
            raise PhotoNotFound("This photo came too long ago. Open it from the batch again.")
        order = self._batches.order(hand.job)
        before = self._batches.item(hand.job, hand.number).changes_for(hand.digest)
        usual = order.variants[0].recipe
        made = own_changes(order, before, Sitting(seen(hand.began), now, seen(usual)))
        if made.left_out and not partly:
            return Kept(kept=False, left_out=made.left_out)
        number = [hand.number]
        if made.fields != before and not self._batches.change(hand.job, number, made.fields, hand.digest):
            raise WrongJobState("The batch works on this photo just now. Try again in a few seconds.")
        self._remember(photo, replace(hand, began=now))
        return Kept(True, made.left_out, following(self._batches.items(hand.job), hand.number))

    def _remember(self, photo: str, hand: _Hand) -> None:
        self._hands.drop(photo)
        self._hands.get_or_make(photo, lambda: hand)


def following(items: Iterable[Item], number: int) -> int | None:
    """The photo to look at after one: the least sure that nobody decided on or changed.

    Args:
        items: of the batch.
        number: of the one that was looked at.
    """
    for photo in reviewed(items):
        item = photo.item
        open_ = item.state == "done" and item.decision is None and not item.changes
        if open_ and item.number != number and photo.flags - {"duplicate"}:
            return item.number
    return None
