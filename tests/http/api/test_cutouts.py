"""A photo and a Recipe in, the picture or its facts out."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from pipelines.compose.subject import Box
from pipelines.recipe import Recipe
from server.api.making import Made
from tests.http.api.api import CUTOUTS, Api, api
from tests.http.knowing import BOX, HEIGHT, RED, WIDTH, box_of, opened, plain, scene
from tests.http.visitor import refusal

SUBJECT = {"left": BOX.left, "top": BOX.top, "width": BOX.right - BOX.left, "height": BOX.bottom - BOX.top}
BEACH = {"background": {"kind": "image", "source": "beach"}}
WHITE = {"background": "white", "output": {"format": "jpg"}}


def test_the_picture(ours: Api) -> None:
    answer = ours.post()
    image = opened(answer)
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (WIDTH, HEIGHT))
    assert box_of(np.asarray(image)) == BOX
    told = answer.headers
    assert told["content-disposition"].startswith('attachment; filename="red box.png"')
    assert (told["x-width"], told["x-height"]) == (str(WIDTH), str(HEIGHT))
    names = ("left", "top", "width", "height")
    assert {name: int(told[f"x-foreground-{name}"]) for name in names} == SUBJECT
    assert told["x-model"] == 'u2netp;sha256="0123abcd", modnet;sha256="4567"'
    assert 0 < float(told["x-confidence"]) <= 1
    assert {"load", "predict", "encode"} <= {part.split(";")[0] for part in told["server-timing"].split(", ")}
    assert told["cache-control"] == "no-store"
    assert "x-check" not in told
    assert ours.watched.state["megapixels"] == WIDTH * HEIGHT / 1e6


def test_the_facts(ours: Api) -> None:
    facts = ours.facts(WHITE)
    assert facts["photo"] == {"width": WIDTH, "height": HEIGHT}
    assert facts["subject"] == SUBJECT
    assert facts["file"]["name"] == "red box.jpg"
    assert facts["file"]["parts"][0]["quality"] == 92
    assert facts["models"][0] == {"name": "u2netp", "sha256": "0123abcd", "device": "cpu"}
    assert facts["check"] is None
    assert Recipe.read(facts["recipe"]) == Recipe.read(WHITE)
    assert facts["timings"].keys() >= {"load", "predict", "encode"}


def test_links(ours: Api) -> None:
    facts = ours.facts(WHITE)
    result = ours.client.get(facts["links"]["result"])
    assert (len(result.content), result.headers["content-type"]) == (facts["file"]["bytes"], "image/jpeg")
    assert result.content == ours.post(WHITE).content
    assert result.headers["content-disposition"].startswith('attachment; filename="red box.jpg"')
    assert "sandbox" in result.headers["content-security-policy"]
    matte = opened(ours.client.get(facts["links"]["matte"]))
    assert (matte.mode, matte.size) == ("L", (WIDTH, HEIGHT))
    assert matte.getpixel((BOX.left + 9, BOX.top + 9)) == 255


def test_what_links_name_is_made_in_the_turn(ours: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    working, matte = [], Made.matte

    def noted(made: Made) -> bytes:
        working.append(ours.bench.gate.facts().working)
        return matte(made)

    monkeypatch.setattr(Made, "matte", noted)
    assert ours.facts()["links"]
    assert working == [1]


def test_a_link_ends_when_it_is_deleted(ours: Api) -> None:
    link = ours.facts()["links"]["result"]
    assert ours.client.delete(link).status_code == 204
    answer = ours.client.get(link)
    assert refusal(answer) == (404, "not_found")
    assert ours.client.delete(link).status_code == 204


def test_ids_cannot_be_guessed(ours: Api) -> None:
    names = {ours.facts()["links"]["result"].rpartition("/")[2] for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) == 22 for name in names)
    for name in ("..%2f..%2fetc%2fpasswd", "x" * 22, ".alive"):
        assert refusal(ours.client.get(f"/api/v1/files/{name}"))[1] == "not_found"


def test_a_preset_and_its_check(ours: Api) -> None:
    answer = ours.post(preset="amazon-main", photo=scene(2400, 1600, Box(600, 200, 1800, 1400)))
    assert answer.headers["x-check"] in ("pass", "warn")
    assert opened(answer).getpixel((0, 0)) == (255, 255, 255)
    facts = ours.facts({"framing": {"flip": "horizontal"}}, preset="amazon-main")
    assert facts["check"]["preset"] == facts["recipe"]["preset"] == "amazon-main"
    assert facts["recipe"]["framing"]["flip"] == "horizontal"
    findings = {one["rule"]: one for one in facts["check"]["findings"]}
    assert findings["background"]["verdict"] == "pass"
    assert findings["background"]["text"].endswith(".")


def test_a_picture_behind(ours: Api) -> None:
    cut = ours.cut(BEACH, beach=plain((10, 200, 30)))
    assert cut[0, 0].tolist() == [10, 200, 30, 255]
    assert cut[BOX.top + 9, BOX.left + 9, :3].tolist() == list(RED)
    word = ours.cut({"background": "beach.png"}, **{"beach.png": plain((10, 200, 30))})
    assert (word == cut).all()


def test_several_presets_are_a_zip(ours: Api) -> None:
    recipe = {"also_presets": ["ebay", "shopify"]}
    answer = ours.post(recipe, preset="amazon-main", photo=scene(2400, 1600, Box(600, 200, 1800, 1400)))
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        *pictures, report = archive.namelist()
        assert report == "report.txt"
        assert [name.rpartition("-")[2] for name in pictures] == ["main.jpg", "ebay.jpg", "shopify.jpg"]
        assert b"eBay" in archive.read(report)


def test_several_formats_are_a_zip(ours: Api) -> None:
    facts = ours.facts({"output": {"format": "png", "also": ["webp"]}})
    assert facts["file"]["media_type"] == "application/zip"
    assert len(facts["file"]["parts"]) == 2


def test_nothing_in_the_photo(ours: Api) -> None:
    grey = plain((128, 128, 128))
    assert ours.facts(photo=grey)["subject"] is None
    assert "x-foreground-left" not in ours.post(photo=grey).headers


def test_a_photo_made_smaller_tells_where_the_subject_was(ours: Api) -> None:
    large = scene(1200, 800, BOX._replace(right=560, bottom=750))
    facts = ours.facts({"framing": {"max_megapixels": 0.24}}, photo=large)
    assert facts["file"]["parts"][0]["width"] == 600
    assert facts["subject"] == pytest.approx({"left": 100, "top": 50, "width": 460, "height": 700}, abs=3)


def test_what_a_client_accepts(ours: Api) -> None:
    for accept, kind in (
        ("application/json", "application/json"),
        ("application/json, */*", "image/png"),
        ("image/webp", "image/png"),
        ("", "image/png"),
    ):
        assert ours.post(accept=accept).headers["content-type"] == kind


class Site:
    """Another server with pictures on it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None]] = []

    async def fetch(self, url: str, *, max_bytes: int | None = None) -> bytes:
        self.asked.append((url, max_bytes))
        return scene() if url.endswith("photo.png") else plain((1, 2, 3))


