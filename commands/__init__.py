"""The command line: one file for each command, imported only when it runs."""

from __future__ import annotations

import io
import sys

import typer

from pipelines.errors import CutawayError

DONE, SOME_FAILED, WRONG_USAGE = 0, 1, 2


def run(app: typer.Typer) -> None:
    """Run a command line; an error of ours is a sentence on stderr, never a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # so that a name that is no UTF-8 is printed as it is
        sys.stdout.reconfigure(errors="surrogateescape")
    try:
        app()
    except CutawayError as error:
        say(error.message)
        sys.exit(WRONG_USAGE if error.status < 500 else SOME_FAILED)
    except BrokenPipeError:
        sys.exit(SOME_FAILED)


def counted(number: int, what: str) -> str:
    """A number of things: ``1 file``, ``2 files``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def say(message: str) -> None:
    """One line on stderr."""
    print(f"cutaway: {message}", file=sys.stderr)
