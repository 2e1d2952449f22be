"""``python app.py password``: the password of the page."""

from __future__ import annotations

import secrets
import sys
from typing import Annotated, Final

import typer

from commands import say
from pipelines.access.password import Password
from pipelines.errors import InputError
from pipelines.settings import load_settings

_RANDOM_BYTES: Final = 18


def password(
    generate: Annotated[bool, typer.Option("--generate", help="Make one at random and print it.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Have none, and end every visit.")] = False,
) -> None:
    """Set the password of the page, typed or from standard input; every visit so far ends."""
    if generate and remove:
        raise InputError("Give --generate or --remove, not both.")
    kept = Password(load_settings().config)
    if remove:
        kept.remove()
        print("The page has no password.")
        return
    chosen = secrets.token_urlsafe(_RANDOM_BYTES) if generate else _typed()
    kept.choose(chosen)
    if generate:
        print(chosen)
        say("this is the password of the page, shown this once. It holds at once, in a running server, too.")
    else:
        print("The password is set. It holds at once, in a running server, too.")


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise InputError("These were two different passwords. Nothing was changed.")
    return first
