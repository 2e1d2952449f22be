"""Is it alive, is it ready, how does it do: ``/healthz``, ``/readyz``, ``/metrics``.

They stand in front of everything, so that a probe needs no key and no known host name.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.errors import NotFound
from pipelines.models.known import model_named
from pipelines.models.plan import members
from pipelines.workbench import Workbench
from server.addresses import HEALTHZ, PROBES, READYZ
from server.errors import refuse
from server.lifetime import Lifetime
from server.metrics import Metrics
from server.proxies import forwarded

_ROOM: Final = 200_000_000
"""Bytes that must be free where visitors' photos lie."""

_FRESH: Final = 2.0
"""Seconds for which what was found holds: probes are asked often."""

_LOOPBACK: Final = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


class Readiness:
    """Whether this process can do its work.

    Args:
        bench: what it works with.
        model: the one whose networks must be here.
        lifetime: of the server.
        clock: seconds that only grow; replaced in tests.
    """

    def __init__(
        self,
        bench: Workbench,
        model: str,
        lifetime: Lifetime,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lifetime = lifetime
        self._bench = bench
        self._model = model
        self._clock = clock
        self._found: dict[str, str] = {}
        self._until = clock()
        self._one_at_a_time = asyncio.Lock()

    async def checks(self) -> dict[str, str]:
        """Each check by name: ``ok``, else what is wrong and what to do."""
        async with self._one_at_a_time:
            if self._clock() >= self._until:
                self._found = await asyncio.to_thread(self._look)
                self._until = self._clock() + _FRESH
        stopping = "The server is being stopped." if self._lifetime.stopping else "ok"
        return {**self._found, "stopping": stopping}

    def _look(self) -> dict[str, str]:
        return {"weights": self._weights(), "disk": disk(self._bench.shelf.root)}

    def _weights(self) -> str:
        """Reads a file again only when it has changed."""
        store = self._bench.service.store
        for name in members(self._model):
            if store.find(model_named(name)) is None:
                what = "damaged" if store.present(model_named(name)) else "missing"
                return f"The weights of {name} are {what}. Run `python app.py models pull {name}`."
        return "ok"


def disk(folder: Path, room: int = _ROOM) -> str:
    """Whether a folder can be written and has room: ``ok``, else what is wrong.

    Args:
        folder: where visitors' photos lie.
        room: bytes that must be free.
    """
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"The folder for visitors' photos can't be written ({error.strerror or 'unknown reason'})."
    return "ok" if free >= room else f"Only {free / 1e6:.0f} MB are free for visitors' photos."


class Probes:
    """Answers the three addresses, and hands everything else on.

    Args:
        app: everything else.
        readiness: looks whether work can be done.
        metrics: what is counted; None keeps it to itself here.
    """

    def __init__(self, app: ASGIApp, readiness: Readiness, metrics: Metrics | None) -> None:
        self._app = app
        self._readiness = readiness
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"] in PROBES
        if not asked:
            await self._app(scope, receive, send)
            return
        answer = await self._answer(scope)
        if answer is None:
            await refuse(scope, send, NotFound("There is nothing here."))
            return
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        if scope["path"] == HEALTHZ:
            return JSONResponse({"status": "ok"})
        if scope["path"] == READYZ:
            return _readiness(await self._readiness.checks())
        if self._metrics is None or not _from_here(scope):
            return None
        data = await asyncio.to_thread(generate_latest, self._metrics.registry)
        return Response(data, media_type=CONTENT_TYPE_LATEST)


def _readiness(checks: dict[str, str]) -> Response:
    ready = all(found == "ok" for found in checks.values())
    body: dict[str, Any] = {"status": "ready" if ready else "not ready", "checks": checks}
    return JSONResponse(body, 200 if ready else 503, None if ready else {"Retry-After": "5"})


def _from_here(scope: Scope) -> bool:
    """Whether a request comes from this machine, and not through a proxy on it."""
    client = scope.get("client")
    return client is not None and client[0] in _LOOPBACK and not forwarded(Headers(scope=scope))
