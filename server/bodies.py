"""Bodies of requests: how much of one may come, and what becomes of the rest when it is refused."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.errors import BodyTooLarge
from server.areas import path_of
from server.errors import refuse

CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods of requests that change something, and carry a body."""

REFUSED_BYTES: Final = 4_000_000
"""Of a request that is refused for where it comes from or goes, this much is taken in and forgotten."""

_DRAIN_SECONDS: Final = 30
_DRAIN_TIMES: Final = 4
"""Of a body that is too large, up to this many times the limit is taken in and forgotten."""


def patient(receive: Receive, send: Send, budget: int, unread: Callable[[], bool] = lambda: True) -> Send:
    """A ``send`` for answers that may come before all of a request's body is here.

    The client gets all of the answer at once, and need not send the rest; if it does so all the same,
    the rest is taken in before the connection is closed. Else it would be reset, and the answer lost.

    Args:
        receive: the connection's.
        send: the connection's.
        budget: bytes of the rest that are taken in.
        unread: whether there is a rest; asked when the answer ends.
    """

    async def send_patiently(message: Message) -> None:
        ends = message["type"] == "http.response.body" and not message.get("more_body", False)
        if ends and unread():
            await send({**message, "more_body": True})
            await _drain(receive, budget)
            message = {"type": "http.response.body", "body": b""}
        await send(message)

    return send_patiently


async def _drain(receive: Receive, budget: int) -> None:
    """Take in and forget what a client is still sending.

    Args:
        receive: the connection's.
        budget: bytes after which no more is taken.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while budget > 0:
                message = await receive()
                if not message.get("more_body", False):
                    return
                budget -= len(message.get("body", b""))


_DRAIN_MOST: Final = 1_000_000_000
"""However large the limit."""


class BodyLimit:
    """Refuses bodies above a number of bytes, counted while they arrive.

    Args:
        app: the application behind; it may answer before it has read a body.
        small: bytes for everything that is no picture, such as clicks.
        large: bytes for what is sent to these addresses; ``{id}`` in one stands for any one part of it.
    """

    def __init__(self, app: ASGIApp, small: int, large: Mapping[str, int]) -> None:
        self._app = app
        self._small = small
        self._large = [(_pattern(path), most) for path, most in large.items()]
        self._drained = min(_DRAIN_TIMES * max(small, *large.values()), _DRAIN_MOST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http" or scope["method"] not in CHANGING:
            await self._app(scope, receive, send)
            return
        limit = self._limit(path_of(scope))
        body = _Body(receive, limit, asked="expect" in Headers(scope=scope))
        send = patient(receive, send, self._drained, lambda: body.coming)
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) <= limit and not await self._refused(scope, body, send):
            return
        await refuse(scope, send, BodyTooLarge(f"This is too large: at most {limit / 1e6:g} MB can be sent."))

    def _limit(self, path: str) -> int:
        return next((most for pattern, most in self._large if pattern.fullmatch(path)), self._small)

    async def _refused(self, scope: Scope, body: _Body, send: Send) -> bool:
        """Have the application answer; returns whether there is too much, and nothing answered yet."""
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if not body.over:
                started = True
                await send(message)

        try:
            await self._app(scope, body.receive, guarded)
        except Exception:  # cut off by us, an application may fail in any way; everything else goes on up
            if not body.over:
                raise
        return body.over and not started


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{id\}", "[^/]+"))


class _Body:
    """A request's body, counted while it arrives.

    Args:
        receive: the connection's.
        limit: bytes above which the application is told that the client left.
        asked: whether the client waits for a word before it sends anything.
    Attributes:
        over: whether there was more than the limit.
        coming: whether more may be on its way.
    """

    def __init__(self, receive: Receive, limit: int, *, asked: bool) -> None:
        self._receive = receive
        self._left = limit
        self.over = False
        self.coming = not asked

    async def receive(self) -> Message:
        """The next part of it."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        self.coming = message.get("more_body", False)
        if self._left < 0:
            self.over = True
            return {"type": "http.disconnect"}
        return message
