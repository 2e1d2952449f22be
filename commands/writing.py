"""Writes a cutout's files where they go."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commands.destinations import Item
from commands.report import Written, broken_rules
from pipelines.errors import OutputError

if TYPE_CHECKING:
    from pipelines.cutout import Cutout


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
    from pipelines.export.bundle import made_facts
    from pipelines.export.remarks import remark

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