def test_pictures_by_their_address(tmp_path: Path) -> None:
    site = Site()
    with api(tmp_path, site, max_bytes=1_000_000) as ours:
        parts = {
            "photo_url": (None, "https://shop.example/photo.png"),
            "recipe": (
                None,
                json.dumps({"background": {"kind": "image", "source": "https://shop.example/b"}}),
            ),
        }
        image = opened(ours.client.post(CUTOUTS, files=parts))
        assert image.getpixel((0, 0)) == (1, 2, 3)
    assert site.asked == [
        ("https://shop.example/photo.png", 1_000_000),
        ("https://shop.example/b", 1_000_000),
    ]


def test_below_another_address(tmp_path: Path) -> None:
    with api(tmp_path) as ours:
        ours.client = TestClient(ours.watched, root_path="/tools")
        link = ours.facts()["links"]["result"]
        assert link.startswith("/tools/api/v1/files/")
        assert ours.client.get("/api/v1/openapi.json").json()["servers"] == [{"url": "/tools"}]


def test_every_file_is_what_its_type_says(ours: Api) -> None:
    for name, kind in (("webp", "image/webp"), ("tiff", "image/tiff"), ("avif", "image/avif")):
        answer = ours.post({"output": {"format": name}})
        assert answer.headers["content-type"] == kind
        assert Image.open(io.BytesIO(answer.content)).get_format_mimetype() == kind
