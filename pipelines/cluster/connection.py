"""A connection to a Ray cluster, which is started where there is none."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import ray
import ray.data
from ray.exceptions import RayError

from pipelines.errors import BatchPaused, InputError

_KNOCK_SECONDS: Final = 10

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


@contextlib.contextmanager
def connected(address: str | None, pool: Pool, said: Callable[[str], None]) -> Iterator[None]:
    """A connection to the cluster, or a cluster on this machine; ended when the block is left.

    Args:
        address: see :class:`pipelines.cluster.engine.ClusterBatch`.
        pool: the actors that are to fit.
        said: called with what a person should know.
    Raises:
        BatchPaused: there is none.
        InputError: this machine is too small for an actor.
    """
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if address is None:
        quiet |= {"include_dashboard": False, "object_store_memory": _STORE_BYTES}
    try:
        _knock(address or "")
        if address is None:
            said("Starting a cluster of this machine alone, which takes a while.")
        ray.init(address=address or "local", **quiet)
    except (OSError, RayError, RuntimeError, ValueError) as error:
        raise BatchPaused(
            f"There is no cluster at {address or 'this machine'}: {first_line(error)}"
        ) from error
    try:
        _quieten()
        _check_size(address, pool, said)
        yield
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """See that somebody answers at HOST:PORT: Ray itself asks for minutes.

    Raises:
        OSError: nobody does.
    """
    host, _, port = address.rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()


def _quieten() -> None:
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _check_size(address: str | None, pool: Pool, said: Callable[[str], None]) -> None:
    """See that an actor fits on a machine that is there; others may be added to a cluster later."""
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    sizes = [node["Resources"] for node in nodes if node["Alive"]]
    if any(size.get("CPU", 0) >= pool.cpus and size.get("GPU", 0) >= pool.gpus for size in sizes):
        return
    wanted = f"{pool.cpus:g} cores" + (f" and {pool.gpus:g} graphics cards" if pool.gpus else "")
    if address is None:
        raise InputError(f"An actor of {wanted} does not fit on this machine. Ask for less for each.")
    said(f"No machine of the cluster has {wanted} for an actor just now: waiting until one is added.")


def first_line(error: BaseException) -> str:
    """What an error says, in short."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}."
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else "it gave no reason."
