"""``python app.py cut``: cut pictures out, one by one, each reported on its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commands import DONE, SOME_FAILED, say
from commands.destinations import Item, format_of, plan
from commands.report import Report, reporting
from pipelines.errors import CutawayError, OutputError, RecipeError, WeightsDamaged, WeightsUnavailable
from pipelines.recipe import ImageBackdrop, Recipe, parse_backdrop
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.cutout import Cutout
    from pipelines.models.catalogue import Model
    from pipelines.service import CutoutService

_FEW: Final = 3
"""Up to this many files are reported line by line, without a progress bar."""


def cut(
    inputs: Annotated[list[str], typer.Argument(help="Pictures, folders, or '-' for standard input.")],
    output: Annotated[str | None, typer.Option("--output", "-o", help="A file, a folder, or '-'.")] = None,
    model: Annotated[
        str | None, typer.Option(help="auto, u2netp, modnet, ..., or your own .onnx file.")
    ] = None,
    background: Annotated[str | None, typer.Option(help="none, blur, a colour, or a picture.")] = None,
    fit: Annotated[str | None, typer.Option(help="How a picture fills: cover or contain.")] = None,
    file_format: Annotated[str | None, typer.Option("--format", help="png, webp or jpg.")] = None,
    quality: Annotated[int | None, typer.Option(min=1, max=100, help="For webp and jpg.")] = None,
    alpha_only: Annotated[bool, typer.Option("--alpha-only", help="The matte as a grey picture.")] = False,
    recipe_file: Annotated[Path | None, typer.Option("--recipe", help="A Recipe as a JSON file.")] = None,
    input_size: Annotated[int | None, typer.Option(help="Input side of your own .onnx file.")] = None,
    accept_noncommercial: Annotated[
        bool, typer.Option("--accept-noncommercial", help="Use a model that may not be used commercially.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Say how each picture went: confidence, what to look at ...")
    ] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report-file", help="The same as a .json, .jsonl or .csv file.")
    ] = None,
) -> None:
    """Cut pictures out of their background."""
    from pipelines.service import build_service

    wishes = {
        "model": model,
        "input_size": input_size,
        "noncommercial": accept_noncommercial or None,
        "background": _background(background),
        "output": {
            "format": file_format or format_of(output),
            "quality": quality,
            "alpha_only": alpha_only or None,
        },
    }
    recipe = build_recipe(recipe_file, wishes, fit)
    items = list(plan(inputs, output, recipe))
    service = build_service(load_settings(), complete=False)
    prepare(service, recipe)
    piped = any(item.target is None for item in items)
    with reporting(report_file, spoken=report, piped=piped) as told:
        failed = cut_each(service, items, recipe, told)
    raise typer.Exit(SOME_FAILED if failed else DONE)


def build_recipe(path: Path | None, wishes: Mapping[str, Any], fit: str | None = None) -> Recipe:
    """A Recipe from a file and flags; a flag that was given wins over the file.

    Raises:
        RecipeError: the file can't be read, or a value is not allowed.
    """
    base = Recipe()
    if path is not None:
        try:
            base = Recipe.read(path.read_bytes())
        except OSError as error:
            raise RecipeError(f"The recipe {path} can't be read: {error.strerror}.") from None
    fields = base.model_dump()
    if wishes.get("model") is not None:
        fields["input_size"] = None  # it belongs to the model that the file named
    output = {key: value for key, value in wishes["output"].items() if value is not None}
    fields |= {key: value for key, value in wishes.items() if value is not None}
    fields["output"] = {**base.output.model_dump(), **output}
    if fit is not None:
        if fields["background"].get("kind") != "image":
            raise RecipeError("--fit goes with a picture as the background.")
        fields["background"]["fit"] = fit
    return Recipe.read(fields)


def _background(text: str | None) -> dict[str, object] | None:
    if text is None:
        return None
    backdrop = parse_backdrop(text)
    if not isinstance(backdrop, ImageBackdrop) and Path(text).is_file():
        backdrop = ImageBackdrop(source=text)
    return backdrop.model_dump()


def prepare(service: CutoutService, recipe: Recipe) -> None:
    """Find out before the first picture what would make every picture fail.

    Raises:
        CutawayError: the background picture, the model's file or its weights can't be used.
    """
    from pipelines.assets import FileAssets
    from pipelines.cutout import picture_of
    from pipelines.service import choices

    picture_of(recipe.background, FileAssets(service.limits))
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
    """Cut each; report failures one by one. Returns how many failed."""
    from commands.progress import file_progress

    failed = 0
    with file_progress(len(items), show=len(items) > _FEW) as advance:
        for item in items:
            problem = _problem_with(service, item, recipe, report)
            if problem:
                failed += 1
                if report:
                    report.failed(item.label, problem)
                say(f"{item.label}: {problem}")
            advance(item.label)
    for facts in service.pool.loaded().values():
        if facts.warning:
            say(facts.warning)
    return failed


def _problem_with(service: CutoutService, item: Item, recipe: Recipe, report: Report | None) -> str | None:
    """Cut one; returns what went wrong, if anything did."""
    try:
        cutout = _cut_one(service, item, recipe)
        if report:
            report.done(item.label, cutout)
    except CutawayError as error:
        return error.message
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  (one odd file must not keep the others from being done)
        return (
            f"this failed in a way that nobody foresaw ({type(error).__name__}: {error}). Please report it."
        )
    return None


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


def _cut_one(service: CutoutService, item: Item, recipe: Recipe) -> Cutout:
    from pipelines.save import write_atomic

    source = item.source if item.source else sys.stdin.buffer.read(service.limits.max_bytes + 1)
    cutout = service.cut(source, recipe)
    data = cutout.encode()
    if item.target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return cutout
    try:
        item.target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {item.target.parent} can't be made: {error.strerror}.") from error
    write_atomic(item.target, data)
    return cutout
