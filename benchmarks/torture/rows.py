"""What every property has in common: findings against targets, and the servers that they are measured on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from benchmarks.pictures import HUGE, LARGE, large_photo
from benchmarks.served import Served, cutaway

SMALL: Final = (1224, 816)
"""One megapixel."""

_TWO: Final = (1732, 1155)


@dataclass(frozen=True)
class Finding:
    """A figure beside its target.

    Attributes:
        what: was measured.
        measured: the figure.
        target: the most it may be.
        unit: of both.
        timed: whether a busy machine changes it; tests then leave it alone.
    """

    what: str
    measured: float
    target: float
    unit: str = ""
    timed: bool = False

    @property
    def reached(self) -> bool:
        """Whether the target is."""
        return self.measured <= self.target


@dataclass(frozen=True)
class Plan:
    """How hard to try, and where.

    Attributes:
        scratch: where servers' temporary files and logs go.
        minutes: how long the soak takes.
        quick: seconds instead of minutes, with smaller photos, fewer clients and no soak to speak of.
    """

    scratch: Path
    minutes: float = 3
    quick: bool = False
    _stack: ExitStack = field(default_factory=ExitStack)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @cached_property
    def server(self) -> Served:
        """A server as it comes, shared by what needs no other."""
        return self._stack.enter_context(self.own_server())

    @contextmanager
    def own_server(self, folder: Path | None = None, **settings: str) -> Iterator[Served]:
        """Another server, with settings of its own."""
        place = folder or self.scratch / f"server-{next(self._numbers)}"
        with cutaway(place, **settings) as served:
            yield served

    def close(self) -> None:
        """End the shared server."""
        self._stack.close()

    @cached_property
    def small(self) -> bytes:
        """A JPEG of one megapixel."""
        return large_photo(SMALL)

    @cached_property
    def large(self) -> bytes:
        """A JPEG of twelve megapixels; of two where it has to be quick."""
        return large_photo(_TWO if self.quick else LARGE)

    @cached_property
    def huge(self) -> bytes:
        """A JPEG of fifty megapixels; of twelve where it has to be quick."""
        return large_photo(LARGE if self.quick else HUGE)


@dataclass(frozen=True)
class Row:
    """A property that a server should have.

    Attributes:
        name: a word for it.
        title: what it is about.
        measure: does the thing, and tells what was found.
    """

    name: str
    title: str
    measure: Callable[[Plan], list[Finding]]
