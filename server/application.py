"""The web application: our routes, the page, and what stands in front of both."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import gradio as gr
from fastapi import FastAPI

from pipelines.workbench import Workbench
from server.errors import answer_errors
from server.middleware import BodyLimit, ClosedDoors, SameOrigin, SecurityHeaders
from server.studio_routes import studio_router

_CLICK_BYTES: Final = 1_000_000
_SWEEP_SECONDS: Final = 60


def create_app(
    bench: Workbench,
    page: gr.Blocks,
    theme: gr.themes.Base,
    css: list[str | Path],
    frame_ancestors: tuple[str, ...] = ("'self'",),
) -> FastAPI:
    """Put the web application together.

    Args:
        bench: the studio's state; closed when the application stops.
        page: the studio's page.
        theme: its look.
        css: its style sheets.
        frame_ancestors: sites that may show the page in a frame.
    """
    app = FastAPI(title="Cutaway", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(bench))
    app.include_router(studio_router(bench))
    # Mounted pages skip Gradio's file-path checks unless they believe they were launched.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        show_error=False,
        run_history=False,
        footer_links=[],
        max_file_size=_CLICK_BYTES,
        theme=theme,
        css_paths=css,
    )
    answer_errors(app)
    _guard(app, bench, frame_ancestors)
    return app


def _guard(app: FastAPI, bench: Workbench, frame_ancestors: tuple[str, ...]) -> None:
    """Middleware, innermost first."""
    app.add_middleware(ClosedDoors)
    app.add_middleware(
        BodyLimit,
        limit=bench.service.settings.max_bytes,
        small=_CLICK_BYTES,
        large_paths=("/studio/photos",),
    )
    app.add_middleware(SameOrigin)
    app.add_middleware(SecurityHeaders, frame_ancestors=frame_ancestors)


def _lifespan(bench: Workbench) -> Any:
    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_sweep(bench)), asyncio.create_task(asyncio.to_thread(bench.warm_up))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            bench.close()
            bench.service.close()

    return lifespan


async def _sweep(bench: Workbench) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        await asyncio.to_thread(bench.shelf.sweep)
