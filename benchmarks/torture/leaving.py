"""Clients that leave: while they send, while they wait, while their photo is cut."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final

from benchmarks.served import Served
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, ask, connected

_UPLOADS: Final = 12
_WAITING: Final = 16
_FILES_SECONDS: Final = 5
_SLOT_SECONDS: Final = 1


def leaving(plan: Plan) -> list[Finding]:
    """Leave at each of these moments, and look what is left of it."""
    server = plan.server
    asyncio.run(ask(server.port, REMOVEBG.request(plan.small)))
    files = server.files()
    asyncio.run(_leave_while_sending(server.port, REMOVEBG.request(plan.large)))
    left = server.files_left(files, _FILES_SECONDS)
    alone, cpu_alone = _cost(server, [plan.small])
    _, cpu_both = _cost(server, [plan.large, plan.small])
    before = server.usage().cpu
    asyncio.run(_leave_the_queue(server.port, plan.large, plan.small))
    waited, _ = _cost(server, [plan.small])
    cut = max(0, round((server.usage().cpu - before - cpu_both) / cpu_alone))
    asyncio.run(_leave_after(server.port, REMOVEBG.fresh(plan.large), 0.3))
    after_cutting, _ = _cost(server, [plan.small])
    return [
        Finding(f"temporary files left {_FILES_SECONDS} s after {_UPLOADS} broken uploads", left, 0),
        Finding(f"of {_WAITING} that left the queue, cut all the same", cut, 1, timed=True),
        Finding("wait behind those that left the queue", waited - alone, _SLOT_SECONDS, "s", timed=True),
        Finding("wait behind one that left while cut", after_cutting - alone, _SLOT_SECONDS, "s", timed=True),
    ]


def _cost(server: Served, photos: list[bytes]) -> tuple[float, float]:
    """Seconds that photos take one after another, and seconds of the cores."""
    start, before = time.perf_counter(), server.usage().cpu
    for photo in photos:
        asyncio.run(ask(server.port, REMOVEBG.fresh(photo)))
    return time.perf_counter() - start, server.usage().cpu - before


async def _leave_while_sending(port: int, request: bytes) -> None:
    for number in range(_UPLOADS):
        share = (0.1, 0.5, 0.9)[number % 3]
        await _leave_after(port, request[: int(len(request) * share)], 0.05)


async def _leave_the_queue(port: int, large: bytes, small: bytes) -> None:
    """One is cut, the others come, wait for it, and leave before it is done."""
    at_work = asyncio.create_task(ask(port, REMOVEBG.fresh(large)))
    await asyncio.sleep(0.05)
    await asyncio.gather(*(_leave_after(port, REMOVEBG.fresh(small), 0.15) for _ in range(_WAITING)))
    await at_work


async def _leave_after(port: int, data: bytes, seconds: float) -> None:
    with contextlib.suppress(OSError):
        async with connected(port) as (_, writer):
            writer.write(data)
            await writer.drain()
            await asyncio.sleep(seconds)
            writer.transport.abort()
