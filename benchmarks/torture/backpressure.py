"""Two hundred clients at once: some wait for their turn, the others are told so immediately."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from benchmarks.spread import percentile
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REFUSED, REMOVEBG, Reply, ask, crowd

_CLIENTS: Final = 200
_QUEUE: Final = 32


def crowded(plan: Plan) -> list[Finding]:
    """Ask two hundred times at the same time, and compare the pace with that of a few patient clients."""
    clients, queue = (40, 8) if plan.quick else (_CLIENTS, _QUEUE)
    with plan.own_server(CUTAWAY_QUEUE=str(queue)) as server:
        photo = plan.small
        asyncio.run(ask(server.port, REMOVEBG.fresh(photo)))
        _, pace = _paced(server.port, photo, queue + 1, at_once=4)
        replies, crowded_pace = _paced(server.port, photo, clients)
    refused = [reply for reply in replies if reply.status in REFUSED]
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


def _paced(port: int, photo: bytes, count: int, at_once: int | None = None) -> tuple[list[Reply], float]:
    """The answers to so many photos, and the pictures a second."""
    start = time.perf_counter()
    replies = asyncio.run(crowd(port, [REMOVEBG.fresh(photo) for _ in range(count)], at_once))
    return replies, sum(reply.status == 200 for reply in replies) / (time.perf_counter() - start)
