"""What stands in front of everything, Gradio's own routes included.

Plain ASGI middleware, outermost first in :func:`server.application.create_app`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.errors import BodyTooLarge, FileReference, ForeignOrigin, NotFound
from server.errors import refuse

CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods of requests that change something, and carry a body."""

_DRAIN_SECONDS: Final = 30
_DRAIN_TIMES: Final = 4
"""Of a body that is too large, up to this many times the limit is taken in and forgotten."""

REFUSED_BYTES: Final = 4_000_000
"""Of a request that is refused for where it comes from or goes, this much is taken in and forgotten."""

WELCOME: Final = "cutaway.welcome"
"""Marks in a scope that the page of another site may use what it asks for."""

_RETRY_SECONDS: Final = "5"
"""When to try again, where an answer that asks for patience does not say."""

_SHARING: Final = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")

_FILES: Final = ("image/", "application/zip", "application/octet-stream")
"""What is never a page, and must not become one."""

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}

_API: Final = "/gradio_api/"

_OPEN: Final = (
    "run/",
    "queue/",
    "cancel",
    "reset",
    "heartbeat/",
    "startup-events",
    "info",
    "app_id",
    "theme.css",
)
"""Gradio's routes that the page uses. The others take uploads past our limits, hand out files by path, or
fetch from other servers."""

_FILE_MARK: Final = "gradio.FileData"
"""Marks a file reference in what a client sends to Gradio. No event of ours takes one."""


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
            await drain(receive, budget)
            message = {"type": "http.response.body", "body": b""}
        await send(message)

    return send_patiently


async def drain(receive: Receive, budget: int) -> None:
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


class SecurityHeaders:
    """Adds headers that keep a page from doing, or being used for, what it should not.

    Args:
        app: the application behind.
        frame_ancestors: sites that may show the page in a frame.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: Iterable[str] = ("'self'",)) -> None:
        self._app = app
        framed = "frame-ancestors " + " ".join(frame_ancestors)
        # Gradio's page needs inline scripts and styles, and compiles its templates with Function().
        self._policy = "; ".join(
            (
                "default-src 'self'",
                "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                "connect-src 'self'",
                "worker-src 'self' blob:",
                "object-src 'none'",
                "base-uri 'self'",
                framed,
            )
        )
        self._file_policy = f"sandbox; default-src 'none'; {framed}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name in _SHARING:  # Gradio lets every other site read its answers
                    del headers[name]
                is_file = headers.get("content-type", "").startswith(_FILES)
                headers.setdefault("Content-Security-Policy", self._file_policy if is_file else self._policy)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                if message["status"] in (429, 503):
                    headers.setdefault("Retry-After", _RETRY_SECONDS)
            await send(message)

        await self._app(scope, receive, with_headers)


class SameOrigin:
    """Refuses requests that change something and come from another site's page.

    Browsers tell where a request comes from (Fetch Metadata, else the Origin header);
    programs tell nothing and are let through, and so are pages that were made welcome
    (:class:`server.cors.SharedApi`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        changing = scope["type"] == "http" and scope["method"] in CHANGING and WELCOME not in scope
        if changing and _foreign(Headers(scope=scope)):
            error = ForeignOrigin("This request came from another site's page.")
            await refuse(scope, patient(receive, send, REFUSED_BYTES), error)
            return
        await self._app(scope, receive, send)


def _foreign(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


class ClosedDoors:
    """Closes the Gradio routes that the page does not use, and refuses file references.

    With these shut a client can neither make the server read a file of the machine,
    nor fetch an address, nor store uploads past our limits.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        _, found, rest = scope.get("path", "").partition(_API) if scope["type"] == "http" else ("", "", "")
        if found and not rest.startswith(_OPEN):
            await refuse(scope, send, NotFound("There is nothing here."))
        elif found and scope["method"] in CHANGING:
            await self._without_files(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _without_files(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if _refers_to_a_file(bytes(body)):
            await refuse(scope, send, FileReference("File references are not taken here."))
            return
        pending: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)


def _refers_to_a_file(body: bytes) -> bool:
    """Whether a JSON body holds Gradio's mark, however its letters are escaped."""
    try:
        plain = json.dumps(json.loads(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        return _FILE_MARK.encode() in body  # not JSON: Gradio reads nothing else as a reference
    return _FILE_MARK in plain


class BodyLimit:
    """Refuses bodies above a number of bytes, counted while they arrive.

    Args:
        app: the application behind; it may answer before it has read a body.
        small: bytes for everything that is no picture, such as clicks.
        large: bytes for what is sent to addresses with these endings.
    """

    def __init__(self, app: ASGIApp, small: int, large: Mapping[str, int]) -> None:
        self._app = app
        self._small = small
        self._large = large
        self._limit = max(small, *large.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http" or scope["method"] not in CHANGING:
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        limit = next((limit for end, limit in self._large.items() if path.endswith(end)), self._small)
        body = _Body(receive, limit, asked="expect" in Headers(scope=scope))
        send = patient(receive, send, _DRAIN_TIMES * self._limit, lambda: body.coming)
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) <= limit and not await self._refused(scope, body, send):
            return
        await refuse(scope, send, BodyTooLarge(f"This is too large: at most {limit / 1e6:g} MB can be sent."))

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
