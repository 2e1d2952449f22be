"""A bounded way in for heavy work: a few at a time, some waiting, the others told at once.

Waiting costs no thread: a turn is a future, which a thread may wait for and an event loop as well.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pipelines import errands, stages
from pipelines.errands import Errand
from pipelines.errors import Busy, ClientGone

_LONGEST: Final = 60
"""Seconds after which somebody who was sent away is told to come back, at most."""

_MEMORY: Final = 0.2
"""How much the last piece of work counts in what is remembered of how long work takes."""


class Turn(Future[None]):
    """A place in the line: done when the turn has come, cancelled when it is given up before.

    Args:
        errand: what it is for; dropping that gives the place up.
    """

    def __init__(self, errand: Errand | None) -> None:
        super().__init__()
        self.errand = errand
        self.peer = errand.peer if errand else ""
        self.since = time.perf_counter()


@dataclass(frozen=True)
class GateFacts:
    """How busy a gate is.

    Attributes:
        working: how many work now.
        waiting: how many wait for their turn.
        refused: how many were sent away so far.
        left: how many went away while they waited.
    """

    working: int
    waiting: int
    refused: int
    left: int


class Gate:
    """Lets a limited number through, in the order they came; who asks often does not go before others.

    Args:
        inside: how many may work at the same time.
        waiting: how many more may wait for their turn.
    """

    def __init__(self, inside: int, waiting: int) -> None:
        self._inside = inside
        self._places = inside + waiting
        self._lines: OrderedDict[str, deque[Turn]] = OrderedDict()
        self._waiting = self._working = self._refused = self._left = 0
        self._usual = 1.0
        self._guard = threading.Lock()
        self._here = threading.local()

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Wait for a turn, and hold it for a ``with`` block. Whose turn it is need not wait again.

        Raises:
            Busy: too many wait already.
            ClientGone: nobody waits for the result any more.
        """
        if getattr(self._here, "inside", False):
            yield
            return
        turn = self.line_up()
        try:
            _wait(turn)
            with self.turn():
                yield
        finally:
            self.leave(turn)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Tell that this thread's turn has come, which was waited for elsewhere."""
        self._here.inside = True
        try:
            yield
        finally:
            self._here.inside = False

    def line_up(self) -> Turn:
        """Take a place in the line: whoever does must :meth:`leave` in the end.

        Raises:
            Busy: too many wait already.
        """
        turn = Turn(errands.current.get())
        with self._guard:
            if self._working + self._waiting >= self._places:
                self._refused += 1
                raise Busy("Too many photos are waiting just now. Try again in a moment.", self._later())
            self._lines.setdefault(turn.peer, deque()).append(turn)
            self._waiting += 1
            self._call()
        if turn.errand:
            turn.errand.listen(turn.cancel)
        return turn

    def leave(self, turn: Turn) -> None:
        """Give a place back: whether one still waited, gave up, or has done one's work."""
        if turn.errand:
            turn.errand.ignore(turn.cancel)
        with self._guard:
            if turn.done() and not turn.cancelled():
                self._working -= 1
                self._usual += _MEMORY * (time.perf_counter() - turn.since - self._usual)
                self._call()
            else:
                self._left += 1
                self._remove(turn)

    def facts(self) -> GateFacts:
        """How busy it is here."""
        with self._guard:
            return GateFacts(self._working, self._waiting, self._refused, self._left)

    def _call(self) -> None:
        """Let in whose turn it is: peers in turn, and each peer's errands in the order they came."""
        while self._lines and self._working < self._inside:
            peer, line = self._lines.popitem(last=False)
            turn = line.popleft()
            if line:
                self._lines[peer] = line
            self._waiting -= 1
            if turn.set_running_or_notify_cancel():  # else it was given up just now
                self._working += 1
                now = time.perf_counter()
                stages.tell("wait", now - turn.since)
                turn.since = now
                turn.set_result(None)

    def _remove(self, turn: Turn) -> None:
        line = self._lines.get(turn.peer)
        if line and turn in line:
            line.remove(turn)
            self._waiting -= 1
            if not line:
                del self._lines[turn.peer]

    def _later(self) -> int:
        """Seconds until a place will be free, roughly."""
        return min(_LONGEST, max(1, math.ceil(self._usual / self._inside)))


def _wait(turn: Turn) -> None:
    try:
        turn.result()
    except CancelledError:
        raise ClientGone("Nobody waits for this any more.") from None
