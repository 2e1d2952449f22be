"""``python app.py review``: look through a batch that the command line made, in the browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated, Final

import typer

from pipelines.settings import load_settings

_HOST: Final = "127.0.0.1"


def review(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of the results of a batch.")],
    photos: Annotated[
        Path | None, typer.Option(help="The folder of its photos, where they are not where they were.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 0,
) -> None:
    """Look through a batch in the browser: accept, exclude, redo, touch up; `export` hands it over."""
    from commands.export import folders_of
    from commands.serve import build_app, listen, run_server
    from pipelines.access.doors import Doors, Reach
    from pipelines.batch.adopting import adopt
    from server.api.jobs.owners import HERE
    from server.logs import set_up

    settings = load_settings()
    set_up(settings.log_format, "warning")
    folders = folders_of(out)
    root = folders.own / "review"
    job = adopt(folders.target, root, HERE, photos.expanduser().resolve() if photos else None)
    settings = settings.model_copy(update={"jobs": root, "open": False})
    listener = listen(_HOST, port)
    app = build_app(settings, [], Doors(settings, Reach(_HOST)))
    address = f"http://{_HOST}:{listener.getsockname()[1]}{settings.root_path}/batch#{job.id}"
    print(f"The batch is open at {address}  (Ctrl+C stops it)", flush=True)
    _show(address)
    run_server(app, settings, listener)


def _show(address: str) -> None:
    """Open a browser's window, where there is a screen for one."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)
