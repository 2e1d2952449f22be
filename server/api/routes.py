"""The addresses of our own API."""

from __future__ import annotations

import asyncio
import functools
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Route

from pipelines.access.doors import Doors
from pipelines.batch.jobs import Jobs
from pipelines.settings import Settings
from pipelines.workbench import Workbench
from server.api import files, listing, page, reference
from server.api.answers import CutoutAnswer, told
from server.api.asking import read_ask
from server.api.files import PREFIX
from server.api.jobs.routes import job_limits, jobs_router
from server.api.listing import LimitFacts, ModelList, PresetList
from server.api.making import Made, answered
from server.removebg.answers import wants_json
from server.removebg.sources import Fetcher

_ALL: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_LISTS: Final = reference.errors("internal_error")
_PAGE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
}


def api_limits(settings: Settings) -> dict[str, int]:
    """How many bytes may be sent, by address."""
    return {f"{PREFIX}/cutouts": listing.body_bytes(settings), **job_limits(settings, PREFIX)}


def api_router(bench: Workbench, jobs: Jobs, fetcher: Fetcher, doors: Doors) -> APIRouter:
    """The routes.

    Args:
        bench: has the service and the shelf, and lets in as many as there is room for.
        jobs: batches that run while nobody waits.
        fetcher: fetches pictures that are given by their addresses.
        doors: what is demanded of callers, to tell it.
    """
    router = APIRouter(generate_unique_id_function=lambda route: route.name)
    _add_cutouts(router, bench, fetcher)
    router.include_router(jobs_router(bench, jobs, doors, PREFIX, told=True))
    _add_lists(router, bench, doors)
    _add_reference(router)
    _add_refusal(router)
    return router


def _add_refusal(router: APIRouter) -> None:
    own = [route for route in router.routes if isinstance(route, Route)]

    @router.api_route("/api/{rest:path}", methods=_ALL, include_in_schema=False)
    async def anything_else(request: Request) -> Response:
        """Refuse, here and not by the page, which would do it in its own way."""
        near = [route for route in own if route.matches(request.scope)[0] is Match.PARTIAL]
        if near:
            allowed = {method for route in near for method in route.methods or ()}
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        raise HTTPException(404)


def _add_cutouts(router: APIRouter, bench: Workbench, fetcher: Fetcher) -> None:
    keep_seconds = bench.service.settings.keep_minutes * 60

    @router.post(f"{PREFIX}/cutouts", tags=["cutouts"], response_model=CutoutAnswer, **reference.CUTOUTS)
    async def cut_out(request: Request) -> Any:
        """Cut a photo out.

        Answers with the finished file, and facts about it in headers. A request that accepts
        `application/json` and not `*/*` is answered with facts and links to the files instead.
        """

        def tell(made: Made) -> Response | CutoutAnswer:
            request.state.megapixels = made.megapixels  # what a caller's limit is charged for
            if not wants_json(request.headers.get("accept", "")):
                return files.picture(made)
            return told(made, files.keep(bench.shelf, made, request.scope.get("root_path", "")), keep_seconds)

        return await answered(bench, fetcher, await read_ask(request), tell)

    @router.get(PREFIX + "/files/{id}", tags=["cutouts"], **reference.FILES)
    async def send_file(id: str) -> Response:
        """Have a file that a cutout's links name."""
        return files.sent(files.kept(bench.shelf, id))

    @router.delete(PREFIX + "/files/{id}", tags=["cutouts"], **reference.NOTHING)
    async def forget_file(id: str) -> None:
        """Have a file removed at once. One that is not there is no error."""
        await asyncio.to_thread(bench.shelf.drop, id)


def _add_lists(router: APIRouter, bench: Workbench, doors: Doors) -> None:
    service = bench.service

    @router.get(f"{PREFIX}/models", tags=["lists"], responses=_LISTS)
    async def list_models() -> ModelList:
        """What a Recipe may have as its model, with licences."""
        return await asyncio.to_thread(listing.model_list, service.store)

    @router.get(f"{PREFIX}/presets", tags=["lists"], responses=_LISTS)
    async def list_presets() -> PresetList:
        """What market places and authorities want of pictures."""
        return await asyncio.to_thread(listing.preset_list)

    @router.get(f"{PREFIX}/limits", tags=["lists"], responses=_LISTS)
    async def list_limits() -> LimitFacts:
        """Every limit in force."""
        return await asyncio.to_thread(listing.limit_facts, service.settings, doors)


def _add_reference(router: APIRouter) -> None:
    own = [*router.routes]

    @functools.cache
    def described() -> dict[str, Any]:
        return reference.described(own)  # takes a while, which starting need not wait for

    @functools.cache
    def written() -> str:
        return page.written(described())

    @router.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    async def describe(request: Request) -> dict[str, Any]:
        """The API, described for programs (OpenAPI)."""
        return {
            **await asyncio.to_thread(described),
            "servers": [{"url": request.scope.get("root_path", "") or "/"}],
        }

    @router.get(f"{PREFIX}/docs", include_in_schema=False)
    async def explain() -> HTMLResponse:
        """The same for people."""
        return HTMLResponse(await asyncio.to_thread(written), headers=_PAGE)
