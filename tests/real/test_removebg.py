"""remove.bg's API with real networks on real photos."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from pipelines.service import CutoutService
from pipelines.shelf import Shelf
from pipelines.workbench import Workbench
from server.errors import answer_errors
from server.fetching import Fetcher
from server.removebg.routes import removebg_router
from tests.http.knowing import opened, plain
from tests.http.removebg.api import problem
from tests.http.visitor import Answer

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def client(service: CutoutService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    bench = Workbench(service, Shelf(60, parent=tmp_path_factory.mktemp("shelf")))
    app = FastAPI()
    app.include_router(removebg_router(bench, Fetcher.of(service.settings)))
    answer_errors(app)
    with TestClient(app) as client:
        yield client
    bench.shelf.close()


def ask(client: TestClient, data: bytes, **fields: str) -> Answer:
    return client.post("/v1.0/removebg", files={"image_file": data}, data=fields)


def sample(name: str) -> bytes:
    return Path(sample_path(name)).read_bytes()


@pytest.mark.parametrize(
    ("name", "fields", "recipe"),
    [
        ("chelsea", {"size": "full"}, {}),
        ("astronaut", {}, {"framing": {"max_megapixels": 0.25}}),
        (
            "coffee",
            {"crop": "true", "crop_margin": "10%", "bg_color": "white", "size": "auto"},
            {
                "framing": {"crop": "subject", "margin": "10%", "snap": False, "max_megapixels": 25},
                "background": "white",
                "output": {"format": "jpg"},
            },
        ),
        (
            "astronaut",
            {"scale": "60%", "position": "50% 100%", "shadow_type": "auto", "size": "full"},
            {
                "framing": {
                    "share": 0.6,
                    "align": [0.5, 1],
                    "snap": False,
                    "max_upscale": 16,
                    "max_megapixels": 25,
                },
                "shadows": ["cast:opacity=0.5"],
            },
        ),
        (
            "rocket",
            {"roi": "25% 0% 75% 100%", "format": "zip", "size": "full"},
            {"edges": {"region": [0.25, 0, 0.75, 1]}, "output": {"format": "zip"}},
        ),
    ],
    ids=str,
)
def test_a_result_is_the_cutout_of_its_recipe(
    client: TestClient, service: CutoutService, name: str, fields: dict[str, str], recipe: dict[str, object]
) -> None:
    answer = ask(client, sample(name), **fields)
    assert answer.status_code == 200, answer.text
    assert answer.content == service.cut(sample(name), Recipe.read(recipe)).encode()


@pytest.mark.parametrize(
    ("name", "told"),
    [("astronaut", "person"), ("chelsea", "other"), ("coffee", "other"), ("rocket", "other")],
)
def test_people_are_told_from_all_else(client: TestClient, name: str, told: str) -> None:
    assert ask(client, sample(name)).headers["x-type"] == told


def test_places_are_those_of_the_photo(client: TestClient, service: CutoutService) -> None:
    box = service.cut(sample("astronaut"), Recipe()).box
    assert box is not None
    headers = ask(client, sample("astronaut"), crop="true", size="full").headers
    told = [int(headers[f"x-foreground-{name}"]) for name in ("left", "top", "width", "height")]
    assert told == [box.left, box.top, box.right - box.left, box.bottom - box.top]
    assert (int(headers["x-width"]), int(headers["x-height"])) == (told[2], told[3])


def test_a_preview_looks_like_the_full_result(client: TestClient) -> None:
    full = opened(ask(client, sample("chelsea"), size="full", bg_color="00ff00", format="png"))
    small = opened(ask(client, sample("chelsea"), bg_color="00ff00", format="png"))
    reduced = np.asarray(full.resize(small.size, Image.Resampling.BOX), int)
    assert np.abs(reduced - np.asarray(small, int)).mean() < 4


@pytest.mark.parametrize("color", [(255, 255, 255), (128, 128, 128), (0, 0, 0)])
def test_nothing_is_found_on_an_empty_wall(client: TestClient, color: tuple[int, int, int]) -> None:
    assert problem(ask(client, plain(color, (640, 480))))["code"] == "unknown_foreground"


def test_files_from_phones_are_taken_as_well(client: TestClient) -> None:
    stream = io.BytesIO()
    Image.open(sample_path("chelsea")).save(stream, "AVIF")
    assert ask(client, stream.getvalue()).status_code == 200
