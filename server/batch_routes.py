"""The page for many photos at once, and its own files."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from pipelines.errors import NotFound
from pipelines.settings import Settings
from server.share_routes import Speaking

_STATIC: Final = Path(__file__).resolve().parent.parent / "assets" / "batch" / "page"
_KINDS: Final = {".js": "text/javascript", ".css": "text/css"}

_POLICY: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}


class BatchPage(Protocol):
    """Writes the page, in the language that is spoken."""

    def __call__(self, *, folders: bool = False) -> str:
        """The page.

        Args:
            folders: whether batches may use folders of the server's.
        """
        ...


def batch_router(settings: Settings, page: BatchPage, speaking: Speaking) -> APIRouter:
    """The routes.

    Args:
        settings: say whether folders may be used.
        page: writes the page.
        speaking: within it, everything speaks the language that a request asks for.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route("/batch", methods=["GET", "HEAD"])
    async def send_page(request: Request) -> Response:
        """The page."""
        with speaking(request.headers):
            return HTMLResponse(page(folders=bool(settings.job_folders)), headers=_POLICY)

    @router.get("/batch/static/{name}")
    async def send_static(name: str) -> Response:
        """The page's own sheets and scripts."""
        path = _STATIC / name
        if path.parent != _STATIC or path.suffix not in _KINDS or not path.is_file():
            raise NotFound("There is nothing here.")
        return FileResponse(path, media_type=_KINDS[path.suffix], headers={"Cache-Control": "no-cache"})

    return router
