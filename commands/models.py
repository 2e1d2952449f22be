"""``python app.py models``: list the models, take their weights, check the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands import DONE, SOME_FAILED, say
from pipelines.errors import CutawayError, WeightsUnavailable
from pipelines.models.catalogue import Model
from pipelines.models.known import MODELS, STANDARD, TOOLS, any_named
from pipelines.models.sources import Progress
from pipelines.models.weights import WeightsStore, open_store
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from rich.table import Table

_WIDE: Final = 125
"""Columns of a terminal from which the list says what each model is good at."""

models_app = typer.Typer(help="List the models, take their weights, check the files.")


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context) -> None:
    """List the models (when no command is given)."""
    if context.invoked_subcommand is None:
        list_command()


@models_app.command("list")
def list_command() -> None:
    """Every model with its task, licence, size, speed, and whether it is here."""
    from rich.console import Console

    store = open_store(load_settings())
    console = Console()
    if not console.is_terminal:  # a pipe has no width to fit into
        console = Console(width=160)
    console.print(table_of([*MODELS.values(), *TOOLS.values()], store.present, wide=console.width >= _WIDE))
    for note in dict.fromkeys(model.licence_note for model in MODELS.values() if model.licence_note):
        names = ", ".join(model.name for model in MODELS.values() if model.licence_note == note)
        console.print(f"[bold]{names}[/]: {note}", highlight=False)


@models_app.command("pull")
def pull_command(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names from the list; none: the standard ones.")
    ] = None,
) -> None:
    """Take the weights of models, so that later work needs no network."""
    settings = load_settings()
    chosen = [any_named(name) for name in names or (*STANDARD, *TOOLS)]
    gather = refuse_offline if settings.offline else gather_with_rembg
    raise typer.Exit(pull(open_store(settings), chosen, gather))


@models_app.command("verify")
def verify_command() -> None:
    """Read every weights file that is here and compare it with its checksum."""
    raise typer.Exit(verify(open_store(load_settings())))


def table_of(models: Sequence[Model], present: Callable[[Model], bool], *, wide: bool) -> Table:
    """The models as a table.

    Args:
        models: in the order they are shown.
        present: whether a model's weights are here.
        wide: with titles and what each is good at; without, it fits 80 columns.
    """
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold underline")
    for heading in ("name", "task", "licence", "commercial"):
        table.add_column(heading, no_wrap=True)
    for heading in ("size", "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("here", no_wrap=True)
    for heading in ("title", "good at") if wide else ():
        table.add_column(heading)
    for model in models:
        terms = "free" if model.commercial else "no"
        facts = [model.name, model.task, model.licence, terms, size_of(model), f"{model.seconds:g}"]
        words = [model.title, model.about] if wide else []
        table.add_row(*facts, "yes" if present(model) else "", *words)
    return table


def size_of(model: Model) -> str:
    """How much there is to take, in words: ``88/179 MB``."""
    sizes = sorted({round(file.size / 1e6) for file in model.files if file.size})
    return "/".join(str(size) for size in sizes) + " MB" if sizes else "?"


def pull(store: WeightsStore, chosen: Sequence[Model], gather: Callable[[Model], None]) -> int:
    """Take the weights of each model; one that fails stops none of the others.

    Args:
        store: where they go.
        chosen: the models.
        gather: takes weights that only rembg knows how to gather.
    Returns:
        Exit status: 0 all are here, 1 some are not.
    """
    failed = 0
    for model in chosen:
        try:
            if model.files:
                with byte_progress(model.name) as progress:
                    store.ensure(model, progress)
            elif not store.present(model):
                gather(model)
        except CutawayError as error:
            failed += 1
            say(error.message)
            continue
        terms = "" if model.commercial else f" (not free for commercial use: {model.licence})"
        print(f"{model.name}: here{terms}")
    if failed and len(chosen) > 1:
        say(f"{len(chosen) - failed} of {len(chosen)} models are here.")
    return SOME_FAILED if failed else DONE


def verify(store: WeightsStore) -> int:
    """Print what each weights file is worth.

    Returns:
        Exit status: 0 nothing is damaged, 1 something is.
    """
    checks = store.verify()
    damaged = [check for check in checks if check.state == "damaged"]
    for check in checks:
        if check.state != "missing":
            print(f"{check.model}: {check.filename} is {check.state}")
    print(f"{sum(check.state == 'missing' for check in checks)} models are not here.")
    for name in dict.fromkeys(check.model for check in damaged):
        say(f"a file of {name} is damaged: `python app.py models pull {name}` takes it again.")
    return SOME_FAILED if damaged else DONE


def gather_with_rembg(model: Model) -> None:
    """Have rembg take the weights of a model that only it knows how to gather.

    Raises:
        WeightsUnavailable: it could not.
    """
    from pipelines.models.rembg_bridge import registry

    try:
        registry()[model.name].download_models()
    except ImportError as error:
        raise WeightsUnavailable(f"{model.name}: {error}") from error
    except Exception as error:
        reason = type(error).__name__
        raise WeightsUnavailable(f"rembg could not take the weights of {model.name} ({reason}).") from error


def refuse_offline(model: Model) -> None:
    """Take nothing.

    Raises:
        WeightsUnavailable: always.
    """
    raise WeightsUnavailable(f"The weights of {model.name} are not here, and CUTAWAY_OFFLINE forbids asking.")


@contextmanager
def byte_progress(name: str) -> Iterator[Progress]:
    """A bar on stderr that shows how far a download is.

    Args:
        name: what is being taken.
    """
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def tell(done: int, total: int | None, what: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{name}: {what}")

        yield tell
