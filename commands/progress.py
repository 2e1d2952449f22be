"""Progress bars, on stderr, so that standard output stays clean."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from commands import say

if TYPE_CHECKING:
    from pipelines.batch.items import Counts
    from pipelines.batch.pace import Pace

_FIRST_SECONDS: Final = 5
_EACH_SECONDS: Final = 30
"""Between two lines where no bar can be drawn: enough to see that it goes on, few enough to read."""


@contextmanager
def file_progress(total: int, *, show: bool) -> Iterator[Callable[[str], None]]:
    """A bar that counts files.

    Args:
        total: how many files.
        show: whether to draw anything, where that can be done.
    Yields:
        A function to call after each file, with its name.
    """
    if not show or not sys.stderr.isatty():
        yield lambda _name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda name: bar.update(task, advance=1, description=name)


@contextmanager
def photo_progress() -> Iterator[Callable[[Counts], None]]:
    """How far a batch is, its rate and the time that is left: a bar, or a line now and then in a file.

    Yields:
        What is called with the counts.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from pipelines.batch.pace import Pace

    console, pace = Console(stderr=True), Pace()
    if not console.is_terminal or console.is_dumb_terminal:
        yield Lines(pace)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, pace="")

        def told(counts: Counts) -> None:
            ended = counts.total - counts.left
            pace.saw(ended)
            bar.update(task, total=counts.total, completed=ended, pace=pace.told(counts.left))

        yield told


class Lines:
    """Says how far a batch is, where no bar can be drawn: in a log, a pipe, a system's journal.

    Args:
        pace: takes in what is told.
        clock: seconds that only grow; replaced in tests.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._next = clock() + _FIRST_SECONDS
        self._said = -1

    def __call__(self, counts: Counts) -> None:
        """Take in how far it is; say so if something has changed and it was not said for a while."""
        ended = counts.total - counts.left
        self._pace.saw(ended)
        if self._clock() < self._next or ended == self._said or not counts.left:
            return
        self._next, self._said = self._clock() + _EACH_SECONDS, ended
        pace = self._pace.told(counts.left)
        say(f"{ended} of {counts.total} photos" + (f", {pace}" if pace else ""))
