"""From start to stop: what is under way is finished, what comes later is told to come again."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from socket import socket
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.errors import Stopping
from server.bodies import CHANGING, REFUSED_BYTES, patient
from server.errors import refuse

_STREAMS: Final = ("/gradio_api/heartbeat/", "/gradio_api/queue/data")
"""Answers that last as long as a page is open; nobody waits for their end."""

_LOOK_SECONDS: Final = 0.05
_STREAM_SECONDS: Final = 2
"""For open pages to let go, after everything else is done."""

_log: Final = logging.getLogger("cutaway")


class Lifetime:
    """Whether the server is being stopped, and what it still has to finish."""

    def __init__(self) -> None:
        self.stopping = False
        self.under_way = 0
        self._farewells: list[Callable[[], None]] = []

    def at_end(self, farewell: Callable[[], None]) -> None:
        """Have something done when everything is finished and connections are about to be closed."""
        self._farewells.append(farewell)

    def say_farewell(self) -> None:
        """Do what was to be done at the end."""
        for farewell in self._farewells:
            farewell()


class Finishing:
    """Counts what is under way; while the server is being stopped, takes nothing new.

    What only reads is still answered: somebody whose picture was just finished wants to fetch it.

    Args:
        app: the application behind.
        lifetime: of the server.
    """

    def __init__(self, app: ASGIApp, lifetime: Lifetime) -> None:
        self._app = app
        self._lifetime = lifetime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http" or any(stream in scope["path"] for stream in _STREAMS):
            await self._app(scope, receive, send)
        elif self._lifetime.stopping and scope["method"] in CHANGING:
            error = Stopping("Cutaway is being stopped. Try again in a moment.", 5)
            await refuse(scope, patient(receive, send, REFUSED_BYTES), error)
        else:
            self._lifetime.under_way += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._lifetime.under_way -= 1


class Server(uvicorn.Server):
    """Stops in order: tells probes at once, finishes what is under way, closes. A second signal ends it now.

    Args:
        config: uvicorn's.
        lifetime: the application's.
        grace_seconds: how long what is under way may take.
        give_up: removes what must not stay behind, before the process ends at once.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        lifetime: Lifetime,
        grace_seconds: float,
        give_up: Callable[[], None],
    ) -> None:
        config.timeout_graceful_shutdown = _STREAM_SECONDS
        super().__init__(config)
        self._lifetime = lifetime
        self._grace_seconds = grace_seconds
        self._give_up = give_up

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """A signal has come. The first is not raised again in the end: stopping in order is no failure."""
        if self._lifetime.stopping:
            self._end_now(128 + sig)
        self._lifetime.stopping = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Finish, while probes are still answered; then close."""
        _log.info("stopping")
        finished = await self._finished()
        self._lifetime.say_farewell()
        await super().shutdown(sockets)
        if not finished:
            _log.warning("stopped before everything was finished")
            self._end_now(1)
        _log.info("stopped")

    async def _finished(self) -> bool:
        until = time.monotonic() + self._grace_seconds
        while self._lifetime.under_way and time.monotonic() < until:
            await asyncio.sleep(_LOOK_SECONDS)
        return not self._lifetime.under_way

    def _end_now(self, status: int) -> None:
        """Threads cannot be stopped, and nobody waits for them any more."""
        self._give_up()
        os._exit(status)
