"""Links for clients: the page, its pictures and the answer; and what their owner does with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Header, Request
from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from pipelines.errors import InputError, ShareNotFound, TooMany
from pipelines.notes import Verdict
from pipelines.shares import Share, Shares

_STATIC: Final = Path(__file__).resolve().parent.parent / "assets" / "share"
_FILES: Final = ("share.css", "share.js", "mark.svg")
_FIELDS: Final = 10
"""Fields of a form that are read."""

CLOSED: Final = {
    "Cache-Control": "no-store",  # a link that is taken back must be gone at once
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # The address is the key: no other site may learn it. With no-referrer a browser would send the form
    # with "Origin: null", which is refused where it doesn't say otherwise that the form is our own.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive, noimageindex",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ClientPages(Protocol):
    """Writes the pages that a client sees, in the language that is spoken."""

    def preview_page(self, share: Share, *, problem: str = "", draft: str = "") -> str:
        """The page of a link.

        Args:
            share: the link.
            problem: why an answer was not taken: ``choose``, ``say_what``, ``wait`` or ``full``.
            draft: what was written with it.
        """
        ...

    def gone_page(self) -> str:
        """The page of a link that leads nowhere."""
        ...


Speaking = Callable[[Headers], AbstractContextManager[None]]
"""Within it, everything speaks the language that a request asks for."""


def share_router(shares: Shares, pages: ClientPages, speaking: Speaking) -> APIRouter:
    """What clients ask for."""
    router = APIRouter(prefix="/share", include_in_schema=False)

    def page(request: Request, name: str, status: int = 200, **more: str) -> Response:
        with speaking(request.headers):
            try:
                body = pages.preview_page(shares.get(name), **more)
            except ShareNotFound as error:
                body, status = pages.gone_page(), error.status
        return HTMLResponse(body, status, {**CLOSED, "Vary": "Accept-Language, Cookie"})

    @router.get("/static/{name}")
    async def send_static(name: str) -> Response:
        """The page's own sheet, script and mark."""
        if name not in _FILES:
            raise ShareNotFound("There is nothing here.")
        return FileResponse(_STATIC / name, headers={"Cache-Control": "public, max-age=3600"})

    @router.api_route("/{name}", methods=["GET", "HEAD"])
    async def send_page(request: Request, name: str) -> Response:
        """The page of a link."""
        return page(request, name)

    @router.get("/{name}/{what}")
    async def send_picture(name: str, what: str) -> Response:
        """A picture of a link, or its file."""
        kept = shares.file(name, what)
        headers = {**CLOSED, "Content-Security-Policy": "sandbox; default-src 'none'"}
        if what == "full":
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(kept.filename)}"
        return FileResponse(kept.path, media_type=kept.media_type, headers=headers)

    @router.post("/{name}")
    async def take_answer(request: Request, name: str) -> Response:
        """What the client says; leads back to the page. Other sites' forms are refused in front of this."""
        verdict, note = _read(await request.body())
        try:
            if verdict is None:
                return page(request, name, 422, problem="choose", draft=note)
            share = shares.answer(name, verdict, note)
        except ShareNotFound:
            return page(request, name)
        except TooMany as error:
            problem = "full" if shares.get(name).full else "wait"
            answer = page(request, name, error.status, problem=problem, draft=note)
            answer.headers["Retry-After"] = "60"
            return answer
        except InputError as error:
            return page(request, name, error.status, problem="say_what", draft=note)
        return RedirectResponse(f"{share.id}#answer", 303, CLOSED)

    return router


def _read(body: bytes) -> tuple[Verdict | None, str]:
    """The answer and the note of a form; no answer where it is none of ours."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_FIELDS)
    except ValueError:
        return None, ""
    note = fields.get("note", [""])[0]
    match fields.get("answer"):
        case ["approved"]:
            return "approved", note
        case ["change"]:
            return "change", note
    return None, note


def owner_router(shares: Shares) -> APIRouter:
    """What an owner asks for; the key is what the owner's browser made the links with."""
    router = APIRouter(prefix="/studio/shares", include_in_schema=False)

    @router.get("")
    async def list_shares(x_owner_key: str = Header("")) -> list[dict[str, Any]]:
        """The owner's links, the latest first."""
        return [share.told() for share in shares.of(x_owner_key)]

    @router.delete("/{name}", status_code=204)
    async def revoke_share(name: str, x_owner_key: str = Header("")) -> None:
        """Have a link lead nowhere."""
        await asyncio.to_thread(shares.revoke, x_owner_key, name)

    return router
