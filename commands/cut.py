"""``python app.py cut``: cut pictures out, several under way at once, each reported on its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands import DONE, SOME_FAILED, say
from commands.destinations import Item, plan
from commands.flags import grouped
from commands.recipe_flags import RecipeFlags
from commands.recipes import build_recipe, on_sheet
from commands.report import Report, Row, reporting, row_of
from commands.tables import Facts, Table
from pipelines.errors import CutawayError, RecipeError, WeightsDamaged, WeightsUnavailable
from pipelines.recipe import Recipe
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.conveyor import Room
    from pipelines.load import Source
    from pipelines.models.catalogue import Model
    from pipelines.service import CutoutService

_FEW: Final = 3
"""Up to this many files are reported line by line, without a progress bar."""


@grouped
def cut(
    *,
    inputs: Annotated[list[str], typer.Argument(help="Pictures, folders, or '-' for standard input.")],
    output: Annotated[str | None, typer.Option("--output", "-o", help="A file, a folder, or '-'.")] = None,
    recipe_file: Annotated[Path | None, typer.Option("--recipe", help="A Recipe as a JSON file.")] = None,
    preset: Annotated[
        list[str] | None,
        typer.Option(
            help="What a market place wants, and a check: see `python app.py presets`. Several times for "
            "several, each with a file of its own."
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="With an ID preset: copies on paper, such as 10x15, a4 or letter.")
    ] = None,
    flags: RecipeFlags,
    table: Table = None,
    report: Annotated[
        bool, typer.Option("--report", help="Say how each picture went: confidence, what to look at ...")
    ] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report-file", help="The same as a .json, .jsonl or .csv file.")
    ] = None,
) -> None:
    """Cut pictures out of their background."""
    presets = preset or ()
    wishes = flags.wishes(output if len(presets) < 2 else None)
    recipe = on_sheet(build_recipe(recipe_file, wishes, flags.backdrop.picture(), presets), sheet)
    items = list(plan(inputs, output, recipe, Facts(table)))
    service = _service_for(len(items))
    prepare(service, recipe)
    piped = any(item.target is None for item in items)
    with reporting(report_file, spoken=report, piped=piped) as told:
        failed = cut_each(service, items, recipe, told)
    raise typer.Exit(SOME_FAILED if failed else DONE)


def _service_for(count: int) -> CutoutService:
    """The service for so many pictures: several are under way at once, and share the cores."""
    from pipelines.conveyor import share_cores
    from pipelines.service import build_service

    settings, several = load_settings(), count > 1
    return build_service(share_cores(settings) if several else settings, complete=False, overlapping=several)


def prepare(service: CutoutService, recipe: Recipe) -> None:
    """Find out before the first picture what would make every picture fail.

    Raises:
        CutawayError: the background picture, the model's file or its weights can't be used.
    """
    from pipelines.cutout import picture_of
    from pipelines.service import choices

    picture_of(recipe.background, service.files)
    first = choices(recipe)[0]
    if not first.own_file:
        take_weights(service, recipe)
    elif Path(first.name).expanduser().is_file():
        service.pool.get(first)
    else:
        raise RecipeError(f"There is no model file at {first.name}.")


def cut_each(
    service: CutoutService, items: Sequence[Item], recipe: Recipe, report: Report | None = None
) -> int:
    """Cut each, several under way at once; report failures in order.

    Returns:
        How many failed, or break the rules of their preset.
    """
    from commands.progress import file_progress
    from pipelines.conveyor import UNDER_WAY, Room, in_order

    room = Room()

    def work(found: tuple[Item, Source]) -> Row:
        return _outcome(service, *found, recipe, room)

    done = in_order(_found(items, service), work, min(len(items), UNDER_WAY))
    failed = 0
    with file_progress(len(items), show=len(items) > _FEW) as advance, closing(done):
        for (item, _), row in done:
            if report:
                report.add(row)
            failed += bool(row.problems())
            for problem in row.problems():
                say(f"{item.label}: {problem}")
            advance(item.label)
    for facts in service.pool.loaded().values():
        if facts.warning:
            say(facts.warning)
    return failed


def _found(items: Sequence[Item], service: CutoutService) -> Iterator[tuple[Item, Source]]:
    """Each item with its source; standard input is read here, where Ctrl-C can end the wait for it."""
    for item in items:
        yield item, item.source or sys.stdin.buffer.read(service.limits.max_bytes + 1)


def _outcome(service: CutoutService, item: Item, source: Source, recipe: Recipe, room: Room) -> Row:
    """Cut one; tells how it went, whatever happens."""
    try:
        return _cut_one(service, item, source, recipe, room)
    except CutawayError as error:
        return Row(item.label, error=error.message)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  (one odd file must not keep the others from being done)
        cause = f"{type(error).__name__}: {error}"
        problem = f"this failed in a way that nobody foresaw ({cause}). Please report it."
        return Row(item.label, error=problem)


def take_weights(service: CutoutService, recipe: Recipe) -> None:
    """Get the weights a Recipe needs, with a progress bar where any are missing.

    Of several networks, those that can't be had are left out, and said so.

    Raises:
        ModelError: none can be had, or one needs an explicit yes.
    """
    from pipelines.models.known import model_named
    from pipelines.service import choices

    models = [model_named(choice.name) for choice in choices(recipe)]
    failures = [error for model in models if (error := _missing(service, model))]
    if len(failures) == len(models):
        raise failures[0]
    for error in failures:
        say(f"{error.message} Going on without.")


def _missing(service: CutoutService, model: Model) -> CutawayError | None:
    """Get a model's weights; returns why not where they can't be had."""
    from commands.models import byte_progress

    if not model.files or service.store.find(model):
        return None
    try:
        with byte_progress(model.name) as progress:
            service.store.ensure(model, progress)
    except (WeightsUnavailable, WeightsDamaged) as error:
        return error
    return None


def _cut_one(service: CutoutService, item: Item, source: Source, recipe: Recipe, room: Room) -> Row:
    from commands.writing import write_files

    photo = service.load(source)
    with room.hold(photo.size[0] * photo.size[1]):
        cutout = service.cut(photo, recipe)
        written = write_files(item, cutout)
    return row_of(item.label, cutout, written)
