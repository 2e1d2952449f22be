"""Temporary files: gone after the request, after their time, and after a server that was killed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import time
from typing import Final

from benchmarks.served import Served
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, ask, connected, post

_REQUESTS: Final = 500
_AT_ONCE: Final = 4
_AFTER_SECONDS: Final = 60
_KEPT_SECONDS: Final = 60
_SWEEP_SECONDS: Final = 60
_A_DAY: Final = 25 * 3600


def leftovers(plan: Plan) -> list[Finding]:
    """Mixed requests of the API, photos of the studio, and the folder of a server that died."""
    count = 40 if plan.quick else _REQUESTS
    with plan.own_server(CUTAWAY_KEEP_MINUTES=str(_KEPT_SECONDS / 60)) as server:
        asyncio.run(ask(server.port, REMOVEBG.request(plan.small)))
        before = server.usage().fds, server.files()
        asyncio.run(_mixed(server.port, plan.small, count))
        left = server.files_left(before[1], 10 if plan.quick else _AFTER_SECONDS)
        fds = server.usage().fds - before[0]
        kept = [] if plan.quick else [_studio(server, plan.small, before[1])]
    return [
        Finding(f"temporary files left after {count} requests", left, 0),
        Finding("open files more than before", fds, 5),
        *kept,
        Finding("files of a killed server a day later", _after_a_kill(plan), 0),
    ]


async def _mixed(port: int, photo: bytes, count: int) -> None:
    """Good, damaged, foreign and broken-off requests in turn."""
    whole = [REMOVEBG.request(data) for data in (photo, photo[: len(photo) // 2], b"no picture")]
    turns, kinds = asyncio.Semaphore(_AT_ONCE), itertools.cycle([*whole, whole[0][: len(photo) // 2]])

    async def one(request: bytes) -> None:
        async with turns:
            if request in whole:
                await ask(port, request)
                return
            with contextlib.suppress(OSError):
                async with connected(port) as (_, writer):
                    writer.write(request)
                    await writer.drain()
                    writer.transport.abort()

    await asyncio.gather(*(one(next(kinds)) for _ in range(count)))


def _studio(server: Served, photo: bytes, before: int) -> Finding:
    """How long what a visitor sent lies there after it was last used."""
    asyncio.run(ask(server.port, post("/studio/photos", photo)))
    start = time.monotonic()
    server.files_left(before, 2 * _KEPT_SECONDS + _SWEEP_SECONDS)
    took = time.monotonic() - start
    return Finding(
        f"a studio photo that is kept {_KEPT_SECONDS} s is gone after", took, 2 * _KEPT_SECONDS, "s"
    )


def _after_a_kill(plan: Plan) -> int:
    """Files of a server that was killed which the next one, a day later, leaves there."""
    place = plan.scratch / "killed"
    with plan.own_server(place) as server:
        asyncio.run(ask(server.port, post("/studio/photos", plan.small)))
        orphans = list(server.scratch.iterdir())
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(10)
    past = time.time() - _A_DAY
    for path in itertools.chain(orphans, *(orphan.rglob("*") for orphan in orphans)):
        os.utime(path, (past, past))
    with plan.own_server(place):
        return sum(path.is_file() for orphan in orphans for path in (orphan, *orphan.rglob("*")))
