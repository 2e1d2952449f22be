"""Memory: of one request, and of sixty-four at once where a machine has little."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from benchmarks.proc import Watch
from benchmarks.served import Served
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REFUSED, REMOVEBG, ask, crowd

_LARGE_MOST: Final = 350
_HUGE_MOST: Final = 900
"""MB above idle, with the network loaded."""
_SETTLE_SECONDS: Final = 10
_MACHINE: Final = 4 * 2**30
_CLIENTS: Final = 64
_AT_ONCE_MOST: Final = 1500
_EXPECTED: Final = frozenset({200, *REFUSED})


def one_request(plan: Plan) -> list[Finding]:
    """How much a request takes above what is held anyway, and whether it is given back."""
    findings = []
    server = plan.server
    names = ("2 MP", "12 MP") if plan.quick else ("12 MP", "50 MP")
    for name, photo, most in zip(names, (plan.large, plan.huge), (_LARGE_MOST, _HUGE_MOST), strict=True):
        idle = settled(server, plan.small)
        with Watch(server.pid) as watch:
            status = asyncio.run(ask(server.port, REMOVEBG.fresh(photo))).status
        left = _least(server, idle * 1.15) / idle * 100 - 100
        findings += [
            Finding(f"{name}: answers that are not 200", int(status != 200), 0),
            Finding(f"{name}: peak above idle", watch.peak - idle, most, "MB"),
            Finding(f"{name}: still held {_SETTLE_SECONDS} s later", left, 15, "%"),
        ]
    return findings


def at_once(plan: Plan) -> list[Finding]:
    """Many large photos at the same time, and no more than four gigabytes to address."""
    with plan.own_server() as server:
        idle = settled(server, plan.small)
        _confine(server)
        with Watch(server.pid) as watch:
            replies = asyncio.run(crowd(server.port, [REMOVEBG.fresh(plan.large) for _ in range(_CLIENTS)]))
        alive = server.process.poll() is None
    odd = sum(reply.status not in _EXPECTED for reply in replies)
    return [
        Finding(f"of {_CLIENTS}, answers that are not 200, 429 or 503", odd, 0),
        Finding("none answered 200", int(all(reply.status != 200 for reply in replies)), 0),
        Finding("peak above the loaded network", watch.peak - idle, _AT_ONCE_MOST, "MB"),
        Finding("servers that died", int(not alive), 0),
    ]


def settled(server: Served, photo: bytes) -> float:
    """What a server holds when it has done a few photos and nothing is asked of it, in MB."""
    for _ in range(3):
        asyncio.run(ask(server.port, REMOVEBG.fresh(photo)))
    return _least(server, 0, seconds=2)


def _least(server: Served, enough: float, seconds: float = _SETTLE_SECONDS) -> float:
    """The least that it holds within some seconds; known sooner where it is little enough."""
    until, least = time.monotonic() + seconds, server.usage().rss
    while time.monotonic() < until and least > enough:
        time.sleep(0.2)
        least = min(least, server.usage().rss)
    return least


def _confine(server: Served) -> None:
    """Let the server have no more than a small machine has, from now on."""
    import resource

    resource.prlimit(server.pid, resource.RLIMIT_AS, (_MACHINE, _MACHINE))
