"""How far a job is, as it happens (Server-Sent Events)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from pipelines.errors import JobNotFound
from server.api.jobs.answers import JobTold

_LOOK_SECONDS: Final = 0.5
_BEAT_SECONDS: Final = 15
"""Proxies take a connection for dead over which nothing comes for a minute or so."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def progress(look: Callable[[], tuple[JobTold, bool]], over: Callable[[], bool]) -> AsyncIterator[str]:
    """A job at once and after each change, until it is at rest, or removed.

    Args:
        look: tells how the job is, and whether it is at rest; called in a thread.
        over: whether the server is being stopped: clients ask again by themselves.
    """
    before, silent = "", 0.0
    while not over():
        try:
            job, at_rest = await asyncio.to_thread(look)
        except JobNotFound:
            yield "event: gone\ndata: {}\n\n"
            return
        told = job.model_dump_json()
        if told != before:
            before, silent = told, 0.0
            yield f"event: progress\ndata: {told}\n\n"
        elif silent >= _BEAT_SECONDS:
            silent = 0.0
            yield ": still here\n\n"
        if at_rest:
            yield f"event: end\ndata: {told}\n\n"
            return
        await asyncio.sleep(_LOOK_SECONDS)
        silent += _LOOK_SECONDS
