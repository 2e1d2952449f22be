"""``python app.py``: get the standard weights, open the studio."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands import say
from pipelines.errors import CutawayError, InputError
from pipelines.settings import Settings, load_settings
from server.logs import set_up

if TYPE_CHECKING:
    from fastapi import FastAPI

_HUGGING_FACE: Final = "https://huggingface.co"

_KEEP_ALIVE_SECONDS: Final = 20

# Gradio reads these from the environment; each would switch on what nobody asked for here.
_UNWANTED: Final = (
    "GRADIO_SHARE",
    "GRADIO_VIBE_MODE",
    "GRADIO_MCP_SERVER",
    "GRADIO_ALLOWED_PATHS",
    "GRADIO_RUN_HISTORY",
    "GRADIO_ROOT_PATH",
)


def serve(host: str | None, port: int | None, share: bool) -> None:
    """Open the studio and serve until it is stopped.

    Args:
        host: address to listen on; None takes the setting.
        port: port to listen on, 0 for a free one; None takes the setting.
        share: also open a public link through Gradio's tunnel.
    Raises:
        InputError: the address is in use or not ours.
    """
    settings = load_settings()
    set_up(settings.log_format, settings.log_level)
    on_space = "SPACE_ID" in os.environ
    host = host or ("0.0.0.0" if on_space else settings.host)  # noqa: S104  (a Space is a container of its own)
    listener = listen(host, settings.port if port is None else port)
    problems = fetch_standard(settings)
    app = build_app(settings, problems, on_space=on_space)
    bound = listener.getsockname()[1]
    if share:
        _share(bound)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    shown = f"[{shown}]" if ":" in shown else shown
    print(f"Cutaway is open at http://{shown}:{bound}  (Ctrl+C stops it)", flush=True)
    run_server(app, settings, listener)


def run_server(app: FastAPI, settings: Settings, listener: socket.socket) -> None:
    """Serve until a signal comes."""
    import uvicorn

    from server.connections import guarded
    from server.lifetime import Server

    config = uvicorn.Config(
        app,
        http=guarded(settings.client_seconds, settings.connections),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    clean_up = app.state.bench.shelf.close
    Server(config, app.state.lifetime, settings.grace_seconds, clean_up).run(sockets=[listener])


def build_app(settings: Settings, problems: list[str], *, on_space: bool = False) -> FastAPI:
    """The web application with everything behind it, from settings.

    Args:
        settings: limits, devices, folders.
        problems: why weights could not be fetched, to show on the page.
        on_space: whether the page is shown inside Hugging Face's.
    """
    from pipelines.service import build_service
    from pipelines.shelf import Shelf
    from pipelines.workbench import Workbench

    bench = Workbench(build_service(settings, complete=False), Shelf(settings.keep_minutes * 60))
    _prepare_gradio(bench.shelf.root / "gradio")
    from components import share_page
    from components.i18n import LANGUAGES, speaking
    from components.studio import build_studio
    from components.theme import CSS_FILES, build_theme
    from server.application import create_app, mount_page
    from server.languages import Languages

    def build(code: str) -> FastAPI:
        return mount_page(build_studio(bench, problems), build_theme(), CSS_FILES, code)

    ancestors = ("'self'", _HUGGING_FACE) if on_space else ("'self'",)
    return create_app(bench, Languages(list(LANGUAGES), build, speaking), share_page, ancestors)


def _prepare_gradio(folder: Path) -> None:
    """Give Gradio a private folder, and nothing else from the environment."""
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    for name in _UNWANTED:
        os.environ.pop(name, None)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        InputError: the address is in use or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # from now on the port is ours, and who comes early waits
    except OSError as error:
        listener.close()
        raise InputError(
            f"Can't listen on {host}:{port}: {error.strerror}. "
            "Choose another with --port, or stop what uses it."
        ) from None
    return listener


def fetch_standard(settings: Settings) -> list[str]:
    """Get the standard weights that are not here yet, with a progress bar.

    Returns:
        A sentence for each file that could not be had; the studio starts with the others.
    """
    from commands.models import byte_progress
    from pipelines.models.known import STANDARD, model_named
    from pipelines.models.weights import open_store

    store = open_store(settings)
    missing = [model_named(name) for name in STANDARD if store.find(model_named(name)) is None]
    problems: list[str] = []
    if not missing:
        return problems
    for model in missing:
        try:
            with byte_progress(model.name) as progress:
                store.ensure(model, progress)
        except CutawayError as error:
            problems.append(error.message)
    for problem in problems:
        say(problem)
    return problems


def _share(port: int) -> None:
    """Open Gradio's tunnel in the background and print the link."""
    import secrets

    from gradio.networking import setup_tunnel

    def open_tunnel() -> None:
        try:
            link = setup_tunnel("127.0.0.1", port, secrets.token_urlsafe(32), None, None)
            print(f"Public link, for as long as this runs: {link}", flush=True)
        except Exception as error:  # noqa: BLE001  (a download, a process and a remote service; any may fail)
            print(f"cutaway: the public link could not be opened ({error}).", file=sys.stderr)

    threading.Thread(target=open_tunnel, daemon=True).start()
