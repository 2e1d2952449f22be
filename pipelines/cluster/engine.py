"""The engine for several machines: Ray Data hands photos to actors, and rows come back.

What is done is known by its key and its note among the results, so that whoever is killed, nothing is lost
and nothing is made twice that was whole. A photo that takes its actor down comes back as a suspect from the
next one, is tried once more when all others are done, and is then left out.

:func:`pipelines.cluster.environment.prepare` is called before this is imported.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pyarrow as pa
import ray
import ray.data
from ray.exceptions import RayError

from pipelines.batch.items import Counts
from pipelines.batch.keys import weights_of
from pipelines.batch.order import Order
from pipelines.cluster.actor import PAUSED, SUSPECT, Remover, Task, edition, plain_service, shared
from pipelines.cluster.arrow_files import opened
from pipelines.cluster.connection import Pool, connected, first_line
from pipelines.cluster.manifest import Manifest, Row, counts_for, order_key, rows_of
from pipelines.cluster.roll import Entry, Roll, inner_of, pictures_of
from pipelines.cluster.tries import FOLDER as TRIES
from pipelines.errors import BatchPaused, InputError
from pipelines.service import CutoutService
from pipelines.settings import Settings

_BLOCK: Final = 16
"""Photos that an actor is given at once, at most: rows come back as often."""

_TURNS: Final = 8
"""Of a small run's photos, each actor gets its share in so many turns, so that none is left with the last."""


@dataclass(frozen=True)
class ClusterBatch:
    """A batch for several machines.

    Attributes:
        source: place of the photos: an absolute path that all machines share, or an address.
        target: place of the results.
        order: what is made of each photo.
        settings: devices, limits, folders.
        pool: the actors.
        address: of the cluster, as ``ray.init`` takes it; None starts one on this machine alone.
        retry: whether to try again what failed earlier.
        service: makes the service of an actor.
    """

    source: str
    target: str
    order: Order
    settings: Settings
    pool: Pool = field(default_factory=Pool)
    address: str | None = None
    retry: bool = False
    service: Callable[[Settings], CutoutService] = field(default=plain_service)


@dataclass(frozen=True)
class Ended:
    """How a batch ended.

    Attributes:
        counts: in photos.
        roll: the photos.
        manifest: see :class:`pipelines.cluster.manifest.Manifest`.
    """

    counts: Counts
    roll: Roll
    manifest: pa.Table


def photos_of(source: str, target: str) -> dict[str, str]:
    """The photos there are, with a stamp that changes when they do; see :class:`ClusterBatch`.

    Raises:
        InputError: there are none, or the place can't be read.
    """
    found = pictures_of(opened(source), inner_of(source, target))
    if not found:
        raise InputError(f"There are no pictures in {source}.")
    return found


def run(
    batch: ClusterBatch,
    photos: Mapping[str, str],
    told: Callable[[Counts], None],
    said: Callable[[str], None] = lambda _: None,
) -> Ended:
    """Do a whole batch, or what is left of it.

    Args:
        batch: which.
        photos: see :func:`photos_of`.
        told: called now and then with how far it is.
        said: called with what a person should know meanwhile.
    Raises:
        BatchPaused: no room, no networks, no cluster: the same call goes on when that is put right.
        InputError: the place of the results can't be opened, or this machine is too small for an actor.
        LedgerUnusable: what is remembered of earlier runs is damaged.
    """
    target = opened(batch.target)
    roll = Roll.entered(Roll.read(target), batch.order, photos)
    roll.write(target)
    manifest = Manifest(target)
    order = order_key(batch.order)
    rows = {row["path"]: row for row in rows_of(manifest.read("path", "stamp", "order", "status"))}
    left = [entry for entry in roll.here if not _over(batch, rows.get(entry.path), entry, order)]
    waiting = {entry.path for entry in left}
    course = _Course(told, len(roll.here), manifest)
    course.begin(rows[entry.path]["status"] for entry in roll.here if entry.path not in waiting)
    try:
        if left:
            with connected(batch.address, batch.pool, said):
                _work_through(batch, left, course)
    finally:
        manifest.flush()
    target.clear(TRIES)
    return Ended(course.counts, roll, manifest.close(roll))


