"""``python app.py export``: hand over what a batch made, all of it or what was accepted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands import DONE, SOME_FAILED, counted, say
from commands.progress import file_progress
from pipelines.errors import InputError

if TYPE_CHECKING:
    from pipelines.batch.delivery import Choice, Delivered, FolderSink
    from pipelines.batch.items import Item
    from pipelines.batch.places import Folders

_FEW: Final = 20
"""Up to this many files are copied without a progress bar."""


def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of the results of a batch.")],
    dest: Annotated[
        Path | None, typer.Argument(metavar="DEST", help="The folder that they are copied into.")
    ] = None,
    accepted: Annotated[
        bool, typer.Option("--accepted", help="Only what was accepted; else all that was not excluded.")
    ] = False,
    archive: Annotated[Path | None, typer.Option("--zip", help="A ZIP file, in place of a folder.")] = None,
    link: Annotated[
        bool, typer.Option("--link", help="Hard links where the disk can, which take no room.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put results in place of other files of their names.")
    ] = False,
) -> None:
    """Copy the results of a batch, each file checked against what it was when it was made."""
    from pipelines.batch.delivery import Choice, deliver, zip_sink

    if (dest is None) == (archive is None):
        raise InputError("Say where the results go: a folder, or a ZIP file with --zip.")
    folders = folders_of(out)
    choice = Choice.of(items_of(folders), accepted=accepted)
    files = choice.files()
    with (
        zip_sink(archive.expanduser())
        if archive
        else _into(folders, dest, link=link, replace=replace) as sink,
        file_progress(len(files), show=len(files) > _FEW) as advance,
    ):
        told = deliver(files, folders, sink, advance)
    _tell(choice, told, archive or dest)
    raise typer.Exit(SOME_FAILED if told.problems else DONE)


def folders_of(out: Path) -> Folders:
    """The folders of a batch that was made; that of its photos is the one it was last run with.

    Raises:
        InputError: there is none.
    """
    from pipelines.batch.places import Folders

    out = out.expanduser().resolve()
    folders = Folders(out, out)
    if (folders.own / "photos.parquet").exists():
        raise InputError(
            "These results were made with --engine ray; review and export are for batches of one machine. "
            "The report of that batch tells what to look at, and its results can be copied as they are."
        )
    if not folders.ledger.is_file():
        raise InputError(f"There is no batch in {out}. `python app.py batch IN OUT` makes one.")
    return folders


def items_of(folders: Folders) -> list[Item]:
    """The photos of a batch."""
    from pipelines.batch.ledger import Ledger

    with Ledger(folders.ledger) as ledger:
        return ledger.items()


@contextmanager
def _into(folders: Folders, dest: Path | None, *, link: bool, replace: bool) -> Iterator[FolderSink]:
    """A folder that takes files.

    Raises:
        InputError: it is the batch's own, or can't be made.
    """
    from pipelines.batch.delivery import FolderSink

    folder = (dest or Path()).expanduser().resolve()
    if folder == folders.target or folders.target in folder.parents:
        raise InputError("The results lie there already. Name a folder outside of it.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} can't be made: {error.strerror}.") from None
    yield FolderSink(folder, link=link, replace=replace)


def _tell(choice: Choice, told: Delivered, where: Path | None) -> None:
    """Say what was handed over, and what was not."""
    for problem in told.problems:
        say(problem)
    there = f", {told.there} of them from before" if told.there else ""
    files = told.copied + told.there
    of_what = f"{counted(files, 'file')} of {counted(len(choice.photos), 'photo')}"
    say(f"{of_what} {'is' if files == 1 else 'are'} in {where}{there}.")
    left = {
        "not accepted": choice.undecided,
        "excluded": choice.excluded,
        "failed": choice.failed,
        "not made yet": choice.unfinished,
    }
    parts = [f"{count} {why}" for why, count in left.items() if count]
    if parts:
        say(f"Left out: {', '.join(parts)}.")
    if told.problems:
        say(f"Not handed over: {counted(len(told.problems), 'file')}.")
    if told.spoilt:
        say(
            "`python app.py audit IN OUT --redo`, and then the batch's own command, make again "
            "what is gone or was changed."
        )
