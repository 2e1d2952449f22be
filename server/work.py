"""Heavy work of the HTTP routes: off the event loop, through the same gate as the studio's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Final, TypeVar

from pipelines.errors import ClientGone
from pipelines.gate import Gate, Turn

Made = TypeVar("Made")

_THREADS: Final = ThreadPoolExecutor(64, thread_name_prefix="heavy")
"""Begun when they are needed: as many as gates let in at once, which is 64 at most for each."""


async def heavy(gate: Gate, work: Callable[[], Made]) -> Made:
    """Do something heavy in a thread when its turn has come. Who waits takes no thread.

    When the client leaves meanwhile, work that has not begun never does, and work that has
    ends before its next stage; its turn then goes to the next.

    Args:
        gate: the workbench's.
        work: what to do; decoding, cutting and encoding of one picture belong together.
    Raises:
        Busy: too much waits already.
        ClientGone: nobody waits for the answer any more.
        CutawayError: whatever the work raises.
    """
    turn = gate.line_up()
    try:
        await _turn(turn)
        done = _THREADS.submit(copy_context().run, _in_turn, gate, work)
    except BaseException:
        gate.leave(turn)
        raise
    done.add_done_callback(lambda _: gate.leave(turn))  # the thread goes on when its task is cancelled
    return await asyncio.wrap_future(done)


def _in_turn(gate: Gate, work: Callable[[], Made]) -> Made:
    with gate.turn():
        return work()


async def _turn(turn: Turn) -> None:
    """Wait for a turn.

    Raises:
        ClientGone: nobody waits for the answer any more.
    """
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def tell(_: Future[None]) -> None:
        loop.call_soon_threadsafe(over.set)

    turn.add_done_callback(tell)
    await over.wait()
    if turn.cancelled():
        raise ClientGone("Nobody waits for this any more.")
