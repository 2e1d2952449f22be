"""``python app.py cut``: cut pictures out, one by one, each reported on its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands import SOME_FAILED, WRONG_USAGE, say
from pipelines.errors import CutawayError, RecipeError, WeightsDamaged, WeightsUnavailable
from pipelines.recipe import ImageBackdrop, Recipe, parse_backdrop
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.models.catalogue import Model
    from pipelines.service import CutoutService

_FEW: Final = 3
"""Up to this many files are reported line by line, without a progress bar."""

PICTURES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"}
    | {".avif", ".heic", ".heif"}
)
"""What is taken from a folder; a file named by itself is tried whatever it is called."""

STANDARD: Final = "-"


@dataclass(frozen=True)
class Item:
    """One picture to cut, and where it goes (None: standard output)."""

    source: Path | None
    target: Path | None

    @property
    def label(self) -> str:
        """What the user calls it."""
        return str(self.source) if self.source else "standard input"


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
) -> None:
    """Cut pictures out of their background."""
    wishes = {
        "model": model,
        "input_size": input_size,
        "noncommercial": accept_noncommercial or None,
        "background": _background(background),
        "output": {"format": file_format, "quality": quality, "alpha_only": alpha_only or None},
    }
    try:
        recipe = _with_target_format(build_recipe(recipe_file, wishes, fit), output, file_format)
        items = list(plan(inputs, output, recipe))
    except CutawayError as error:
        say(error.message)
        raise typer.Exit(WRONG_USAGE) from None
    failed = _cut_all(items, recipe)
    raise typer.Exit(SOME_FAILED if failed else 0)


def build_recipe(path: Path | None, wishes: Mapping[str, object], fit: str | None = None) -> Recipe:
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
    for name, value in wishes.items():
        if isinstance(value, dict):
            fields[name].update({key: inner for key, inner in value.items() if inner is not None})
        elif value is not None:
            fields[name] = value
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


def _with_target_format(recipe: Recipe, output: str | None, wanted: str | None) -> Recipe:
    """The format that ``-o name.webp`` asks for, unless ``--format`` says it."""
    ending = Path(output).suffix.lower().lstrip(".") if output and output != STANDARD else ""
    if wanted or ending not in ("png", "webp", "jpg", "jpeg") or Path(str(output)).is_dir():
        return recipe
    return recipe.changed(output={**recipe.output.model_dump(), "format": ending})


def plan(inputs: Sequence[str], output: str | None, recipe: Recipe) -> Iterator[Item]:
    """Which picture goes where; two never go to the same place, and none over its own source.

    Args:
        inputs: files, folders (their pictures, with sub-folders), or ``-``.
        output: a file (one input only), a folder, ``-``, or None for beside-the-shell names.
        recipe: gives the format.
    Raises:
        RecipeError: the inputs and the output do not fit together.
    """
    found = list(_sources(inputs))
    into_file = output is not None and output != STANDARD and _names_a_file(output, inputs)
    if len(found) != 1 and (into_file or output == STANDARD):
        raise RecipeError(f"{len(found)} pictures can't go into one file: give a folder to -o.")
    taken: set[Path] = {source.resolve() for source, _ in found if source}
    for source, inside in found:
        if output == STANDARD or (output is None and source is None):
            yield Item(source, None)
        elif into_file:
            yield Item(source, Path(str(output)))
        else:
            target = _free(_target(source, inside, output, recipe), taken)
            taken.add(target.resolve())
            yield Item(source, target)


def _sources(inputs: Sequence[str]) -> Iterator[tuple[Path | None, Path]]:
    """Each source with its place inside the folder it was found in."""
    for text in inputs:
        path = Path(text).expanduser()
        if text == STANDARD:
            yield None, Path()
        elif path.is_dir():
            pictures = sorted(p for p in path.rglob("*") if p.suffix.lower() in PICTURES and p.is_file())
            if not pictures:
                raise RecipeError(f"There are no pictures in the folder {text}.")
            yield from ((picture, picture.parent.relative_to(path)) for picture in pictures)
        else:
            yield path, Path()


def _names_a_file(output: str, inputs: Sequence[str]) -> bool:
    path = Path(output).expanduser()
    if output.endswith("/") or path.is_dir():
        return False
    one_file = len(inputs) == 1 and not Path(inputs[0]).expanduser().is_dir()
    return bool(path.suffix) or (one_file and path.is_file())


def _target(source: Path | None, inside: Path, output: str | None, recipe: Recipe) -> Path:
    stem = source.stem if source else "cutout"
    ending = recipe.output.format
    if output is None:
        return (source.parent if source else Path()) / f"{stem}-cutout.{ending}"
    return Path(output).expanduser() / inside / f"{stem}.{ending}"


def _free(target: Path, taken: set[Path]) -> Path:
    """The target, or the same with a number where another picture of this run has that name."""
    candidate, number = target, 2
    while candidate.resolve() in taken:
        candidate = target.with_stem(f"{target.stem}-{number}")
        number += 1
    return candidate


def _cut_all(items: Sequence[Item], recipe: Recipe) -> int:
    """Cut each; report failures one by one. Returns how many failed."""
    from commands.progress import file_progress
    from pipelines.service import build_service

    service = build_service(load_settings(), complete=False)
    take_weights(service, recipe)
    failed = 0
    with file_progress(len(items), show=len(items) > _FEW) as advance:
        for item in items:
            try:
                _cut_one(service, item, recipe)
            except CutawayError as error:
                failed += 1
                say(f"{item.label}: {error.message}")
            advance(item.label)
    for facts in service.pool.loaded().values():
        if facts.warning:
            say(facts.warning)
    return failed


def take_weights(service: CutoutService, recipe: Recipe) -> None:
    """Get the weights a Recipe needs, with a progress bar where any are missing.

    Of several networks, those that can't be had are left out, and said so.

    Raises:
        ModelError: none can be had, or one needs an explicit yes.
    """
    from pipelines.models.known import model_named
    from pipelines.service import choices

    models = [model_named(choice.name) for choice in choices(recipe) if not choice.own_file]
    failures = [error for model in models if (error := _missing(service, model))]
    if failures and len(failures) == len(models):
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


def _cut_one(service: CutoutService, item: Item, recipe: Recipe) -> None:
    from pipelines.save import write_atomic

    source = item.source if item.source else sys.stdin.buffer.read(service.limits.max_bytes + 1)
    data = service.cut(source, recipe).encode()
    if item.target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    item.target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(item.target, data)
