"""How fast a long run goes, and how long the rest of it takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

WINDOW: Final = 60.0
"""Seconds that are looked back: enough to be steady, few enough to follow a machine that slows down."""

_LEAST: Final = 2
"""Ends that must have been seen in the window before anything is said."""


class Pace:
    """Photos a second over the last minute.

    Args:
        clock: seconds that only grow; replaced in tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def saw(self, ended: int) -> None:
        """Note how many have come to an end so far.

        A number that falls (photos were asked for again) begins anew.
        """
        now = self._clock()
        if self._seen and ended < self._seen[-1][1]:
            self._seen.clear()
        if not self._seen or ended != self._seen[-1][1]:
            self._seen.append((now, ended))
        while len(self._seen) > _LEAST and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Photos a second; None until it can be told."""
        if len(self._seen) < _LEAST:
            return None
        (since, before), (_, ended) = self._seen[0], self._seen[-1]
        spent = self._clock() - since  # up to now: what takes long slows the pace while it still goes on
        return (ended - before) / spent if spent > 0 else None

    def seconds_left(self, left: int) -> float | None:
        """How long so many more take; None until it can be told."""
        rate = self.rate
        return left / rate if rate else None

    def told(self, left: int) -> str:
        """Rate and time left for people, as ``14 a minute, 2:05 left``; empty until it can be told.

        Args:
            left: photos that are not at an end.
        """
        rate, seconds = self.rate, self.seconds_left(left)
        if not rate or seconds is None:
            return ""
        minutes, seconds = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        time_left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        return f"{rate * 60:.0f} a minute, {time_left} left"
