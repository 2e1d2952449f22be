"""Who asks, whether they may, and how often: in front of the APIs and of the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.access.doors import Doors
from pipelines.access.keys import Key
from pipelines.errors import CutawayError, KeyRefused, RateLimited, SignInNeeded
from server.areas import area_of
from server.bodies import patient
from server.errors import refuse
from server.proxies import peer_of
from server.rates import UNLIMITED, Rates, Standing
from server.removebg import problems

VISIT: Final = "cutaway-visit"
"""The cookie of those who have logged in."""

_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="Cutaway"'}
_POLICY: Final = 1008
"""A WebSocket's way to say that it is not wanted (RFC 6455, 7.4.1)."""

_LEAST: Final = 1.0
"""Megapixels that every request costs."""


@dataclass(frozen=True)
class Caller:
    """Who asks; routes find it in ``request.state.caller``.

    Attributes:
        peer: the address, see :func:`server.proxies.peer_of`.
        key: the id of the key, None without one.
        name: of the key, None without one.
    """

    peer: str
    key: str | None = None
    name: str | None = None


class Access:
    """Lets requests to the APIs through by key and as often as allowed, and to the page after a login.

    A route that has decoded a picture says ``request.state.megapixels``, and the caller's limit
    is charged for it when the answer begins. Without that a request counts as one megapixel.

    Args:
        app: the application behind.
        doors: what is demanded of whom.
        rates: what each caller has left.
        clock: seconds since 1970; replaced in tests.
    """

    def __init__(
        self,
        app: ASGIApp,
        doors: Doors,
        rates: Rates | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._doors = doors
        self._rates = rates or Rates()
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": _POLICY})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            enter = self._way_in(scope)
        except CutawayError as error:  # keys or the password can't be read: nobody is let in
            await self._refuse(scope, receive, send, error)
            return
        await enter(scope, receive, send)

    def _way_in(self, scope: Scope) -> ASGIApp:
        headers, area = Headers(scope=scope), area_of(scope)
        caller = Caller(peer_of(scope))
        scope["state"] = {**scope.get("state", {}), "caller": caller}
        if area == "public":
            return self._app
        if area == "page":
            if not self._doors.login_demanded:
                return self._app
            if self._doors.password.knows(visit_of(headers)):
                return self._unkept
        key = self._doors.keys.check(given_key(headers))
        if key is None and area == "page":
            return self._to_login
        return self._counted(scope, caller, key)

    def _counted(self, scope: Scope, caller: Caller, key: Key | None) -> ASGIApp:
        """The way in for programs: by key where one is demanded, and as often as allowed."""
        if key is not None:
            caller = Caller(caller.peer, key.id, key.name)
            scope["state"]["caller"] = caller
        who, limit = f"key {key.id}" if key else f"peer {caller.peer}", self._limit(key)
        standing = self._rates.ask(who, limit, _LEAST)

        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            wrong: CutawayError | None = None
            if not standing.allowed:
                wrong = _too_often(scope, standing)
            elif key is None and self._doors.keys_demanded:
                wrong = _no_key(scope)
            if wrong is None:
                await self._app(scope, receive, self._telling(scope, send, who, standing))
            else:
                await self._refuse(scope, receive, send, wrong, standing.headers(self._clock()))

        return enter

    def _limit(self, key: Key | None) -> int:
        settings = self._doors.settings
        if key is not None:
            return (settings.rate_limit if key.limit is None else key.limit) or UNLIMITED
        return UNLIMITED if self._doors.local else settings.peer_rate_limit or UNLIMITED

    def _telling(self, scope: Scope, send: Send, who: str, standing: Standing) -> Send:
        """Charge what a request turned out to cost, and tell where the caller stands."""

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                beyond = max(0.0, float(scope["state"].get("megapixels", 0)) - _LEAST)
                now = self._rates.bill(who, standing.limit, beyond)
                headers = MutableHeaders(scope=message)
                for name, value in now.headers(self._clock()).items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return telling

    async def _unkept(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pages behind the login are not to be seen again after it has ended."""

        async def unkept(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, unkept)

    async def _to_login(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead people to the login, and tell programs that there is one."""
        asks_for_page = "text/html" in Headers(scope=scope).get("accept", "")
        if scope["method"] in ("GET", "HEAD") and asks_for_page:
            where = scope.get("root_path", "") + "/login"
            answer = RedirectResponse(where, 303, {"Cache-Control": "no-store"})
            await answer(scope, receive, send)
            return
        error = SignInNeeded("You need to log in for this. Reload the page.")
        await self._refuse(scope, receive, send, error)

    async def _refuse(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        error: CutawayError,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer, and forget what is still sent; who asks first has sent nothing."""
        if "expect" not in Headers(scope=scope):
            send = patient(receive, send, self._doors.settings.max_bytes)
        more = dict(headers or {})
        if error.status == SignInNeeded.status:
            more |= _CHALLENGE
        await refuse(scope, send, error, more)


def given_key(headers: Headers) -> str:
    """What a request presents as its key; empty for nothing."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key", "").strip() or (token.strip() if scheme.lower() == "bearer" else "")


def visit_of(headers: Headers) -> str:
    """The note of a login that a request presents; empty for none."""
    return cookie_parser(headers.get("cookie", "")).get(VISIT, "")


def _too_often(scope: Scope, standing: Standing) -> RateLimited:
    if problems.asked_for(scope):
        return RateLimited("Rate limit exceeded", standing.wait)
    seconds = f"{standing.wait} second{'' if standing.wait == 1 else 's'}"
    return RateLimited(
        f"That was more than {standing.limit} megapixels a minute. Try again in {seconds}.", standing.wait
    )


def _no_key(scope: Scope) -> CutawayError:
    given = given_key(Headers(scope=scope))
    if problems.asked_for(scope):
        return KeyRefused("API Key invalid" if given else "Missing API Key")
    if given:
        return SignInNeeded("This key is not in force. Ask whoever runs Cutaway for another.")
    return SignInNeeded("A key is needed: send it in X-Api-Key, or as a bearer token in Authorization.")
