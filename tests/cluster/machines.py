"""Three machines in one: a Ray cluster within a network of its own, where nothing else is."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ray.cluster_utils import Cluster

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


def loopback_up() -> None:
    """Bring the loopback of a network of one's own up; it is down in the beginning."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        asked = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(one, _GET_FLAGS, asked))[1]
        fcntl.ioctl(one, _SET_FLAGS, struct.pack("16sH14s", b"lo", flags | _UP, b""))


class Machines:
    """A cluster of three."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self.add()
        self.add()

    @property
    def address(self) -> str:
        """Where drivers find it."""
        return str(self._cluster.address)

    def add(self) -> None:
        """Add a machine."""
        self._cluster.add_node(num_cpus=1, object_store_memory=80_000_000)

    def lose_one_of(self, busy: int) -> bool:
        """Kill the machine that a process works on, with all its processes; False where it is the first.

        Args:
            busy: the process.
        """
        above = _ancestors(busy)
        for node in list(self._cluster.worker_nodes):
            (raylet,) = node.all_processes["raylet"]
            if raylet.process.pid in above:
                lost = [raylet.process.pid, *_descendants(raylet.process.pid)]
                for pid in lost:
                    os.kill(pid, signal.SIGSTOP)  # so that none sees another one's end
                for pid in lost:
                    os.kill(pid, signal.SIGKILL)
                self._cluster.remove_node(node, allow_graceful=False)
                return True
        return False


@contextmanager
def machines() -> Iterator[Machines]:
    """A cluster of three machines with a core each; ended with the block."""
    head = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80_000_000}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        yield Machines(cluster)
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]


def _parents() -> dict[int, int]:
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(path.parent.name)] = int(after_name[1])
    return found


def _ancestors(pid: int, parents: dict[int, int] | None = None) -> set[int]:
    """A process and those above it."""
    parents, found = parents or _parents(), set()
    while pid in parents:
        found.add(pid)
        pid = parents[pid]
    return found


def _descendants(pid: int) -> list[int]:
    parents = _parents()
    return [one for one in parents if one != pid and pid in _ancestors(one, parents)]
