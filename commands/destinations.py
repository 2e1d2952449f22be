"""Which picture goes where: no two to the same place, and none over a picture that is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.errors import RecipeError
from pipelines.recipe import ImageBackdrop, Recipe

PICTURES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"}
    | {".avif", ".heic", ".heif"}
)
"""What is taken from a folder; a file named by itself is tried whatever it is called."""

WRITTEN: Final = ("png", "webp", "jpg", "jpeg")
"""Endings of an output file that say its format."""

STANDARD: Final = "-"
"""Stands for standard input or output."""


@dataclass(frozen=True)
class Item:
    """One picture to cut, and where it goes (None: standard output)."""

    source: Path | None
    target: Path | None

    @property
    def label(self) -> str:
        """What the user calls it."""
        return str(self.source) if self.source else "standard input"


def format_of(output: str | None) -> str | None:
    """The format that a file name given to ``-o`` asks for, None where it asks for none.

    Raises:
        RecipeError: it asks for a picture format that is not written here.
    """
    if output is None or output == STANDARD or output.endswith("/") or Path(output).expanduser().is_dir():
        return None
    ending = Path(output).suffix.lower()
    if ending.lstrip(".") in WRITTEN:
        return ending.lstrip(".")
    if ending in PICTURES:
        raise RecipeError(f"{ending} files are not written here. Name a .png, .webp or .jpg file.")
    return None


def plan(inputs: Sequence[str], output: str | None, recipe: Recipe) -> Iterator[Item]:
    """Which picture goes where.

    Args:
        inputs: files, folders (their pictures, with sub-folders), or ``-``.
        output: a file (one input only), a folder, ``-``, or None for names beside the inputs.
        recipe: gives the format.
    Raises:
        RecipeError: the inputs and the output do not fit together.
    """
    into_file = output is not None and output != STANDARD and _names_a_file(output, inputs)
    results = Path(output).expanduser().resolve() if output and output != STANDARD else None
    found = list(_sources(inputs, results))
    if len(found) != 1 and (into_file or output == STANDARD):
        raise RecipeError(f"{len(found)} pictures can't go into one file: give a folder to -o.")
    read = {source.resolve() for source, _ in found if source}
    if isinstance(recipe.background, ImageBackdrop):
        read.add(Path(recipe.background.source).expanduser().resolve())
    if into_file and results in read:
        raise RecipeError(f"{output} would be written over the picture it is made from. Give another name.")
    taken = read
    for source, inside in found:
        if output == STANDARD or (output is None and source is None):
            yield Item(source, None)
        elif into_file:
            yield Item(source, Path(str(output)).expanduser())
        else:
            target = _free(_target(source, inside, output, recipe), taken)
            taken.add(target.resolve())
            yield Item(source, target)


def _sources(inputs: Sequence[str], results: Path | None) -> Iterator[tuple[Path | None, Path]]:
    """Each source with its place inside the folder it was found in; earlier results are no sources."""
    for text in inputs:
        path = Path(text).expanduser()
        if text == STANDARD:
            yield None, Path()
        elif path.is_dir():
            pictures = list(_pictures(path, results))
            if not pictures:
                raise RecipeError(f"There are no pictures in the folder {text}.")
            yield from ((picture, picture.parent.relative_to(path)) for picture in pictures)
        else:
            yield path, Path()


def _pictures(folder: Path, results: Path | None) -> Iterator[Path]:
    inner = results if results and folder.resolve() in results.parents else None
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURES and path.is_file() and inner not in path.resolve().parents:
            yield path


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
    """The target, or the same with a number where that place is taken."""
    candidate, number = target, 2
    while candidate.resolve() in taken:
        candidate = target.with_stem(f"{target.stem}-{number}")
        number += 1
    return candidate
