"""Which picture goes where: no two to the same place, and none over a picture that is read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from commands.tables import Facts
from pipelines import naming
from pipelines.errors import RecipeError
from pipelines.folders import PICTURES, pictures
from pipelines.presets import versions
from pipelines.recipe import ImageBackdrop, Output, Recipe

WRITTEN: Final = ("png", "webp", "avif", "jpg", "jpeg", "tif", "tiff", "psd", "svg", "zip")
"""Endings of an output file that say its format."""

STANDARD: Final = "-"
"""Stands for standard input or output."""

_PLAIN: Final = Output().name


class Places:
    """Which places are taken: by what is read, and by what is written.

    Args:
        taken: places that must not be written to.
    """

    def __init__(self, taken: Iterable[Path]) -> None:
        self._taken = {path.resolve() for path in taken}
        self._guard = threading.Lock()

    def take(self, folder: Path, name: str, output: Output) -> tuple[Path, ...]:
        """Places for the files of one picture, with a number where one of them is taken.

        Args:
            folder: where they go.
            name: without an ending.
            output: says which files.
        """
        from pipelines.export.bundle import names

        with self._guard:
            number = 1
            while True:
                stem = name if number == 1 else f"{name}-{number}"
                files = tuple(folder / one for one in names(stem, output))
                if not self._taken & {path.resolve() for path in files}:
                    self._taken |= {path.resolve() for path in files}
                    return files
                number += 1


@dataclass(frozen=True)
class Item:
    """One picture to cut, and where its files go.

    Attributes:
        source: the picture; None is standard input.
        target: where its file goes, or the first of them; None is standard output.
        also: where the others go.
        number: which of the pictures it is, from 1.
        places: the name holds what is known only when the picture is made; the place is taken then.
        versions: where the files of each of several presets go, in their order; none for one ZIP of all.
    """

    source: Path | None
    target: Path | None
    also: tuple[Path, ...] = ()
    number: int = 1
    places: Places | None = None
    versions: tuple[Item, ...] = ()

    @property
    def label(self) -> str:
        """What the user calls it."""
        return str(self.source) if self.source else "standard input"

    def files(self, facts: Mapping[str, object], output: Output) -> tuple[Path, ...]:
        """Where its files go, when all is known that names may hold; none for standard output.

        Args:
            facts: by name, see :data:`pipelines.naming.LATE`.
            output: says which files.
        """
        if self.target is None:
            return ()
        if self.places is None:
            return self.target, *self.also
        name = naming.safe(naming.filled(self.target.name, facts))
        return self.places.take(self.target.parent, name, output)


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
        known = ", ".join(f".{name}" for name in WRITTEN[:-1])
        raise RecipeError(f"{ending} files are not written here. Name a {known} or .{WRITTEN[-1]} file.")
    return None


def plan(
    inputs: Sequence[str], output: str | None, recipe: Recipe, facts: Facts | None = None
) -> Iterator[Item]:
    """Which picture goes where.

    Args:
        inputs: files, folders (their pictures, with sub-folders), or ``-``.
        output: a file (one input only), a folder, ``-``, or None for names beside the inputs.
        recipe: gives the format.
        facts: what names may hold of the photos.
    Raises:
        RecipeError: the inputs and the output do not fit together, or a name can't be filled.
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
    wanted = versions(recipe)
    several = recipe.output.several or len(wanted) > 1
    if into_file and several and results and results.suffix.lower() != ".zip":
        raise RecipeError(
            "Several formats or presets can't go into one file: name a .zip file, or a folder with -o out/."
        )
    places = Places(read)
    facts = facts or Facts()
    if not into_file and output != STANDARD:
        facts.check(wanted, [_path(source, inside) for source, inside in found])
    for number, (source, inside) in enumerate(found, start=1):
        if output == STANDARD or (output is None and source is None):
            yield Item(source, None, number=number)
        elif into_file:
            yield Item(source, Path(str(output)).expanduser(), number=number)
        else:
            known = facts.of(_path(source, inside), number)
            items = [
                _item(source, *_target(source, inside, output, one, known), one.output, places)
                for one in wanted
            ]
            yield replace(items[0], number=number, versions=tuple(items) if len(items) > 1 else ())


def _item(source: Path | None, folder: Path, name: str, output: Output, places: Places) -> Item:
    """Where the files of one picture go, as far as it is known."""
    if naming.asks_for(name, *naming.LATE):
        return Item(source, folder / name, places=places)
    first, *also = places.take(folder, name, output)
    return Item(source, first, tuple(also))


def _sources(inputs: Sequence[str], results: Path | None) -> Iterator[tuple[Path | None, Path]]:
    """Each source with its place inside the folder it was found in; earlier results are no sources."""
    for text in inputs:
        path = Path(text).expanduser()
        if text == STANDARD:
            yield None, Path()
        elif path.is_dir():
            found = list(pictures(path, results))
            if not found:
                raise RecipeError(f"There are no pictures in the folder {text}.")
            yield from ((picture, picture.parent.relative_to(path)) for picture in found)
        else:
            yield path, Path()


def _names_a_file(output: str, inputs: Sequence[str]) -> bool:
    path = Path(output).expanduser()
    if output.endswith("/") or path.is_dir():
        return False
    one_file = len(inputs) == 1 and not Path(inputs[0]).expanduser().is_dir()
    return bool(path.suffix) or (one_file and path.is_file())


def _path(source: Path | None, inside: Path) -> PurePosixPath:
    """A picture's path below the folder that was given."""
    return PurePosixPath((inside / (source.name if source else "cutout")).as_posix())


def _target(
    source: Path | None, inside: Path, output: str | None, recipe: Recipe, known: Mapping[str, object]
) -> tuple[Path, str]:
    """The folder of a picture's files, and their name as far as it is known before the picture is cut."""
    pattern = recipe.output.name
    if pattern == _PLAIN:
        name = str(known["stem"]) if output else f"{known['stem']}-cutout"
    else:
        name = naming.filled(pattern, {**known, "preset": recipe.preset})
        name = name if naming.asks_for(name, *naming.LATE) else naming.safe(name)
    if output is None:
        return (source.parent if source else Path()), name
    return Path(output).expanduser() / inside, name
