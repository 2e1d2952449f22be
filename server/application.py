"""The web application: our routes, the pages, and what stands in front of both."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import gradio as gr
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Mount

from pipelines import stages
from pipelines.access.doors import Doors
from pipelines.batch.jobs import Jobs
from pipelines.batch.touch_ups import TouchUps
from pipelines.errors import AccessDamaged
from pipelines.settings import Settings
from pipelines.workbench import Workbench
from server import agents
from server.access import Access
from server.api.jobs.answers import sent_of
from server.api.jobs.desk import Desk
from server.api.jobs.routes import job_limits, jobs_router
from server.api.routes import api_limits, api_router
from server.batch_photo_routes import batch_photo_router
from server.batch_routes import BatchPage, batch_router
from server.bodies import BodyLimit
from server.cors import SharedApi
from server.errors import answer_errors
from server.fetching import Fetcher
from server.health import Probes, Readiness
from server.hosts import KnownHosts
from server.languages import Languages, PageLanguage
from server.lifetime import Finishing, Lifetime
from server.login_routes import LoginPage, login_router
from server.metrics import Metrics, serving_metrics
from server.middleware import ClosedDoors, SameOrigin, SecurityHeaders
from server.prefix import BelowPrefix
from server.proxies import TrustedProxies
from server.reception import Reception
from server.removebg.routes import removebg_limits, removebg_router
from server.share_routes import ClientPages, owner_router, share_router
from server.studio_routes import studio_router
from server.webhooks import Webhooks

_CLICK_BYTES: Final = 1_000_000
_LIGHT_THREADS: Final = 16
"""For reading files, small pictures and the like."""

_SWEEP_SECONDS: Final = 60
_log: Final = logging.getLogger("cutaway")
_HUGGING_FACE: Final = "https://huggingface.co"
"""Shows the page of a Space in a frame."""


@dataclass(frozen=True)
class Pages:
    """What people see.

    Attributes:
        studio: the studio's page in every language.
        client: writes what a link for a client shows.
        login: writes what asks for the page's password.
        batch: writes the page for many photos.
    """

    studio: Languages
    client: ClientPages
    login: LoginPage
    batch: BatchPage


@dataclass(frozen=True)
class Batches:
    """What works through many photos.

    Attributes:
        jobs: batches that run while nobody waits; begun and stopped with the application.
        touch_ups: takes photos of those to the studio.
        hooks: tells whom they name when they end; begun and stopped with them.
    """

    jobs: Jobs
    touch_ups: TouchUps
    hooks: Webhooks

    @classmethod
    def of(cls, bench: Workbench) -> Self:
        """As the settings have it."""
        settings = bench.service.settings
        base = f"{settings.root_path}/api/v1/jobs"
        hooks = Webhooks(settings.jobs, settings, lambda job: sent_of(job, base, jobs.expires(job)))
        jobs = Jobs(settings.jobs, settings, hooks.send)
        return cls(jobs, TouchUps(bench, jobs), hooks)

    def begin(self) -> None:
        """Start to run what waits, and to tell of what has ended."""
        self.jobs.begin()
        self.hooks.begin(self.jobs.all())

    def close(self) -> None:
        """Stop within seconds; all of it goes on at the next start."""
        self.jobs.close()
        self.hooks.close()


def create_app(bench: Workbench, batches: Batches, pages: Pages, doors: Doors) -> FastAPI:
    """Put the web application together.

    Args:
        bench: the studio's state; closed when the application stops.
        batches: what works through many photos.
        pages: what people see.
        doors: what is demanded of whom.
    """
    studio, jobs = pages.studio, batches.jobs
    metrics = Metrics(bench)
    lifespan = _lifespan(bench, batches, studio, doors, metrics)
    app = FastAPI(title="Cutaway", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.include_router(studio_router(bench))
    fetcher = Fetcher.of(bench.service.settings)
    app.include_router(removebg_router(bench, fetcher))
    app.include_router(jobs_router(bench, jobs, doors, "/studio", told=False))
    app.include_router(batch_photo_router(Desk(bench, jobs, doors, "/studio"), batches.touch_ups))
    app.include_router(api_router(bench, jobs, fetcher, doors))
    if bench.service.settings.mcp:
        agents.offer(app, bench, fetcher)
    app.include_router(batch_router(bench.service.settings, pages.batch, studio.speaking_to))
    app.include_router(owner_router(bench.shares))
    app.include_router(share_router(bench.shares, pages.client, studio.speaking_to))
    app.include_router(login_router(doors, pages.login, studio.speaking_to, framed=doors.reach.space))
    app.mount("/", studio)
    answer_errors(app)
    _guard(app, bench, doors)
    _receive(app, bench, studio, metrics)
    return app


def mount_page(page: gr.Blocks, theme: gr.themes.Base, css: list[str | Path], code: str) -> FastAPI:
    """The application around the page of one language.

    Args:
        page: the studio's page.
        theme: its look.
        css: its style sheets.
        code: its language.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
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
    (mounted,) = (route.app for route in app.routes if isinstance(route, Mount))
    assert isinstance(mounted, FastAPI)  # noqa: S101  (so Gradio mounts it)
    mounted.user_middleware.append(Middleware(PageLanguage, code=code))  # innermost: it is not compressed yet
    answer_errors(app)
    return app


