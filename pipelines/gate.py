"""A bounded way in for heavy work: a few at a time, some waiting, the others told at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.errors import Busy


class Gate:
    """Lets a limited number through.

    Args:
        inside: how many may work at the same time.
        waiting: how many more may wait for their turn.
    """

    def __init__(self, inside: int, waiting: int) -> None:
        self._turns = threading.Semaphore(inside)
        self._places = threading.Semaphore(inside + waiting)

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Wait for a turn, and hold it for a ``with`` block.

        Raises:
            Busy: too many wait already.
        """
        if not self._places.acquire(blocking=False):
            raise Busy("Too many photos are waiting just now. Try again in a moment.")
        try:
            with self._turns:
                yield
        finally:
            self._places.release()
