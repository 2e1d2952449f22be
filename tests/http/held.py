"""The real program with a few routes more: work that lasts as long as a test wants, and what fails.

Run as a program: ``python -m tests.http.held FOLDER``. Work at ``/held/NAME`` writes
``FOLDER/NAME.began`` and lasts until there is a file ``FOLDER/NAME.end``.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

from fastapi import APIRouter, Request

from commands.serve import build_app, listen, run_server
from pipelines.errors import StorageFull
from pipelines.settings import load_settings
from pipelines.stages import stage
from pipelines.workbench import Workbench
from server.logs import set_up
from server.work import heavy


def held_router(bench: Workbench, folder: Path) -> APIRouter:
    """The routes."""
    router = APIRouter()

    def work(name: str) -> str:
        (folder / f"{name}.began").touch()
        while not (folder / f"{name}.end").exists():
            with stage("refine"):
                threading.Event().wait(0.01)
        return name

    @router.post("/held/{name}")
    async def hold(request: Request, name: str) -> str:
        await request.body()
        return await heavy(bench.gate, lambda: work(name))

    @router.post("/kept/{name}")
    async def keep(request: Request, name: str) -> str:
        await request.body()

        def wait() -> str:
            with bench.gate.enter():
                return work(name)

        return await asyncio.to_thread(wait)

    @router.post("/failing/{what}")
    async def fail(request: Request, what: str) -> str:
        if what == "full":
            raise StorageFull("There is no room.")
        raise ValueError(f"can't read {what} {(await request.body()).decode()}")

    return router


def main(folder: Path) -> None:
    """Serve until a signal comes."""
    settings = load_settings()
    set_up(settings.log_format, settings.log_level)
    listener = listen("127.0.0.1", 0)
    app = build_app(settings, [])
    app.router.routes[:0] = held_router(app.state.bench, folder).routes
    print(f"is open at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201
    run_server(app, settings, listener)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