def _guard(app: FastAPI, bench: Workbench, doors: Doors) -> None:
    """Middleware, innermost first."""
    app.add_middleware(ClosedDoors)
    app.add_middleware(
        BodyLimit,
        small=_CLICK_BYTES,
        large={
            "/studio/photos": bench.service.settings.max_bytes,
            **removebg_limits(bench.service.settings),
            **api_limits(bench.service.settings),
            **job_limits(bench.service.settings, "/studio"),
            **agents.agent_limits(bench.service.settings),
        },
    )
    app.add_middleware(Access, doors=doors)
    app.add_middleware(SameOrigin)
    app.add_middleware(KnownHosts, hosts=doors.hosts, direct=not doors.exposed and not doors.open)
    frames = ("'self'", _HUGGING_FACE) if doors.reach.space else ("'self'",)
    app.add_middleware(SecurityHeaders, frame_ancestors=frames)
    app.add_middleware(SharedApi, origins=doors.settings.cors_origins)
    app.add_middleware(TrustedProxies, proxies=doors.proxies)


def _receive(app: FastAPI, bench: Workbench, pages: Languages, metrics: Metrics) -> None:
    """What stands in front of even the application's own last resort; no middleware is added after it."""
    lifetime, settings = Lifetime(), bench.service.settings
    lifetime.at_end(pages.hang_up)
    app.state.lifetime, app.state.bench = lifetime, bench
    readiness = Readiness(bench, settings.ready_model, lifetime)
    inner = Finishing(app.build_middleware_stack(), lifetime)
    probes = Probes(inner, readiness, metrics if settings.metrics == "local" else None)
    reception = Reception(probes, metrics)
    app.middleware_stack = BelowPrefix(reception, settings.root_path) if settings.root_path else reception


def _lifespan(bench: Workbench, batches: Batches, pages: Languages, doors: Doors, metrics: Metrics) -> Any:
    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        size_threads(bench.service.settings)
        deaf = stages.listen(metrics.stage)
        stop_metrics = serving_metrics(metrics, bench.service.settings.metrics)
        await pages.start()
        batches.begin()
        works = (bench.shelf.sweep, bench.shares.sweep, batches.jobs.sweep, partial(_write_uses, doors))
        tasks = [
            asyncio.create_task(sweeping(works)),
            asyncio.create_task(asyncio.to_thread(bench.warm_up)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await pages.stop()
            await asyncio.to_thread(batches.close)
            stop_metrics()
            deaf()
            _write_uses(doors)
            bench.close()
            bench.service.close()

    return lifespan


def size_threads(settings: Settings) -> None:
    """Threads for this machine: whoever waits at the gate inside of an event of the page holds one.

    A few more are left for what does not wait. Call inside of the event loop.
    """
    waiting, light = settings.workers + settings.queue, _LIGHT_THREADS
    current_default_thread_limiter().total_tokens = waiting + light
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(light, "light"))


async def sweeping(works: Sequence[Callable[[], object]], seconds: float = _SWEEP_SECONDS) -> None:
    """Do some works now and then, until cancelled; one that fails is logged, and done again the next time."""
    while True:
        await asyncio.sleep(seconds)
        for work in works:
            try:
                await asyncio.to_thread(work)
            except Exception:  # noqa: BLE001  (whatever it was, the next hour's files must go as well)
                _log.exception("sweeping failed")


def _write_uses(doors: Doors) -> None:
    """Keep when keys were used, where the folder can be written: a server may have its keys read-only."""
    with contextlib.suppress(AccessDamaged):
        doors.keys.write_uses()