def _over(batch: ClusterBatch, row: Row | None, entry: Entry, order: str) -> bool:
    """Whether a photo came to its end in an earlier run."""
    if row is None or not counts_for(row, entry, order):
        return False
    return not (batch.retry and row["status"] == "failed")


class _Course:
    """How far a run is.

    Args:
        told: whom to tell.
        total: all photos.
        manifest: takes the rows of photos that came to their end.
    """

    def __init__(self, told: Callable[[Counts], None], total: int, manifest: Manifest) -> None:
        self._told = told
        self._total = total
        self._manifest = manifest
        self.counts = Counts(queued=total)

    def begin(self, statuses: Iterable[str]) -> None:
        """Count what earlier runs brought to an end."""
        for status in statuses:
            self._count(status)
        self._told(self.counts)

    def take(self, row: Row) -> None:
        """Take the row of a photo that came to its end."""
        self._manifest.add(row)
        self._count(row["status"])
        self._told(self.counts)

    def _count(self, status: str) -> None:
        counts = self.counts
        done, failed = counts.done + (status == "done"), counts.failed + (status == "failed")
        self.counts = Counts(queued=self._total - done - failed, done=done, failed=failed)


def _work_through(batch: ClusterBatch, left: list[Entry], course: _Course) -> None:
    """Work on photos side by side, and then on those that a worker died over, one by one.

    Raises:
        BatchPaused: it can't go on.
    """
    task = _task(batch)
    suspects = _pass(batch, task, left, course)
    if suspects:
        alone = replace(task, alone=True)
        single = replace(batch, pool=replace(batch.pool, least=1, most=1))
        _pass(single, alone, suspects, course)


def _task(batch: ClusterBatch) -> Task:
    service = batch.service(batch.settings)
    try:
        weights = weights_of(service, batch.order.cut)
    finally:
        service.close()
    return Task(
        batch.source,
        batch.target,
        batch.order.to_json(),
        shared(batch.settings),
        run=secrets.token_hex(8),
        weights=weights,
        edition=edition(),
        cores=batch.pool.cpus,
        service=batch.service,
    )


def _pass(batch: ClusterBatch, task: Task, entries: list[Entry], course: _Course) -> list[Entry]:
    """Have photos worked on; returns those that are to be tried alone.

    Raises:
        BatchPaused: it can't go on.
    """
    by_path = {entry.path: entry for entry in entries}
    suspects = []
    try:
        for row in _rows(batch.pool, task, entries):
            if row["status"] == PAUSED:
                raise BatchPaused(row["message"])
            if row["status"] == SUSPECT:
                suspects.append(by_path[row["path"]])
            else:
                course.take(row)
    except RayError as error:
        raise BatchPaused(
            f"The cluster could not go on ({type(error).__name__}): {first_line(error)}"
        ) from error
    return suspects


def _rows(pool: Pool, task: Task, entries: list[Entry]) -> Iterator[Row]:
    """Rows as they come back from the actors."""
    size = 1 if task.alone else max(1, min(_BLOCK, len(entries) // (pool.most * _TURNS)))
    blocks = [_table(entries[start : start + size]) for start in range(0, len(entries), size)]
    done = ray.data.from_arrow(blocks).map_batches(
        Remover,
        fn_constructor_kwargs={"task": task},
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=pool.cpus,
        num_gpus=pool.gpus or None,
        compute=ray.data.ActorPoolStrategy(min_size=pool.least, max_size=pool.most),
    )
    rows: pa.Table
    for rows in done.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
        yield from rows.to_pylist()


def _table(entries: list[Entry]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "number": entry.number,
                "path": entry.path,
                "stamp": entry.stamp,
                "places": json.dumps(dict(entry.places)),
            }
            for entry in entries
        ]
    )
