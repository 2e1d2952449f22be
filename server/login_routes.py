"""The page's login: the password in, a cookie out; and the end of a visit."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipelines.access.doors import Doors
from pipelines.access.password import LONGEST, VISIT_SECONDS
from server.access import VISIT, visit_of
from server.proxies import peer_of
from server.rates import Rates
from server.share_routes import CLOSED, Speaking

_TRIES: Final = 10
"""Wrong passwords from one address ..."""

_TRY_SECONDS: Final = 900.0
"""... in so many seconds."""

_MOST_WAITING: Final = 8
"""Passwords that wait for their turn: each takes a quarter of a second of a processor."""

_FORM_BYTES: Final = 4 * LONGEST


class LoginPage(Protocol):
    """Writes the page that asks for the password, in the language that is spoken."""

    def __call__(self, problem: str = "") -> str:
        """The page.

        Args:
            problem: ``wrong``, ``wait``, ``busy`` or ``none`` (no password was set); empty for no problem.
        """
        ...


class Login:
    """Tries passwords, not too many of them.

    Args:
        doors: has the password.
        rates: what each address may still try; replaced in tests.
    """

    def __init__(self, doors: Doors, rates: Rates | None = None) -> None:
        self._doors = doors
        self._rates = rates or Rates(_TRY_SECONDS)
        self._waiting = 0

    async def enter(self, peer: str, password: str) -> tuple[str, str, int]:
        """Try a password.

        Args:
            peer: who tries it.
            password: what was given.
        Returns:
            The note for the cookie, or empty and the problem and the seconds to wait.
        """
        if not self._doors.password.is_set:
            return "", "none", 0
        if self._waiting >= _MOST_WAITING:
            return "", "busy", 5
        standing = self._rates.ask(peer, _TRIES)
        if not standing.allowed:
            return "", "wait", standing.wait
        self._waiting += 1
        try:
            right = await asyncio.to_thread(self._doors.password.check, password)
        finally:
            self._waiting -= 1
        if not right:
            return "", "wrong", 0
        self._rates.bill(peer, _TRIES, -1)
        return self._doors.password.open_visit(), "", 0


_STATUS: Final = {"": 200, "wrong": 403, "none": 403, "wait": 429, "busy": 503}


def login_router(
    doors: Doors, write: LoginPage, speaking: Speaking, login: Login | None = None, *, framed: bool = False
) -> APIRouter:
    """The routes.

    Args:
        doors: what is demanded of whom.
        write: the page.
        speaking: the language that a request asks for.
        login: tries passwords.
        framed: whether another site shows the page in a frame, where browsers keep only marked cookies.
    """
    router = APIRouter(include_in_schema=False)
    tries = login or Login(doors)
    site = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax"

    def cookie(request: Request, value: str, seconds: int) -> dict[str, str]:
        secure = "; Secure" if request.scope["scheme"] == "https" and not framed else ""
        path = request.scope.get("root_path", "") or "/"
        return {
            "Set-Cookie": f"{VISIT}={value}; Path={path}; Max-Age={seconds}; HttpOnly; {site}{secure}",
            "Cache-Control": "no-store",
        }

    @router.api_route("/login", methods=["GET", "HEAD"])
    async def show_login(request: Request) -> Response:
        """Ask for the password, where it is wanted."""
        if not doors.login_demanded or doors.password.knows(visit_of(request.headers)):
            return RedirectResponse("./", 303, {"Cache-Control": "no-store"})
        return page(request, "" if doors.password.is_set else "none")

    @router.post("/login")
    async def take_password(request: Request) -> Response:
        """Try the password. Other sites' forms are refused in front of this."""
        given = _password_in(await request.body())
        note, problem, wait = await tries.enter(peer_of(request.scope), given)
        if problem:
            answer = page(request, problem)
            if wait:
                answer.headers["Retry-After"] = str(wait)
            return answer
        return RedirectResponse("./", 303, cookie(request, note, VISIT_SECONDS))

    @router.post("/logout")
    async def end_visit(request: Request) -> Response:
        """Forget the visit, here and in the browser."""
        doors.password.end_visit(visit_of(request.headers))
        return RedirectResponse("login", 303, cookie(request, "", 0))

    def page(request: Request, problem: str) -> Response:
        with speaking(request.headers):
            headers = {**CLOSED, "Vary": "Accept-Language, Cookie"}
            return HTMLResponse(write(problem), _STATUS[problem], headers)

    return router


def _password_in(body: bytes) -> str:
    """The field of the form; empty where it is none of ours."""
    if len(body) > _FORM_BYTES:
        return ""
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=3).get("password", [""])[0]
    except ValueError:
        return ""
