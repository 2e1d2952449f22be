"""The event loop while the largest photo is decoded, cut and written: others are answered all the time."""

from __future__ import annotations

import asyncio
from typing import Final

from benchmarks.spread import percentile
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, Reply, ask, every, head

_RATE: Final = 1 / 20


def event_loop(plan: Plan) -> list[Finding]:
    """Ask whether it is well 20 times a second meanwhile."""
    status, replies = asyncio.run(_meanwhile(plan.server.port, REMOVEBG.fresh(plan.huge)))
    took = [reply.seconds * 1000 for reply in replies]
    return [
        Finding("the photo's answer is not 200", int(status != 200), 0),
        Finding("/healthz that is not 200", sum(reply.status != 200 for reply in replies), 0),
        Finding(
            f"/healthz meanwhile ({len(took)} times), p99", percentile(took, 0.99), 150, "ms", timed=True
        ),
        Finding("/healthz meanwhile, slowest", max(took), 500, "ms", timed=True),
    ]


async def _meanwhile(port: int, request: bytes) -> tuple[int, list[Reply]]:
    done = asyncio.Event()
    asking = asyncio.create_task(every(port, head("GET", "/healthz"), _RATE, done))
    reply = await ask(port, request)
    done.set()
    return reply.status, await asking
