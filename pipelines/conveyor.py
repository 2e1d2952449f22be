"""The conveyor: several pictures under way at once, told of in the order they were given.

While the network looks at one picture, the one before it is written and the next is read.
Memory stays bounded: a few pictures are under way, and those that are worked on at full
size have so many pixels between them (:class:`Room`).
"""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Final, TypeVar

import cv2

from pipelines.settings import Settings

Item = TypeVar("Item")
Result = TypeVar("Result")

UNDER_WAY: Final = 3
"""Pictures under way at once: one is read, one is looked at, one is written."""

ROOM: Final = 50_000_000
"""Pixels worked on at full size at once: as many as the largest picture that is let in by default."""

_MOST: Final = 8
_BYTES_A_PIXEL: Final = 20
"""That a picture under way takes, with room to spare."""

_AHEAD: Final = 4
"""A slow picture is overtaken by so many times as many others before they wait for it."""


def best_under_way(settings: Settings) -> int:
    """Pictures under way at once that keep all cores busy: one more, as now and then one waits for the disk.

    Beyond :data:`_MOST` Python's own lock, which is held for a sixth of the work, would be waited for.
    """
    return min(max(UNDER_WAY, settings.all_threads() + 1), _MOST)


def room_for(under_way: int) -> int:
    """Pixels that so many pictures may take between them: more for more, as far as the memory goes."""
    return max(ROOM, min(ROOM * under_way // UNDER_WAY, _memory() // 4 // _BYTES_A_PIXEL))


def _memory() -> int:
    """Bytes of memory that this machine has; 0 where that can't be told."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return 0


def share_cores(settings: Settings, under_way: int = UNDER_WAY) -> Settings:
    """Let pictures that are under way at once share the cores, instead of each asking for all of them.

    One thread on a picture does more in a second than two that wait for each other. Holds for all
    that OpenCV does in this process from now on.

    Args:
        settings: with the threads for one picture at a time.
        under_way: how many pictures.
    Returns:
        Settings with the threads that each picture's networks may take.
    """
    each = math.ceil(settings.all_threads() / under_way)
    cv2.setNumThreads(each)
    return settings.model_copy(update={"threads": each})


class Room:
    """Room for pixels: who finds none free waits. Safe to share between threads.

    Args:
        capacity: pixels. A picture that is larger than all of it is let in alone.
    """

    def __init__(self, capacity: int = ROOM) -> None:
        self._capacity = capacity
        self._taken = 0
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, pixels: int) -> Iterator[None]:
        """Wait for room, and keep it for a ``with`` block."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + pixels <= self._capacity)
            self._taken += pixels
        try:
            yield
        finally:
            with self._changed:
                self._taken -= pixels
                self._changed.notify_all()


def in_order(
    items: Iterable[Item], work: Callable[[Item], Result], under_way: int = UNDER_WAY
) -> Generator[tuple[Item, Result]]:
    """Do some work on each item, several at a time, and tell the results in the items' order.

    Items are taken from the iterable as they are needed, so it may be endless. When the
    caller stops, or an exception comes through, what has begun is finished and nothing
    more is begun.

    Args:
        items: any number of them.
        work: called in threads of its own. What it raises comes out here, in its item's turn.
        under_way: how many at a time; with one, no thread is made.
    Yields:
        Each item with its result.
    """
    if under_way == 1:
        yield from ((item, work(item)) for item in items)
        return
    left = iter(items)
    with ThreadPoolExecutor(under_way, thread_name_prefix="conveyor") as pool:
        begun: deque[tuple[Item, Future[Result]]] = deque()
        try:
            while True:
                room = under_way * _AHEAD - len(begun)
                begun.extend((item, pool.submit(work, item)) for item in islice(left, room))
                if not begun:
                    return
                item, future = begun.popleft()
                yield item, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
