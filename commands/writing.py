"""Writes a cutout's files where they go."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commands.destinations import Item
from commands.report import Written
from pipelines.errors import CutawayError, OutputError

if TYPE_CHECKING:
    from pipelines.cutout import Cutout
    from pipelines.export.versions import Version


def write_files(item: Item, cutout: Cutout) -> Written:
    """Write the files of a cutout, each as soon as it is made.

    Args:
        item: says where they go. One place for several formats takes them as a ZIP.
        cutout: with the Recipe for what is made of it.
    Returns:
        What is to be told of them.
    Raises:
        OutputError: a file can't be made or written.
    """
    if cutout.recipe.also_presets:
        return _write_versions(item, cutout)
    from pipelines.export.bundle import made_facts
    from pipelines.export.remarks import remark
    from pipelines.rules.checking import broken_rules

    output = cutout.recipe.output
    targets = item.files(made_facts(cutout), output)
    if len(targets) != len(output.formats()):
        data = cutout.encode()
        _put(targets[0] if targets else None, data)
        return Written(broken=() if output.several else broken_rules(cutout, data))
    remarks = []
    broken: tuple[str, ...] = ()
    for number, (target, export) in enumerate(zip(targets, cutout.exports(), strict=True)):
        if number == 0:
            broken = broken_rules(cutout, export.data)
        _put(target, export.data)
        remarks.append(remark(target.name, export))
    return Written(tuple(line for line in remarks if line), broken)


def _write_versions(item: Item, cutout: Cutout) -> Written:
    """Write a version for each preset; one that can't be made does not keep the others back."""
    from pipelines.export.versions import delivered, each

    if not item.versions:
        file, made = delivered(cutout)
        _put(item.target, file.data)
        return Written(broken=tuple(line for version in made for line in _problems(version)))
    remarks: list[str] = []
    broken: list[str] = []
    failures: list[CutawayError] = []
    for place, one in zip(item.versions, each(cutout), strict=True):
        try:
            written = write_files(place, one)
        except CutawayError as error:
            failures.append(error)
            written = Written(broken=(f"not made. {error.message}",))
        remarks += written.remarks
        broken += (f"{one.recipe.preset}: {line}" for line in written.broken)
    if len(failures) == len(item.versions):
        raise failures[0]
    return Written(tuple(remarks), tuple(broken))


def _problems(version: Version) -> tuple[str, ...]:
    """What of a version must be told at once."""
    from pipelines.rules.words import sentence

    if version.error is not None:
        return (f"{version.preset}: not made. {version.error.message}",)
    found = version.report.of("fail") if version.report else ()
    return tuple(f"{version.preset}: {sentence(finding)}" for finding in found)


def _put(target: Path | None, data: bytes) -> None:
    from pipelines.save import write_atomic

    if target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {target.parent} can't be made: {error.strerror}.") from error
    write_atomic(target, data)
