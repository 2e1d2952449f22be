"""Heavy work of the HTTP routes: off the event loop, through the same gate as the studio's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from pipelines.gate import Gate

Made = TypeVar("Made")


async def heavy(gate: Gate, work: Callable[[], Made]) -> Made:
    """Do something heavy in a thread when its turn has come.

    Args:
        gate: the workbench's.
        work: what to do; decoding, cutting and encoding of one picture belong together.
    Raises:
        Busy: too much waits already.
        CutawayError: whatever the work raises.
    """

    def in_turn() -> Made:
        with gate.enter():
            return work()

    return await asyncio.to_thread(in_turn)
