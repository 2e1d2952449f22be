"""Being told to stop (SIGTERM): what runs is finished, nobody else is let in; told twice, it ends now."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from typing import Final

from benchmarks.served import Served
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, Reply, ask, head

_RUNNING: Final = 2
_MOST_SECONDS: Final = 20
_NOW_SECONDS: Final = 2
_GIVEN_UP_SECONDS: Final = 40


def stopping(plan: Plan) -> list[Finding]:
    """Tell it while photos are cut; then another one twice."""
    with plan.own_server() as server:
        ready, replies, took = asyncio.run(_told_once(server, plan.large))
        code = server.process.poll()
    with plan.own_server() as server:
        twice = asyncio.run(_told_twice(server, plan.huge))
    return [
        Finding("/readyz still 200 after it was told", int(ready == 200), 0),
        Finding(
            f"of {_RUNNING} photos at work, not finished", sum(reply.status != 200 for reply in replies), 0
        ),
        Finding("seconds until it ended", took, _MOST_SECONDS, "s"),
        Finding(f"exit status is not 0 (it is {code})", int(code != 0), 0),
        Finding("seconds until it ended when told twice", twice, _NOW_SECONDS, "s"),
    ]


async def _told_once(server: Served, photo: bytes) -> tuple[int, list[Reply], float]:
    at_work = [asyncio.create_task(ask(server.port, REMOVEBG.fresh(photo))) for _ in range(_RUNNING)]
    await asyncio.sleep(0.3)
    start = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.05)
    ready = await ask(server.port, head("GET", "/readyz"), timeout=2)
    replies = await asyncio.gather(*at_work)
    return ready.status, list(replies), await asyncio.to_thread(_ended, server, start)


async def _told_twice(server: Served, photo: bytes) -> float:
    at_work = asyncio.create_task(ask(server.port, REMOVEBG.fresh(photo)))
    await asyncio.sleep(0.5)
    server.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.3)
    start = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    took = await asyncio.to_thread(_ended, server, start)
    await at_work
    return took


def _ended(server: Served, start: float) -> float:
    """Seconds until the server ended, or until it was given up."""
    try:
        server.process.wait(_GIVEN_UP_SECONDS)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait(10)
    return time.monotonic() - start
