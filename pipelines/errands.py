"""Whom work is done for, and whether they still wait for it.

A door that can tell when somebody leaves sets :data:`current` to an :class:`Errand` and
drops it then. Work looks there before each of its stages, and at the gate: what nobody
waits for any more is not begun. Context variables reach the threads that work is done in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from pipelines.errors import ClientGone


class Errand:
    """Something that somebody waits for. Safe to share between threads.

    Args:
        peer: who it is for: errands of one peer wait for each other rather than for those of others.
    """

    def __init__(self, peer: str = "") -> None:
        self.peer = peer
        self._guard = threading.Lock()
        self._dropped = False
        self._listeners: list[Callable[[], object]] = []

    @property
    def dropped(self) -> bool:
        """Whether nobody waits any more."""
        return self._dropped

    def drop(self) -> None:
        """Nobody waits any more; tells who listens, once."""
        with self._guard:
            self._dropped, listeners, self._listeners = True, self._listeners, []
        for listener in listeners:
            listener()

    def listen(self, listener: Callable[[], object]) -> None:
        """Have something called when nobody waits any more: at once where that is so already."""
        with self._guard:
            if not self._dropped:
                self._listeners.append(listener)
                return
        listener()

    def ignore(self, listener: Callable[[], object]) -> None:
        """Take a listener back."""
        with self._guard:
            if listener in self._listeners:
                self._listeners.remove(listener)


current: Final[ContextVar[Errand | None]] = ContextVar("errand", default=None)
"""What this context works on; None for what nobody can leave, such as the command line."""


def check() -> None:
    """Stop where nobody waits any more.

    Raises:
        ClientGone: so that what has begun unwinds.
    """
    errand = current.get()
    if errand is not None and errand.dropped:
        raise ClientGone("Nobody waits for this any more.")
