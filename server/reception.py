"""Where every request arrives and every answer leaves: in front of all that could fail.

Gives a request its id, notices when its client leaves, answers what nobody foresaw, and
tells the log and the metrics how it went.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Final, Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines import errands
from pipelines.errands import Errand
from pipelines.errors import ClientGone, CutawayError
from server.addresses import route_of
from server.errors import FACTS, FAILED, refuse
from server.logs import request_id

REQUEST_ID: Final = "X-Request-Id"

_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log: Final = logging.getLogger("cutaway")


@dataclass
class RequestFacts:
    """What is known of a request; kept in its scope, where all layers see the same.

    Attributes:
        id: names it in the log and the answer.
        method: GET, POST and so on; ``other`` for what is none.
        began: on the clock of :func:`time.perf_counter`.
        status: of the answer; 499 when the client left before there was one.
        error: the code of the error that was answered, if any.
        route: the address as the program knows it, never as it was asked for: ids are keys.
    """

    id: str
    method: str
    began: float = field(default_factory=time.perf_counter)
    status: int = ClientGone.status
    error: str = ""
    route: str = ""

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.perf_counter() - self.began


class Ledger(Protocol):
    """Keeps account of requests."""

    def begin(self, facts: RequestFacts) -> None:
        """A request has come."""
        ...

    def end(self, facts: RequestFacts) -> None:
        """It was answered, or its client left."""
        ...


class Reception:
    """The outermost ASGI application.

    Args:
        app: everything else.
        ledger: keeps account.
    """

    def __init__(self, app: ASGIApp, ledger: Ledger) -> None:
        self._app = app
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        facts = RequestFacts(_id(headers.get(REQUEST_ID, "")), _method(scope["method"]))
        scope[FACTS] = facts
        request_id.set(facts.id)
        client = scope.get("client")
        errand = Errand(client[0] if client else "")
        errands.current.set(errand)
        self._ledger.begin(facts)
        try:
            await self._answer(scope, Presence(receive, errand), send, facts)
        finally:
            facts.route = route_of(scope)
            self._ledger.end(facts)

    async def _answer(self, scope: Scope, presence: Presence, send: Send, facts: RequestFacts) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                facts.status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = facts.id
            elif not message.get("more_body", False):
                presence.end()
            await send(message)

        try:
            await self._app(scope, presence.receive, told)
        except Exception:  # noqa: BLE001  (the last resort; the application's own handler has answered, where it could)
            facts.error = facts.error or CutawayError.code
            _log.exception("failed")
            if facts.status == ClientGone.status:  # nothing was answered
                await refuse(scope, told, CutawayError(FAILED[1]))
        finally:
            presence.end()


class Presence:
    """A connection that is watched once its request is complete: all it can still tell is that it ended.

    Args:
        receive: the connection's.
        errand: dropped when the client leaves before it is answered.
    """

    def __init__(self, receive: Receive, errand: Errand) -> None:
        self._receive = receive
        self._errand = errand
        self._over = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """What comes next from the client (ASGI)."""
        if self._watch or self._over.is_set():
            await self._over.wait()
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._errand.drop()
        elif not message.get("more_body", False) and not self._over.is_set():
            self._watch = asyncio.create_task(self._watched())
        return message

    async def _watched(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._errand.drop()
        self._over.set()

    def end(self) -> None:
        """The answer is complete: whoever leaves now leaves nothing behind."""
        self._over.set()
        if self._watch:
            self._watch.cancel()


def _id(given: str) -> str:
    """The client's id for its request where it is one, else a new one."""
    return given if _SANE.fullmatch(given) else secrets.token_hex(8)


def _method(given: str) -> str:
    usual = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return given if given in usual else "other"
