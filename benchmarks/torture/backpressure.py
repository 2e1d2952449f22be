"""Two hundred clients at once: some wait for their turn, the others are told so immediately."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from benchmarks.spread import percentile
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, Reply, ask

_CLIENTS: Final = 200
_QUEUE: Final = 32
_REFUSED: Final = (429, 503)


def crowded(plan: Plan) -> list[Finding]:
    """Ask two hundred times at the same time, and compare the pace with that of a few patient clients."""
    clients, queue = (40, 8) if plan.quick else (_CLIENTS, _QUEUE)
    with plan.own_server(CUTAWAY_QUEUE=str(queue)) as server:
        photo = plan.small
        asyncio.run(ask(server.port, REMOVEBG.fresh(photo)))
        pace = _pace(asyncio.run(_patient(server.port, photo, queue + 1)))
        start = time.perf_counter()
        replies = asyncio.run(_burst(server.port, photo, clients))
        crowded_pace = sum(reply.status == 200 for reply in replies) / (time.perf_counter() - start)
    refused = [reply for reply in replies if reply.status in _REFUSED]
    done = sum(reply.status == 200 for reply in replies)
    return [
        Finding("neither done nor refused", clients - done - len(refused), 0),
        Finding("let in and not done", max(0, queue + 1 - done), 0),
        Finding("nobody was refused", int(not refused), 0),
        Finding("refused without Retry-After", sum(not _told_when(reply) for reply in refused), 0),
        Finding(
            "time to be refused, p95",
            percentile([r.seconds for r in refused], 0.95) * 1000,
            100,
            "ms",
            timed=True,
        ),
        Finding("slower than four at a time", 100 - 100 * crowded_pace / pace, 10, "%", timed=True),
    ]


def _told_when(reply: Reply) -> bool:
    after = reply.headers.get("retry-after", "")
    return after.isdigit() and int(after) >= 1


async def _burst(port: int, photo: bytes, clients: int) -> list[Reply]:
    return await asyncio.gather(*(ask(port, REMOVEBG.fresh(photo)) for _ in range(clients)))


async def _patient(port: int, photo: bytes, count: int) -> tuple[int, float]:
    """So many photos, four at a time: how many were done, in how many seconds."""
    start, turns = time.perf_counter(), asyncio.Semaphore(4)

    async def one() -> Reply:
        async with turns:
            return await ask(port, REMOVEBG.fresh(photo))

    replies = await asyncio.gather(*(one() for _ in range(count)))
    return sum(reply.status == 200 for reply in replies), time.perf_counter() - start


def _pace(done: tuple[int, float]) -> float:
    return done[0] / done[1]
