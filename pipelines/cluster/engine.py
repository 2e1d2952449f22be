"""The engine for several machines: Ray Data hands photos to actors, and rows come back.

What is done is known by its key and its note among the results, so that whoever is killed, nothing is lost
and nothing is made twice that was whole. A photo that takes its actor down comes back as a suspect from the
next one, is tried once more when all others are done, and is then left out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

os.environ.setdefault(
    "RAY_USAGE_STATS_ENABLED", "0"
)  # nothing leaves the machines; read when ray is imported

import pyarrow as pa
import ray
import ray.data
from ray.exceptions import RayError

from pipelines.batch.items import Counts
from pipelines.batch.keys import weights_of
from pipelines.batch.order import Order
from pipelines.cluster.actor import PAUSED, SUSPECT, Remover, Task, edition, plain_service, shared
from pipelines.cluster.arrow_files import opened
from pipelines.cluster.manifest import Manifest, Row, counts_for, order_key
from pipelines.cluster.roll import Entry, Roll, inner_of, pictures_of
from pipelines.cluster.tries import FOLDER as TRIES
from pipelines.errors import BatchPaused, InputError
from pipelines.service import CutoutService
from pipelines.settings import Settings

_BLOCK: Final = 16
"""Photos that an actor is given at once, at most: rows come back as often."""

_TURNS: Final = 8
"""Of a small run's photos, each actor gets its share in so many turns, so that none is left with the last."""

_STORE_BYTES: Final = 200_000_000
"""Of a cluster on this machine: only rows go through its store, no pictures."""


@dataclass(frozen=True)
class Pool:
    """The actors.

    Attributes:
        least: so many are there all the time.
        most: so many at most; what is between is started while there is work and room.
        cpus: cores of each; may be a fraction.
        gpus: graphics cards of each; may be a fraction.
    """

    least: int = 1
    most: int = 4
    cpus: float = 1
    gpus: float = 0


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
    pool: Pool = Pool()
    address: str | None = None
    retry: bool = False
    service: Callable[[Settings], CutoutService] = field(default=plain_service)


@dataclass(frozen=True)
class Ended:
    """How a batch ended.

    Attributes:
        counts: in photos.
        roll: the photos.
        rows: of the manifest, by path.
    """

    counts: Counts
    roll: Roll
    rows: dict[str, Row]


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
    rows = manifest.read()
    ended = {entry.path: rows[entry.path] for entry in roll.here if _over(batch, rows, entry, order)}
    course = _Course(told, len(roll.here), manifest)
    course.begin(ended.values())
    left = [entry for entry in roll.here if entry.path not in ended]
    try:
        if left:
            with _cluster(batch, said):
                _work_through(batch, left, course)
    finally:
        manifest.flush()
    target.clear(TRIES)
    rows = manifest.close(roll)
    return Ended(course.counts, roll, rows)


def _over(batch: ClusterBatch, rows: dict[str, Row], entry: Entry, order: str) -> bool:
    """Whether a photo came to its end in an earlier run."""
    row = rows.get(entry.path)
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

    def begin(self, rows: Any) -> None:
        """Count what earlier runs brought to an end."""
        for row in rows:
            self._count(row["status"])
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
        raise BatchPaused(f"The cluster could not go on ({type(error).__name__}): {_first(error)}") from error
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


@contextlib.contextmanager
def _cluster(batch: ClusterBatch, said: Callable[[str], None]) -> Iterator[None]:
    """A connection to the cluster, or a cluster on this machine; ended when the block is left.

    Raises:
        BatchPaused: there is none.
        InputError: this machine is too small for an actor.
    """
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if batch.address is None:
        quiet |= {"include_dashboard": False, "object_store_memory": _STORE_BYTES}
        if "RAY_AUTH_MODE" not in os.environ:  # nobody else gets in: what is sent to a cluster is run there
            os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    try:
        ray.init(address=batch.address or "local", **quiet)
    except (ConnectionError, RayError, RuntimeError, ValueError, TimeoutError) as error:
        raise BatchPaused(
            f"There is no cluster at {batch.address or 'this machine'}: {_first(error)}"
        ) from error
    try:
        _quieten()
        _check_size(batch, said)
        yield
    finally:
        ray.shutdown()


def _quieten() -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _check_size(batch: ClusterBatch, said: Callable[[str], None]) -> None:
    """See that an actor fits on a machine that is there; others may be added to a cluster later."""
    pool = batch.pool
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    sizes = [node["Resources"] for node in nodes if node["Alive"]]
    if any(size.get("CPU", 0) >= pool.cpus and size.get("GPU", 0) >= pool.gpus for size in sizes):
        return
    wanted = f"{pool.cpus:g} cores" + (f" and {pool.gpus:g} graphics cards" if pool.gpus else "")
    if batch.address is None:
        raise InputError(f"An actor of {wanted} does not fit on this machine. Ask for less for each.")
    said(f"No machine of the cluster has {wanted} for an actor just now: waiting until one is added.")


def _first(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else "it gave no reason."
