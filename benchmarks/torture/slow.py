"""Clients that send a byte a second: hung up on, while others are served as ever."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final

from benchmarks.spread import percentile
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, Reply, connected, every, head

_SOCKETS: Final = 200
_MOST_SECONDS: Final = 15
_PATIENCE_SECONDS: Final = 25


def slow_clients(plan: Plan) -> list[Finding]:
    """Half of them dawdle over the request's head, half over its body."""
    count = 20 if plan.quick else _SOCKETS
    lasted, replies = asyncio.run(_dawdle(plan.server.port, count))
    slow = [reply.seconds * 1000 for reply in replies]
    return [
        Finding(f"of {count}, still open after {_MOST_SECONDS} s", sum(s > _MOST_SECONDS for s in lasted), 0),
        Finding("longest connection", max(lasted), _MOST_SECONDS, "s"),
        Finding("/healthz meanwhile that is not 200", sum(reply.status != 200 for reply in replies), 0),
        Finding("/healthz meanwhile, p99", percentile(slow, 0.99), 200, "ms", timed=True),
    ]


async def _dawdle(port: int, count: int) -> tuple[list[float], list[Reply]]:
    done = asyncio.Event()
    asking = asyncio.create_task(every(port, head("GET", "/healthz"), 0.05, done))
    whole = REMOVEBG.request(b"x" * 10_000)
    border = whole.index(b"\r\n\r\n") + 4
    starts = [whole[:20] if n % 2 else whole[: border + 20] for n in range(count)]
    lasted = await asyncio.gather(*(_drip(port, whole, len(start)) for start in starts))
    done.set()
    return lasted, await asking


async def _drip(port: int, request: bytes, at: int) -> float:
    """Send the start, then a byte a second; returns the seconds until the server hung up."""
    begun = time.perf_counter()
    with contextlib.suppress(OSError):
        async with connected(port) as (reader, writer):
            writer.write(request[:at])
            hung_up = asyncio.create_task(reader.read())  # until the end
            while time.perf_counter() - begun < _PATIENCE_SECONDS:
                done, _ = await asyncio.wait({hung_up}, timeout=1)
                if done:
                    break
                writer.write(request[at : at + 1])
                at += 1
            hung_up.cancel()
    return time.perf_counter() - begun
