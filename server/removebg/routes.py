"""The addresses of remove.bg's API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from pipelines.settings import Settings
from pipelines.workbench import Workbench
from server import work
from server.removebg import answers, improve, sources
from server.removebg.body import read_fields
from server.removebg.making import make
from server.removebg.problems import PREFIX
from server.removebg.sources import Fetcher
from server.removebg.wish import source_of, wish_of

_METHODS: Final[Mapping[str, str]] = {"removebg": "POST", "improve": "POST", "account": "GET"}
_ALL: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_TEXT_BYTES: Final = 100_000
"""Room for all fields that are no pictures."""

_CREDITS: Final = 1_000_000
"""There are none: enough for clients that look before they ask."""


def removebg_limits(settings: Settings) -> dict[str, int]:
    """How many bytes may be sent, by address: a picture as base64, and one to put behind."""
    most = settings.removebg_max_bytes
    limit = most * 5 // 2 + _TEXT_BYTES
    return {f"{PREFIX}/{name}": limit for name, method in _METHODS.items() if method == "POST"}


def removebg_router(bench: Workbench, fetcher: Fetcher) -> APIRouter:
    """The routes.

    Args:
        bench: has the service, and lets in as many as there is room for.
        fetcher: fetches pictures that are given by their addresses.
    """
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    service, settings = bench.service, bench.service.settings
    limit = min(settings.removebg_max_bytes, settings.max_bytes)
    aside = improve.Aside(settings.removebg_keep)

    @router.post("/removebg")
    async def remove_background(request: Request) -> Response:
        """Cut a picture out."""
        wish = await asyncio.to_thread(wish_of, await read_fields(request))  # base64 takes its time
        source = await sources.picture(wish.source, fetcher, limit)
        behind = await sources.backdrop(wish.backdrop.picture, fetcher, limit)
        result = await work.heavy(bench.gate, partial(make, service, wish, source, behind))
        request.state.megapixels = result.megapixels  # what a caller's limit is charged for
        return await asyncio.to_thread(answers.answer, result, request.headers.get("accept", ""))

    @router.post("/improve")
    async def put_aside(request: Request) -> dict[str, str]:
        """Take a picture that came out badly."""
        fields = await read_fields(request)
        source = await sources.picture(await asyncio.to_thread(source_of, fields), fetcher, limit)
        photo = await work.heavy(bench.gate, partial(service.load, source))
        request.state.megapixels = photo.size[0] * photo.size[1] / 1e6
        case = improve.Case(source, photo.format, fields.text("image_filename"), fields.text("tag"))
        return {"id": await asyncio.to_thread(aside.put, case)}

    @router.get("/account")
    async def account() -> dict[str, Any]:
        """Say that there is enough of everything."""
        credits = {"total": _CREDITS, "subscription": 0, "payg": _CREDITS, "enterprise": 0}
        return {"data": {"attributes": {"credits": credits, "api": {"free_calls": _CREDITS, "sizes": "all"}}}}

    @router.api_route("/{rest:path}", methods=_ALL)
    async def anything_else(rest: str) -> Response:
        """Refuse, here and not by the page, which would do it in its own way."""
        if rest in _METHODS:
            raise HTTPException(405, headers={"Allow": _METHODS[rest]})
        raise HTTPException(404)

    return router
