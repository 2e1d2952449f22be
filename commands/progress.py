"""Progress bars, on stderr, so that standard output stays clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.batch.items import Counts


@contextmanager
def file_progress(total: int, *, show: bool) -> Iterator[Callable[[str], None]]:
    """A bar that counts files.

    Args:
        total: how many files.
        show: whether to draw anything.
    Yields:
        A function to call after each file, with its name.
    """
    if not show:
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
    """A bar of how far a batch is, its rate and the time that is left.

    Yields:
        What is called with the counts.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from pipelines.batch.pace import Pace

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    pace = Pace()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, pace="")

        def told(counts: Counts) -> None:
            ended = counts.total - counts.left
            pace.saw(ended)
            bar.update(task, total=counts.total, completed=ended, pace=pace.told(counts.left))

        yield told
