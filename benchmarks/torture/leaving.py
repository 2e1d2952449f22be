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
    left = _files_left(server, files)
    alone = _seconds_of(server, plan.small)
    cpu_alone = _cpu_of(server, plan.small)
    before = server.usage().cpu
    asyncio.run(_leave_while_waiting(server.port, REMOVEBG.request(plan.small)))
    after_waiting = _seconds_of(server, plan.small)
    spent = server.usage().cpu - before
    asyncio.run(_leave_after(server.port, REMOVEBG.request(plan.large), 0.3))
    after_cutting = _seconds_of(server, plan.small)
    return [
        Finding(f"temporary files left {_FILES_SECONDS} s after {_UPLOADS} broken uploads", left, 0),
        Finding(
            f"of {_WAITING} that left the queue, cut all the same",
            max(0, round(spent / cpu_alone) - 2),
            1,
            timed=True,
        ),
        Finding(
            "wait behind those that left the queue", after_waiting - alone, _SLOT_SECONDS, "s", timed=True
        ),
        Finding("wait behind one that left while cut", after_cutting - alone, _SLOT_SECONDS, "s", timed=True),
    ]


def _files_left(server: Served, before: int) -> int:
    until = time.monotonic() + _FILES_SECONDS
    while (left := server.files() - before) > 0 and time.monotonic() < until:
        time.sleep(0.1)
    return max(0, left)


def _seconds_of(server: Served, photo: bytes) -> float:
    return asyncio.run(ask(server.port, REMOVEBG.request(photo))).seconds


def _cpu_of(server: Served, photo: bytes) -> float:
    """Seconds of the cores that a photo takes."""
    before = server.usage().cpu
    for _ in range(4):
        _seconds_of(server, photo)
    return (server.usage().cpu - before) / 4


async def _leave_while_sending(port: int, request: bytes) -> None:
    for number in range(_UPLOADS):
        share = (0.1, 0.5, 0.9)[number % 3]
        await _leave_after(port, request[: int(len(request) * share)], 0.05)


async def _leave_while_waiting(port: int, request: bytes) -> None:
    """One is cut and the others wait; then all leave."""
    await asyncio.gather(*(_leave_after(port, request, 0.5) for _ in range(_WAITING)))


async def _leave_after(port: int, data: bytes, seconds: float) -> None:
    with contextlib.suppress(OSError):
        async with connected(port) as (_, writer):
            writer.write(data)
            await writer.drain()
            await asyncio.sleep(seconds)
            writer.transport.abort()
