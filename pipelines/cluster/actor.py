"""The actor: a process on some machine that loads the networks once and then works on photos."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import secrets
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import ray

from pipelines.batch.items import Item
from pipelines.batch.keys import weights_of
from pipelines.batch.order import Order
from pipelines.batch.places import Places
from pipelines.batch.work import PhotoWork
from pipelines.cluster.arrow_files import opened
from pipelines.cluster.manifest import SCHEMA, Row, order_key, told_of
from pipelines.cluster.notes import FileNotes
from pipelines.cluster.tries import Tries, Worker
from pipelines.conveyor import share_cores
from pipelines.errors import (
    BatchPaused,
    CutawayError,
    ImageTooLarge,
    ModelError,
    StorageFull,
    StoreUnavailable,
)
from pipelines.models.known import model_named
from pipelines.service import CutoutService, MatteCache, build_service, choices
from pipelines.settings import Settings, load_settings

SUSPECT: Final = "suspect"
"""Status of a photo that a worker died over: to be tried alone."""

PAUSED: Final = "paused"
"""Status of a photo that could not be worked on for a reason that is not the photo's."""

_MOST: Final = 8
"""Photos under way at once in one actor, however many cores it has."""

_DECIDING: Final = ("numpy", "opencv-python-headless", "pillow", "onnxruntime", "simplejpeg", "isal")
"""Packages that decide how results look, byte for byte."""

_NOT_THE_PHOTO: Final = (StorageFull, StoreUnavailable, ModelError, BatchPaused)

_SHARED: Final = ("max_bytes", "max_pixels", "max_side")
"""Settings that are the same on all machines; the others are each machine's own."""


def plain_service(settings: Settings) -> CutoutService:
    """The service of an actor."""
    return build_service(settings, MatteCache(0), complete=False, overlapping=True)


@dataclass(frozen=True)
class Task:
    """What all actors of a run are told.

    Attributes:
        source: place of the photos, see :func:`pipelines.cluster.arrow_files.opened`.
        target: place of the results.
        order: what is made of each, as text.
        limits: settings that are the same on all machines, by name.
        run: this run's own name.
        weights: the networks with their checksums, see :func:`pipelines.batch.keys.weights_of`.
        edition: see :func:`edition`.
        cores: of each actor.
        alone: whether nothing else is under way.
        service: makes the service.
    """

    source: str
    target: str
    order: str
    limits: Mapping[str, int]
    run: str
    weights: tuple[str, ...]
    edition: str
    cores: float = 1
    alone: bool = False
    service: Callable[[Settings], CutoutService] = field(default=plain_service)

    @property
    def under_way(self) -> int:
        """Photos under way at once in an actor: one more than it has cores, as now and then one waits."""
        return 1 if self.alone else min(math.ceil(self.cores) + 1, _MOST)


class _TryAlone(Exception):
    """A worker died over this photo."""


class Remover:
    """Makes the results of photos. It raises nothing: a row says how each photo went.

    Args:
        task: what to do.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._order = order_key(Order.read(task.order))
        self._node = f"{socket.gethostname()} {ray.get_runtime_context().get_node_id()[:12]}"
        self._problem: CutawayError | None = None
        try:
            self._work, self._tries = self._prepared()
        except CutawayError as error:
            self._problem = BatchPaused(f"On the machine {socket.gethostname()}: {error.message}")

    def _prepared(self) -> tuple[PhotoWork, Tries]:
        task = self._task
        order = Order.read(task.order)
        if edition() != task.edition:
            raise BatchPaused(
                "Cutaway or its packages are of another version here than where the batch was begun, so that "
                "results would differ. Install the same (requirements.lock) on all machines."
            )
        wanted = {**task.limits, "threads": max(1, math.floor(task.cores))}
        service = task.service(share_cores(load_settings().model_copy(update=wanted), task.under_way))
        if weights_of(service, order.cut) != task.weights:
            _fetch(service, order)
        if weights_of(service, order.cut) != task.weights:
            raise BatchPaused(
                "Other weights are here than where the batch was begun, so that results would differ. Give "
                "all machines the same: `python app.py models pull`, or one shared folder in CUTAWAY_HOME."
            )
        target = opened(task.target)
        context = ray.get_runtime_context()
        worker = Worker(task.run, context.get_node_id(), f"{os.getpid()} {secrets.token_hex(4)}")
        tries = Tries(target, worker, _machines)
        places = Places(opened(task.source), target, FileNotes(target))
        return PhotoWork(service, order, places, begun=self._begin), tries

    def __call__(self, photos: pa.Table) -> pa.Table:
        """Make what is not there yet of the results of some photos.

        Args:
            photos: with the columns ``number``, ``path``, ``stamp`` and ``places``.
        Returns:
            Rows of the manifest.
        """
        with ThreadPoolExecutor(self._task.under_way) as pool:
            rows = list(pool.map(self._row, photos.to_pylist()))
        return pa.Table.from_pylist(rows, SCHEMA)

    def _begin(self, item: Item) -> None:
        if not self._tries.begin(item.path, alone=self._task.alone):
            raise _TryAlone

    def _row(self, photo: dict[str, Any]) -> Row:
        row = {**dict.fromkeys(SCHEMA.names), **photo, "order": self._order, "node": self._node}
        del row["places"]
        return row | self._ended(Item(photo["number"], photo["path"], json.loads(photo["places"])))

    def _ended(self, item: Item) -> Row:
        """How a photo went."""
        if self._problem:
            return _said(PAUSED, self._problem)
        try:
            facts = self._work(item)
        except _TryAlone:
            return {"status": SUSPECT}
        except Exception as error:  # noqa: BLE001  (one odd file must not keep the others from being done)
            return self._failed(item, _ours(error))
        return {"status": "done", "ms": round(facts["seconds"] * 1000), **told_of(facts)}

    def _failed(self, item: Item, error: CutawayError) -> Row:
        """A row for an error, by whose fault it is."""
        if isinstance(error, _NOT_THE_PHOTO):
            return _said(PAUSED, error)
        try:
            self._tries.end(item.path)
        except CutawayError as unnoted:
            return _said(PAUSED, unnoted)
        return _said("failed", error)


def _ours(error: Exception) -> CutawayError:
    """An error as one of ours, whatever it was."""
    if isinstance(error, CutawayError):
        return error
    if isinstance(error, MemoryError):
        return ImageTooLarge("There was not enough memory for this photo.")
    return CutawayError(
        f"This failed in a way that nobody foresaw ({type(error).__name__}). Please report it."
    )


def _said(status: str, error: CutawayError) -> Row:
    return {"status": status, "code": error.code, "message": error.message}


def shared(settings: Settings) -> dict[str, int]:
    """What of the settings where a batch is begun holds on all machines."""
    return {name: getattr(settings, name) for name in _SHARED}


def _machines() -> set[str]:
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return {node["NodeID"] for node in nodes if node["Alive"]}


def _fetch(service: CutoutService, order: Order) -> None:
    """Get weights that are not here.

    Raises:
        ModelError: they can't be had.
    """
    for choice in choices(order.cut):
        if not choice.own_file:
            service.store.ensure(model_named(choice.name))


def edition() -> str:
    """What decides, beside photo, weights and Recipe, how results look: our code and some packages."""
    digest = hashlib.sha256(platform.machine().encode())
    for name in _DECIDING:
        try:
            digest.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"no {name}\n".encode())
    ours = Path(__file__).resolve().parents[1]
    for path in sorted(ours.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
