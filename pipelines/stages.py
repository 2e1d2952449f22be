"""The stages of the work, timed: whoever wants to know listens.

A stage is counted without those within it: rendering inside of encoding is rendering.
Before each stage a look is taken whether somebody still waits (:mod:`pipelines.errands`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Literal

from pipelines import errands

Stage = Literal["wait", "model", "load", "predict", "refine", "compose", "encode"]
"""Waiting for a turn, opening a network, decoding, one look of a network, everything between a coarse
matte and a cutout, making a picture of the cutout, writing a file."""

Listener = Callable[[Stage, float], None]
"""Is told of a stage and its seconds; in any thread, and quickly done."""

_listeners: Final[list[Listener]] = []


class _Here(threading.local):
    within = 0.0  # seconds of the stages inside of the one under way


_here: Final = _Here()


def listen(listener: Listener) -> Callable[[], None]:
    """Be told of every stage of this process.

    Returns:
        Ends it.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell(stage: Stage, seconds: float) -> None:
    """Say how long a stage took."""
    for listener in tuple(_listeners):
        listener(stage, seconds)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Time a ``with`` block, or a function when used as its decorator.

    Raises:
        ClientGone: nobody waits for this any more.
    """
    errands.check()
    start, before = time.perf_counter(), _here.within
    _here.within = 0.0
    try:
        yield
    finally:
        spent = time.perf_counter() - start
        tell(name, spent - _here.within)
        _here.within = before + spent
