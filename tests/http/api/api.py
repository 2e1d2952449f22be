"""Our API over a service that knows the right matte: all that is red is the subject."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from fastapi import APIRouter, Depends, Request
from numpy.typing import NDArray
from starlette.testclient import TestClient

from pipelines.access.doors import Doors, Reach
from pipelines.batch.jobs import Jobs
from pipelines.settings import Settings
from pipelines.workbench import Workbench
from server.access import Caller
from server.api.routes import api_router
from server.removebg.sources import Fetcher
from tests.http.knowing import KnowingService, Watched, answering, opened, scene
from tests.http.visitor import Answer
from tests.unit.fakes import FakeStore

CUTOUTS = "/api/v1/cutouts"


class Api:
    """A client of the API, and what is behind it."""

    def __init__(self, client: TestClient, bench: Workbench, watched: Watched) -> None:
        self.client = client
        self.bench = bench
        self.watched = watched

    def post(
        self,
        recipe: Mapping[str, Any] | str | None = None,
        accept: str = "*/*",
        photo: bytes | None = None,
        **parts: Any,
    ) -> Answer:
        """Send a photo, the scene's if none is given, with a Recipe and further parts."""
        files: dict[str, Any] = {"photo": ("red box.png", scene() if photo is None else photo)}
        if recipe is not None:
            files["recipe"] = None, recipe if isinstance(recipe, str) else json.dumps(recipe)
        files |= {name: (None, part) if isinstance(part, str) else part for name, part in parts.items()}
        return self.client.post(CUTOUTS, files=files, headers={"Accept": accept})

    def facts(self, recipe: Mapping[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
        """The facts of a cutout."""
        answer = self.post(recipe, "application/json", **parts)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def cut(self, recipe: Mapping[str, Any] | None = None, **parts: Any) -> NDArray[np.uint8]:
        """What comes of it: HxWx4 uint8."""
        return np.asarray(opened(self.post(recipe, **parts)).convert("RGBA"))


@contextmanager
def api(folder: Path, fetcher: Fetcher | None = None, **settings: Any) -> Iterator[Api]:
    """The API in this process; see :func:`tests.http.removebg.api.api`."""
    service = KnowingService(Settings(home=folder, config=folder, **settings))
    assert isinstance(service.store, FakeStore)
    service.store.here |= {"u2netp", "modnet"}
    jobs = Jobs(folder / "jobs", service.settings)
    jobs.begin()
    router_of = partial(_router, jobs=jobs, doors=Doors(service.settings, Reach()))
    with closing(jobs), answering(service, router_of, fetcher) as (client, bench, watched):
        yield Api(client, bench, watched)


def _router(bench: Workbench, fetcher: Fetcher, jobs: Jobs, doors: Doors) -> APIRouter:
    router = APIRouter(dependencies=[Depends(_meet)])
    router.include_router(api_router(bench, jobs, fetcher, doors))
    return router


def _meet(request: Request) -> None:
    """What :class:`server.access.Access` does before."""
    request.state.caller = Caller("127.0.0.1")


def transport_of(api: Api) -> httpx.BaseTransport:
    """What a client speaks through to have its requests answered in this process."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = api.client.request(
            request.method, str(request.url), content=request.read(), headers=dict(request.headers)
        )
        headers = {name: value for name, value in found.headers.items() if name != "content-encoding"}
        return httpx.Response(found.status_code, headers=headers, content=found.content, request=request)

    return httpx.MockTransport(answer)
