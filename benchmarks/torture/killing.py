"""A batch that is killed (SIGKILL) at any time: no photo is lost or done twice, and it goes on by itself."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from benchmarks.proc import tree
from benchmarks.torture.bulk import WORKERS, Bulk, until
from benchmarks.torture.rows import Finding, Plan

_SEED: Final = 21
_AGAIN_SECONDS: Final = 5
_WHOM: Final = ("program", "all", "worker")
"""The program alone (its worker has to notice), with its worker, or the worker alone."""
_WHERE: Final = ("half", "whole", "named")


def kills(plan: Plan) -> list[Finding]:
    """Kill it again and again, while it works and while it starts."""
    count, photos = (4, 24) if plan.quick else (20, 200)
    bulk, chance = Bulk(plan.scratch / "kills", photos), random.Random(_SEED)  # noqa: S311
    killed_at: list[int] = []
    waits: list[float] = []
    process = bulk.begin()
    for number in range(count):
        _looked(bulk, process, int((number + chance.random()) * 0.9 * photos / count))
        time.sleep(chance.uniform(0, 0.3))
        whom = _WHOM[number % len(_WHOM)]
        start = time.monotonic()
        killed_at.append(_kill(process, whom, bulk))
        if whom != "worker":
            process = bulk.begin()
        _looked(bulk, process, killed_at[-1] + 1)
        waits.append(time.monotonic() - start)
    process.communicate(timeout=600)
    looks = _looks(bulk)
    return [
        *bulk.account(),
        Finding(
            f"of {count} kills, most looks repeated after one", most_repeated(looks, killed_at), WORKERS + 1
        ),
        Finding("looks more than photos", len(looks) - photos, count * (WORKERS + 1)),
        Finding("longest until it looks at the next photo", max(waits), _AGAIN_SECONDS, "s", timed=True),
        Finding("exit status of the last run", process.returncode, 0),
    ]


def torn(plan: Plan) -> list[Finding]:
    """Kill it in the middle of writing a result."""
    count, photos = (3, 9) if plan.quick else (50, 120)
    bulk, chance = Bulk(plan.scratch / "torn", photos), random.Random(_SEED)  # noqa: S311
    damage, died = Counter[str](), 0
    for number in range(count):
        status, _ = bulk.run(die=_WHERE[number % len(_WHERE)], results=chance.randint(0, 2))
        died += status == -signal.SIGKILL
        for one in bulk.damage():
            damage[one.what] += int(one.measured)
    status, _ = bulk.run()
    return [
        Finding(f"of {count} kills while it wrote, not come", count - died, 0),
        *(Finding(f"{what}, after any of them", found, 0) for what, found in damage.items()),
        *bulk.account(),
        Finding("exit status of the last run", status, 0),
    ]


def _looked(bulk: Bulk, process: subprocess.Popen[bytes], looks: int) -> None:
    """Wait until a network was shown so many photos, or the program has ended."""
    until(lambda: len(_looks(bulk)) >= looks or process.poll() is not None)


def _looks(bulk: Bulk) -> list[str]:
    return [digest for _, digest in bulk.noted("look")]


def _kill(process: subprocess.Popen[bytes], whom: str, bulk: Bulk) -> int:
    """Kill a part of it; how many looks there were then."""
    workers = [pid for pid in list(tree(process.pid))[1:] if _is_worker(pid)]
    if whom == "worker":
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
    else:
        if whom == "all":
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.communicate()
    until(lambda: not any(_alive(pid) for pid in workers))
    return len(_looks(bulk))


def _is_worker(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as command:  # noqa: PTH123  (no file of ours)
            return b"spawn_main" in command.read()
    except OSError:
        return False


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def most_repeated(looks: Sequence[str], killed_at: Sequence[int]) -> int:
    """Of what one kill undid, the most looks that had to be repeated.

    Args:
        looks: photos in the order in which a network was shown them.
        killed_at: how many looks there had been at each kill.
    """
    undone = (
        sum(photo in looks[number + 1 :] for number, photo in enumerate(looks[:last]) if number >= first)
        for first, last in pairwise([0, *killed_at])
    )
    return max(undone, default=0)
