"""``python app.py keys``: make keys for the API, list them, revoke them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from commands import say
from pipelines.access.keys import Key, Keys
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from rich.table import Table

keys_app = typer.Typer(help="Make keys for the API, list them, revoke them.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@keys_app.callback(invoke_without_command=True)
def keys(context: typer.Context) -> None:
    """List the keys (when no command is given)."""
    if context.invoked_subcommand is None:
        list_command()


@keys_app.command("add")
def add_command(
    name: Annotated[str, typer.Argument(help="What to call it, e.g. after the program that uses it.")],
    limit: Annotated[
        int | None,
        typer.Option(min=0, max=1_000_000, help="Megapixels a minute; 0 for no limit, else the server's."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once."""
    key, secret = _open().add(name, limit)
    if as_json:
        print(json.dumps({**key.told(), "key": secret}))
        return
    print(secret)
    say(f"this is the key {name!r}, shown this once: keep it. It holds at once, in a running server, too.")
    say("send it in the header X-Api-Key, or as Authorization: Bearer KEY.")


@keys_app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """Every key: name, when it was made and last used, its limit, whether it is in force."""
    made = _open().all()
    if as_json:
        print(json.dumps([key.told() for key in made]))
        return
    if not made:
        print("There is no key yet. `python app.py keys add NAME` makes one.")
        return
    from rich.console import Console

    console = Console()
    if not console.is_terminal:  # a pipe has no width to fit into
        console = Console(width=160)
    console.print(table_of(made))


@keys_app.command("revoke")
def revoke_command(
    which: Annotated[str, typer.Argument(help="Its name, or its id.", metavar="NAME")],
    as_json: AsJson = False,
) -> None:
    """Put a key out of force, from the next request on."""
    key = _open().revoke(which)
    print(json.dumps(key.told()) if as_json else f"The key {key.name!r} ({key.id}) is revoked.")


def table_of(keys: Sequence[Key]) -> Table:
    """The keys as a table; it fits 80 columns."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold underline")
    for heading in ("name", "id", "created", "last used", "limit", "state"):
        table.add_column(
            heading, no_wrap=heading != "name", justify="right" if heading == "limit" else "left"
        )
    for key in keys:
        limit = "" if key.limit is None else f"{key.limit or 'none'}"
        state = "in force" if key.revoked is None else f"revoked {_day(key.revoked)}"
        used = "never" if key.used is None else _minute(key.used)
        table.add_row(key.name, key.id, _day(key.created), used, limit, state)
    return table


def _open() -> Keys:
    return Keys(load_settings().config)


def _day(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _minute(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
