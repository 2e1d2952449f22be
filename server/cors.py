"""Which other sites' pages may use the API: none, unless they are named (Fetch standard, CORS protocol)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.areas import is_api
from server.middleware import WELCOME

_SENT: Final = "Accept, Authorization, Content-Type, Idempotency-Key, X-Api-Key"
"""Headers that a page may send, beside those that are always allowed."""

_READ: Final = ("retry-after", "content-disposition")
"""Headers that a page may read, beside all that begin with ``X-``."""

_REMEMBER_SECONDS: Final = "600"


class SharedApi:
    """Answers browsers that ask whether a page of another site may use the API.

    Cookies are never allowed along: the API does not know any. Stands in front of what takes
    such headers away everywhere else.

    Args:
        app: the application behind.
        origins: of the sites, as ``https://shop.example``; ``*`` for all.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http" or not self._origins or not is_api(scope):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        allowed = self._allowed(headers.get("origin", ""))
        if allowed and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _answer_question(send, allowed, headers)
            return
        inner = {**scope, WELCOME: True} if allowed else scope
        await self._app(inner, receive, _telling(send, allowed))

    def _allowed(self, origin: str) -> str:
        """What to answer; empty for a site that is not welcome."""
        if "*" in self._origins:
            return "*" if origin else ""
        return origin if origin.lower() in self._origins else ""


async def _answer_question(send: Send, allowed: str, headers: Headers) -> None:
    told = {
        "Access-Control-Allow-Origin": allowed,
        "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": _SENT,
        "Access-Control-Max-Age": _REMEMBER_SECONDS,
        "Vary": "Origin",
    }
    if "access-control-request-private-network" in headers:
        told["Access-Control-Allow-Private-Network"] = "true"
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in told.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})


def _telling(send: Send, allowed: str) -> Send:
    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Origin")
            if allowed:
                headers["Access-Control-Allow-Origin"] = allowed
                names = dict.fromkeys(n for n in headers.keys() if n.startswith("x-") or n in _READ)  # noqa: SIM118
                headers["Access-Control-Expose-Headers"] = ", ".join(names)
        await send(message)

    return telling
