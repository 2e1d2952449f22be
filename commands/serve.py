"""``python app.py``: get the standard weights, open the studio."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commands import say
from pipelines.access.doors import Doors, Reach
from pipelines.errors import CutawayError, InputError
from pipelines.sandbox import decided
from pipelines.settings import Settings, load_settings
from server.logs import set_up

if TYPE_CHECKING:
    from fastapi import FastAPI

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


def serve(host: str | None, port: int | None, share: bool, let_all_in: bool, mcp: bool = False) -> None:
    """Open the studio and serve until it is stopped.

    Args:
        host: address to listen on; None takes the setting.
        port: port to listen on, 0 for a free one; None takes the setting.
        share: also open a public link through Gradio's tunnel.
        let_all_in: demand neither keys nor a login.
        mcp: also offer the cutout as a tool to AI agents.
    Raises:
        InputError: the address is in use or not ours, or nothing says who may use what others can reach.
    """
    settings = load_settings()
    set_up(settings.log_format, settings.log_level)
    settings = settings.model_copy(update={"mcp": settings.mcp or mcp})
    on_space = "SPACE_ID" in os.environ
    host = host or ("0.0.0.0" if on_space else settings.host)  # noqa: S104  (a Space is a container of its own)
    doors = Doors(settings, Reach(host, share, on_space, let_all_in or settings.open))
    doors.check()
    listener = listen(host, settings.port if port is None else port)
    settings = _with_sandbox(settings, doors.exposed)
    problems = fetch_standard(settings)
    app = build_app(settings, problems, doors)
    bound = listener.getsockname()[1]
    if share:
        _share(bound)
    _announce(doors, bound)
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
        proxy_headers=False,  # it would believe everybody on this machine; see server.proxies
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    clean_up = app.state.bench.shelf.close
    Server(config, app.state.lifetime, settings.grace_seconds, clean_up).run(sockets=[listener])


def _with_sandbox(settings: Settings, exposed: bool) -> Settings:
    """Settings that say whether files are decoded in a sandbox; see :func:`pipelines.sandbox.decided`."""
    settings = decided(settings, exposed)
    if exposed and settings.sandbox == "off":
        say("Files are decoded without a sandbox, and others can send them (docs/safety.md).")
    return settings


def _announce(doors: Doors, port: int) -> None:
    """Say where the server is and who may use it."""
    host = doors.reach.host
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    shown = f"[{shown}]" if ":" in shown else shown
    print(f"Cutaway is open at http://{shown}:{port}  (Ctrl+C stops it)", flush=True)
    for line in who_may(doors):
        print(line, flush=True)


def who_may(doors: Doors) -> list[str]:
    """What is said at the start about who may use the server; nothing where only this machine can."""
    if doors.local:
        return []
    if doors.open:
        return ["Everybody who can reach it may use it: no key and no login is asked for."]
    page = (
        "the page asks for its password" if doors.password.is_set else "the page is shut: it has no password"
    )
    api = "asks for a key" if any(k.revoked is None for k in doors.keys.all()) else "is shut: there is no key"
    return [f"The API {api}; {page if doors.login_demanded else 'the page is open to this machine'}."]


def build_app(settings: Settings, problems: list[str], doors: Doors | None = None) -> FastAPI:
    """The web application with everything behind it, from settings.

    Args:
        settings: limits, devices, folders.
        problems: why weights could not be fetched, to show on the page.
        doors: what is demanded of whom; None for a server that only this machine reaches.
    """
    from pipelines.service import build_service
    from pipelines.shelf import Shelf
    from pipelines.workbench import Workbench

    bench = Workbench(build_service(settings, complete=False), Shelf(settings.keep_minutes * 60))
    _prepare_gradio(bench.shelf.root / "gradio")
    from components import batch_page, login_page, share_page
    from components.i18n import LANGUAGES, speaking
    from components.studio import build_studio
    from components.theme import CSS_FILES, build_theme
    from server.application import Batches, Pages, create_app, mount_page
    from server.languages import Languages

    entrance = doors or Doors(settings, Reach())
    batches = Batches.of(bench)

    def build(code: str) -> FastAPI:
        page = build_studio(bench, problems, touch_ups=batches.touch_ups, log_out=entrance.login_demanded)
        return mount_page(page, build_theme(), CSS_FILES, code)

    pages = Languages(list(LANGUAGES), build, speaking)
    seen = Pages(pages, share_page, login_page.login_page, batch_page.batch_page)
    return create_app(bench, batches, seen, entrance)


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
