"""remove.bg's API over a service that knows the right matte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.testclient import TestClient

from pipelines.settings import Settings
from server.removebg.routes import removebg_router
from server.removebg.sources import Fetcher
from tests.http.knowing import KnowingService, Watched, answering, opened, scene
from tests.http.visitor import Answer


class Api:
    """A client of the API, and what is behind it."""

    def __init__(self, client: TestClient, service: KnowingService, watched: Watched) -> None:
        self.client = client
        self.service = service
        self.watched = watched

    def post(self, data: bytes | None = None, /, **fields: str) -> Answer:
        """Send a picture, the scene's if none is given, and fields, as a form with a file."""
        files = {"image_file": ("photo", scene() if data is None else data)}
        return self.client.post("/v1.0/removebg", files=files, data=fields)

    def cut(self, data: bytes | None = None, /, **fields: str) -> NDArray[np.uint8]:
        """What comes of it: HxWx4 uint8."""
        fields = {"size": "full", **fields}
        return np.asarray(opened(self.post(data, **fields)).convert("RGBA"))

    def problem(self, data: bytes | None = None, /, **fields: str) -> dict[str, str]:
        """The one error of a refusal."""
        return problem(self.post(data, **fields))


@contextmanager
def api(folder: Path, fetcher: Fetcher | None = None, **settings: Any) -> Iterator[Api]:
    """The API in this process.

    Args:
        folder: for all that is kept.
        fetcher: of pictures by their address.
        settings: that differ from the defaults.
    """
    service = KnowingService(Settings(home=folder, **settings))
    with answering(service, removebg_router, fetcher) as (client, _, watched):
        yield Api(client, service, watched)


def problem(answer: Answer) -> dict[str, str]:
    """The one error of a refusal, in the API's shape."""
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert body.keys() == {"errors"}
    (found,) = body["errors"]
    assert {"title", "code"} <= found.keys() <= {"title", "code", "detail"}
    assert all(isinstance(text, str) and text for text in found.values())
    return dict(found)
