"""A batch among what harms it: photos that bring it down, and a disk that is full or loses its power."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

from benchmarks.torture.bulk import Bulk
from benchmarks.torture.rows import Finding, Plan

_MOST_TRIES: Final = 2
_ROOMY: Final = "400m"


def poison(plan: Plan) -> list[Finding]:
    """A photo over which the decoder crashes, one over which the network's worker is killed, and no photo."""
    photos = 16 if plan.quick else 200
    bulk = Bulk(plan.scratch / "poison", photos)
    (bulk.folders.source / "notes.jpg").write_bytes(b"not a picture")
    digests = list(bulk.digests())
    decoding, looking = digests[2], digests[photos // 2]
    status, said = bulk.run(crash_decoding=[decoding], crash_looking=[looking])
    tries = Counter(digest for _, digest in bulk.noted("load"))
    failed = {item.path: item.code for item in bulk.items() if item.state == "failed"}
    expected = {
        bulk.digests()[one].relative_to(bulk.folders.source).as_posix() for one in (decoding, looking)
    }
    return [
        Finding(
            "most tries of a photo that kills the worker", max(tries[decoding], tries[looking]), _MOST_TRIES
        ),
        Finding("other photos that failed", len(set(failed) - expected - {"notes.jpg"}), 0),
        Finding("poisonous photos that did not fail", len(expected - set(failed)), 0),
        Finding("of those, without a sentence about it", sum(path not in said for path in expected), 0),
        *bulk.account(failed=2)[1:],
        Finding("exit status is not 1", int(status != 1), 0),
    ]


def disk_full(plan: Plan) -> list[Finding]:
    """A disk on which the results have no room, until somebody makes some."""
    size, photos, sizes = ("3m", 24, (1e5, 2e5)) if plan.quick else ("30m", 60, (8e5, 1.2e6))
    bulk = Bulk(plan.scratch / "full", photos, sizes)
    with _small_disk(bulk.folders.target, size):
        ends = [bulk.run(), bulk.run()]  # the second one finds it full from the start
        states = Counter(item.state for item in bulk.items())
        damage = bulk.damage()
        parts = len(list(bulk.folders.target.rglob("*.part")))
        _mount("-o", f"remount,size={_ROOMY}", str(bulk.folders.target))
        status, _ = bulk.run()
        account = bulk.account()
    quiet = sum("no room left on the disk" not in said for _, said in ends)
    return [
        Finding("ends on a full disk without saying so", quiet, 0),
        Finding("of those, with another exit status than 1", sum(code != 1 for code, _ in ends), 0),
        Finding("photos that failed of it", states["failed"], 0),
        Finding("nothing was done before", int(not states["done"]), 0),
        *damage,
        Finding("unfinished files then", parts, 0),
        *account,
        Finding("exit status with room", status, 0),
    ]


def power_loss(plan: Plan) -> list[Finding]:
    """What a disk would hold that loses its power when a photo is called done: only what was synced."""
    bulk = Bulk(plan.scratch / "power", 8 if plan.quick else 40)
    status, _ = bulk.run()
    disk, lost, results = Disk(), 0, 0
    for note in bulk.noted():
        if note[0] == "done":
            results += len(note[1])
            lost += sum(not disk.holds(bulk.folders.target, path) for path in note[1])
        else:
            disk.saw(note)
    return [
        Finding("results of photos called done that a power cut would take", lost, 0),
        Finding("results not looked at", bulk.photos - results, 0),
        Finding("exit status", status, 0),
    ]


class Disk:
    """What survives a power cut, by what was asked of the system: content and names need a sync each."""

    def __init__(self) -> None:
        self._synced: set[str] = set()
        self._names: dict[str, str] = {}
        self._made: set[str] = set()
        self._durable: set[str] = set()

    def saw(self, note: list[Any]) -> None:
        """Something was synced, named or made."""
        kind, path = note[0], str(note[1])
        if kind == "fsync":
            self._synced.add(path)
            self._durable |= {name for name in (*self._names, *self._made) if _folder(name) == path}
        elif kind == "rename":
            self._names[str(note[2])] = path
            self._durable.discard(str(note[2]))
        elif kind == "mkdir":
            self._made.add(path)

    def holds(self, target: Path, path: str) -> bool:
        """Whether a file is there whole, and can be reached from the folder of the results."""
        name = str(target / path)
        above = {str(target / folder) for folder in PurePosixPath(path).parents if str(folder) != "."}
        return self._names.get(name) in self._synced and {name, *(above & self._made)} <= self._durable


def _folder(name: str) -> str:
    return str(PurePosixPath(name).parent)


@contextmanager
def _small_disk(place: Path, size: str) -> Iterator[None]:
    """A folder that holds no more than so much.

    Raises:
        PermissionError: only root may make one.
    """
    if not can_mount():
        raise PermissionError("a small disk can be made on Linux, by root")
    place.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S607


def can_mount() -> bool:
    """Whether a small disk can be made here."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)  # noqa: S607
