"""A long time under mixed work: memory, open files, threads and answering times stay where they were."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.proc import Usage
from benchmarks.served import Served
from benchmarks.spread import percentile
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, Reply, ask, head, post

_EVERY_SECONDS: Final = 10
_WARM_SHARE: Final = 1 / 6
"""Of the time, that is left out at the start: five minutes of thirty."""
_CLIENTS: Final = 2
_KEPT_MINUTES: Final = 1
_SWEEP_MINUTES: Final = 1


@dataclass
class Noted:
    """What was seen: (minutes, what is held), and (minutes, seconds) of the small photos' answers."""

    held: list[tuple[float, Usage, int]] = field(default_factory=list)
    took: list[tuple[float, float]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


def soak(plan: Plan) -> list[Finding]:
    """Photos small and large, damaged and foreign, of the API and the studio, and the page."""
    minutes = 0.4 if plan.quick else plan.minutes
    with plan.own_server(CUTAWAY_KEEP_MINUTES=str(_KEPT_MINUTES)) as server:
        noted = asyncio.run(_work(server, plan, minutes))
    warm, failed = minutes * _WARM_SHARE, sum(status >= 500 or not status for status in noted.statuses)
    return [
        Finding(f"answers of 5xx in {len(noted.statuses)}", failed, 0),
        *_held([one for one in noted.held if one[0] >= warm], minutes),
        Finding("p95 of a small photo later than at first", _drift(noted.took, warm), 10, "%", timed=True),
    ]


def _held(held: list[tuple[float, Usage, int]], minutes: float) -> list[Finding]:
    """Whether the server comes to hold more and more."""
    times = np.array([minute for minute, _, _ in held])
    rss = np.array([usage.rss for _, usage, _ in held])
    slope = float(np.polyfit(times, rss, 1)[0]) if len(held) > 2 else 0.0
    first, last = held[: len(held) // 2], held[len(held) // 2 :]
    # What visitors of the studio sent piles up until the first of it is old enough to go.
    files = [Finding("temporary files: later peak above the earlier", _files(last) - _files(first), 10)]
    return [
        Finding(f"memory's slope over {minutes:g} minutes", slope, 1, "MB/min", timed=True),
        Finding("memory grown along it", 100 * slope * (times[-1] - times[0]) / rss[0], 5, "%", timed=True),
        Finding("open files: later peak above the earlier", _more(first, last, "fds"), 5),
        Finding("threads: later peak above the earlier", _more(first, last, "threads"), 2),
        *(files if times[0] > _KEPT_MINUTES + _SWEEP_MINUTES else []),
    ]


def _files(held: list[tuple[float, Usage, int]]) -> int:
    """The most temporary files."""
    return max(files for _, _, files in held)


def _more(first: list[tuple[float, Usage, int]], last: list[tuple[float, Usage, int]], what: str) -> int:
    before, after = (max(getattr(usage, what) for _, usage, _ in half) for half in (first, last))
    return int(after - before)


def _drift(took: list[tuple[float, float]], warm: float) -> float:
    """How much slower the slowest twentieth is in the last third than in the first, in per cent."""
    counted = [one for one in took if one[0] >= warm]
    third = max(1, len(counted) // 3)
    first, last = (percentile([s for _, s in part], 0.95) for part in (counted[:third], counted[-third:]))
    return 100 * last / first - 100


async def _work(server: Served, plan: Plan, minutes: float) -> Noted:
    noted, start = Noted(), time.monotonic()

    def passed() -> float:
        return (time.monotonic() - start) / 60

    async def work(kinds: Iterator[tuple[str, Callable[[], bytes]]]) -> None:
        while passed() < minutes:
            kind, made = next(kinds)
            reply: Reply = await ask(server.port, made())
            noted.statuses.append(reply.status)
            if kind == "small":
                noted.took.append((passed(), reply.seconds))

    async def look() -> None:
        while passed() < minutes:
            noted.held.append((passed(), server.usage(), server.files()))
            await asyncio.sleep(min(_EVERY_SECONDS, minutes * 60 / 20))

    mixed = _requests(plan)
    turns = (itertools.cycle(mixed[n:] + mixed[:n]) for n in range(_CLIENTS))
    await asyncio.gather(look(), *(work(kinds) for kinds in turns))
    return noted


def _requests(plan: Plan) -> list[tuple[str, Callable[[], bytes]]]:
    """What is asked in turn; each photo is a new one."""
    damaged, foreign = (
        REMOVEBG.request(data) for data in (plan.small[: len(plan.small) // 2], b"%PDF-1.7 none")
    )
    small = ("small", lambda: REMOVEBG.fresh(plan.small))
    return [
        small,
        ("large", lambda: REMOVEBG.fresh(plan.large)),
        small,
        ("damaged", lambda: damaged),
        ("studio", lambda: post("/studio/photos", plan.small)),
        small,
        ("foreign", lambda: foreign),
        ("page", lambda: head("GET", "/")),
    ]
