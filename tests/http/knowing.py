"""An API in this process, over a service that knows the right matte: all that is red is the subject."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from fastapi import APIRouter, FastAPI
from numpy.typing import NDArray
from PIL import Image
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.compose.subject import Box
from pipelines.errors import FaceNotFound
from pipelines.faces.face import Face
from pipelines.models.coarse import CoarseMatte
from pipelines.models.network import NetworkFacts
from pipelines.models.sessions import SessionPool
from pipelines.photo import Photo
from pipelines.recipe import Recipe
from pipelines.service import CutoutService
from pipelines.settings import Settings
from pipelines.shelf import Shelf
from pipelines.workbench import Workbench
from server import fetching
from server.errors import answer_errors
from server.lifetime import Lifetime
from server.removebg.sources import Fetcher
from tests.http.visitor import Answer
from tests.scenes import encoded
from tests.unit.fakes import FakeStore

WIDTH, HEIGHT = 300, 200
BOX = Box(100, 50, 160, 150)
"""The subject: 60 wide, 100 high, touching no side."""
RED, GREY = (220, 20, 30), (190, 195, 200)

RouterOf = Callable[[Workbench, Fetcher], APIRouter]


class KnowingService(CutoutService):
    """Its networks are never wrong about what is red.

    Attributes:
        asked: the Recipes that it was given.
        smiling: the faces that it finds.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, FakeStore(settings, set()), SessionPool(self._none, 1))
        self.asked: list[Recipe] = []
        self.smiling: tuple[Face, ...] = ()
        self.faces = self._faces  # type: ignore[assignment]

    @staticmethod
    def _none(choice: object) -> Any:
        raise AssertionError(f"a network was asked for: {choice}")

    def _faces(self, _photo: Photo) -> tuple[Face, ...]:
        if not self.smiling:
            raise FaceNotFound("Nothing here looks for faces.")
        return self.smiling

    def coarse(self, photo: Photo, recipe: Recipe) -> CoarseMatte:
        self.asked.append(recipe)
        red = photo.pixels[..., 0].astype(np.float32) - photo.pixels[..., 1]
        matte = np.clip(red / (RED[0] - RED[1]), 0, 1)
        facts = (NetworkFacts("u2netp", "0123abcd", "cpu", 1), NetworkFacts("modnet", "4567", "cpu", 1))
        return CoarseMatte(matte.astype(np.float32), facts)


class Watched:
    """An application, and what its routes said of the last request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.state: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = self.state = {}
        await self._app(scope, receive, send)


@contextmanager
def answering(
    service: KnowingService, router_of: RouterOf, fetcher: Fetcher | None = None
) -> Iterator[tuple[TestClient, Workbench, Watched]]:
    """An API in this process: a client of it, and what is behind it.

    Args:
        service: its folder is for all that is kept.
        router_of: makes the API's routes.
        fetcher: of pictures by their address; None fetches none.
    """
    bench = Workbench(service, Shelf(60, parent=service.settings.home))
    app = FastAPI()
    app.state.lifetime = Lifetime()
    app.include_router(router_of(bench, fetcher or fetching.Fetcher.of(Settings())))
    answer_errors(app)
    watched = Watched(app)
    with TestClient(watched, raise_server_exceptions=False) as client:
        yield client, bench, watched
    bench.close()


def scene(width: int = WIDTH, height: int = HEIGHT, box: Box = BOX, ending: str = ".png") -> bytes:
    """A red box on grey, as a file."""
    pixels = np.full((height, width, 3), GREY, np.uint8)
    pixels[box.top : box.bottom, box.left : box.right] = RED
    return encoded(pixels, ending)


def plain(color: tuple[int, int, int], size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """A picture of one colour."""
    return encoded(np.full((size[1], size[0], 3), color, np.uint8))


def opened(answer: Answer) -> Image.Image:
    """The picture in an answer."""
    assert answer.status_code == 200, answer.text
    image = Image.open(io.BytesIO(answer.content))
    image.load()
    return image


def box_of(rgba: NDArray[np.uint8]) -> Box:
    """Where something is at least half there."""
    rows, columns = np.nonzero(rgba[..., 3] >= 128)
    return Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
