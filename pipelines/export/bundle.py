"""Names of the files of a cutout, and several files as one."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from pipelines import naming
from pipelines.export.kinds import KINDS
from pipelines.products import Shown, shown_by
from pipelines.recipe import Output

if TYPE_CHECKING:
    from pipelines.cutout import Cutout
    from pipelines.export.results import Export, Facts

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Of all files in a ZIP, so that the same cutout gives the same ZIP."""


@dataclass(frozen=True, eq=False)
class Packed:
    """What a visitor is given: one file, whatever was asked for.

    Attributes:
        name: the file's name.
        media_type: its MIME type.
        data: its bytes.
        facts: what was done to make it, or each of several in it.
        first: the bytes of the first of them; of a single file, its own.
    """

    name: str
    media_type: str
    data: bytes
    facts: tuple[Facts, ...]
    first: bytes


def packed(cutout: Cutout, output: Output) -> Packed:
    """The file of a cutout; several as one ZIP.

    Args:
        cutout: with the Recipe for what is made of it.
        output: which files.
    Raises:
        OutputError: see :func:`pipelines.export.results.exported`.
    """
    if not output.several:
        ((name, only),) = written(cutout, output)
        return Packed(name, KINDS[only.format].media_type, only.data, (only.facts,), only.data)
    facts: list[Facts] = []
    first = b""

    def files() -> Iterator[tuple[str, bytes]]:
        for name, export in written(cutout, output):
            nonlocal first
            first = first or export.data
            facts.append(export.facts)
            yield name, export.data

    data = zipped(files())
    name = f"{stem_of(cutout, output)}.zip"
    return Packed(name, KINDS["zip"].media_type, data, tuple(facts), first)


def written(cutout: Cutout, output: Output) -> Iterator[tuple[str, Export]]:
    """The files of a cutout, each with its name; see :func:`packed`."""
    from pipelines.export.results import exported

    return zip(names(stem_of(cutout, output), output), exported(cutout, output), strict=True)


def stem_of(cutout: Cutout, output: Output, number: int = 1, today: date | None = None) -> str:
    """The name that a cutout's files have, without an ending: the pattern with everything put in.

    Args:
        cutout: gives the photo's name, the model and the size.
        output: gives the pattern.
        number: which of several photos it is, from 1.
        today: the date; None is today's.
    """
    stem = cutout.photo.name or "cutout"
    facts = {
        **made_facts(cutout),
        **product_facts(shown_by(stem)),
        "stem": stem,
        "preset": cutout.recipe.preset,
        "n": number,
        "date": (today or date.today()).isoformat(),
    }
    return naming.safe(naming.filled(output.name, facts))


def product_facts(shown: Shown, shot: int = 1) -> dict[str, object]:
    """What a name can tell of the product that a photo shows.

    Args:
        shown: the product.
        shot: which of its photos this is, from 1.
    """
    return {"sku": shown.sku, "view": shown.view or None, "shot": shot}


def made_facts(cutout: Cutout) -> dict[str, object]:
    """What a name can tell of a picture only when it is made: see :data:`pipelines.naming.LATE`."""
    width, height = cutout.placement().canvas
    return {"model": PurePath(cutout.recipe.model).stem, "width": width, "height": height}


def names(stem: str, output: Output) -> list[str]:
    """The names of the files of one cutout: no two of them are the same.

    Args:
        stem: what all begin with.
        output: which files.
    """
    formats = output.formats()
    eight = "-8bit" if {"png", "png8"} <= {*formats} else ""
    return [f"{stem}{eight if name == 'png8' else ''}.{KINDS[name].ending}" for name in formats]


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files as a ZIP, stored as they are: they are compressed already.

    Args:
        files: names and contents.
    """
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return stream.getvalue()
