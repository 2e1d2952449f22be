"""What stands in front of everything, Gradio's own routes included.

Plain ASGI middleware, outermost first in :func:`server.application.create_app`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.errors import FileReference, ForeignOrigin, NotFound
from server.bodies import CHANGING, REFUSED_BYTES, patient
from server.errors import refuse

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
