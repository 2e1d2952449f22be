"""``python app.py audit``: photos, what a batch remembers, and its results, held against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands import DONE, SOME_FAILED, counted
from commands.cluster import need_ray, places_of
from pipelines.errors import InputError

if TYPE_CHECKING:
    from pipelines.batch.audit import Audit, Record
    from pipelines.batch.places import Files, Folders

_SHOWN: Final = 20
"""Findings of a kind that are told by name."""


def audit(
    source: Annotated[str, typer.Argument(metavar="IN", help="The folder of the photos, or its address.")],
    target: Annotated[str, typer.Argument(metavar="OUT", help="The folder of the results, or its address.")],
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Remove results that belong to no photo, and unfinished files.")
    ] = False,
    redo: Annotated[
        bool,
        typer.Option(
            "--redo", help="Have lost and wrong results made again by the next `batch` of this kind."
        ),
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Believe results of the right size, instead of reading them.")
    ] = False,
) -> None:
    """Hold photos, memory and results of a batch against each other; ends with 1 where they differ."""
    from pipelines.batch.audit import SWEPT, audited, to_redo
    from pipelines.batch.audit import sweep as swept

    with _memory_of(source, target, changed=sweep or redo) as memory:
        found = audited(memory.photos, memory.records, memory.files, quick=quick, made=memory.made)
        _tell(found)
        if sweep:
            print(f"Removed: {counted(swept(memory.files, found), 'file')}.")
        if redo and (photos := to_redo(found)):
            memory.forget(photos)
            again = counted(len(photos), "photo")
            print(f"To be done again: {again}. Give the batch's own command once more.")
    left = [finding for finding in found.findings if not (sweep and finding.kind in SWEPT)]
    raise typer.Exit(SOME_FAILED if left else DONE)


@dataclass(frozen=True)
class _Memory:
    """What there is, and what is remembered.

    Attributes:
        photos: with their stamps, by path.
        records: what is remembered of them.
        files: the results.
        forget: called with photos that are to be done again.
        made: see :func:`pipelines.batch.audit.audited`.
    """

    photos: dict[str, str]
    records: list[Record]
    files: Files
    forget: Callable[[list[str]], None]
    made: Set[str] | None = None


@contextmanager
def _memory_of(source: str, target: str, *, changed: bool) -> Iterator[_Memory]:
    """What there is, and what is remembered.

    Args:
        source: of the photos.
        target: of the results.
        changed: whether something will be removed or made again: then no run goes on meanwhile.
    Raises:
        InputError: nothing is remembered there.
        ResultsInUse: a run goes on.
    """
    from pipelines.batch.engine import only_run
    from pipelines.batch.places import Folders, is_url

    if not is_url(source) and not is_url(target):
        folders = Folders(Path(source).expanduser().resolve(), Path(target).expanduser().resolve())
        if not folders.source.is_dir():
            raise InputError(f"{source} is not a folder.")
        if folders.ledger.exists():
            with only_run(folders) if changed else nullcontext():
                yield _of_ledger(folders)
            return
        if not (folders.own / "photos.parquet").exists():
            raise InputError(f"Nothing is remembered of a batch in {target}.")
    need_ray()
    yield _of_manifest(source, target)


def _of_ledger(folders: Folders) -> _Memory:
    from pipelines.batch.audit import records_of
    from pipelines.batch.engine import scan
    from pipelines.batch.ledger import Ledger
    from pipelines.batch.places import FolderFiles

    def forget(photos: list[str]) -> None:
        with Ledger(folders.ledger) as ledger:
            ledger.queue_again(photos)

    with Ledger(folders.ledger) as ledger:
        records, made = records_of(ledger.items(), ledger.stamps()), ledger.places_made()
    return _Memory(scan(folders), records, FolderFiles(folders.target), forget, made)


def _of_manifest(source: str, target: str) -> _Memory:
    from pipelines.cluster.arrow_files import opened
    from pipelines.cluster.manifest import Manifest, records_of
    from pipelines.cluster.roll import Roll, inner_of, pictures_of

    photos, results = places_of(source, target)
    files = opened(results)
    roll = Roll.read(files)
    if roll is None:
        raise InputError(f"Nothing is remembered of a batch in {target}.")
    manifest = Manifest(files)
    records = records_of(roll, manifest)
    return _Memory(pictures_of(opened(photos), inner_of(photos, results)), records, files, manifest.forget)


def _tell(found: Audit) -> None:
    from pipelines.batch.audit import KINDS_OF_FINDINGS

    photos, results = counted(found.photos, "photo"), counted(found.files, "result")
    print(f"{photos}: {found.done} done, {found.failed} failed; {results}.")
    for kind, title in KINDS_OF_FINDINGS.items():
        paths = [finding.path for finding in found.findings if finding.kind == kind]
        if paths:
            print(f"{title[0].upper()}{title[1:]}: {len(paths)}")
            for path in paths[:_SHOWN]:
                print(f"  {path}")
            if len(paths) > _SHOWN:
                print(f"  and {len(paths) - _SHOWN} more")
    if not found.findings:
        print("All is as it should be.")
