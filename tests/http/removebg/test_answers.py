"""What a result is sent as: the file or JSON, the headers beside it, and the other two addresses."""

from __future__ import annotations

import base64
import io
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.compose.subject import Box
from tests.http.knowing import BOX, HEIGHT, WIDTH, opened, scene
from tests.http.removebg.api import Api, api, problem
from tests.http.visitor import Answer
from tests.unit.pictures_made import adobe_rgb

WRITTEN = base64.b64encode(scene()).decode()
NUMBERS = {
    "x-width": WIDTH,
    "x-height": HEIGHT,
    "x-max-width": WIDTH,
    "x-max-height": HEIGHT,
    "x-credits-charged": 0,
    "x-foreground-top": BOX.top,
    "x-foreground-left": BOX.left,
    "x-foreground-width": BOX.right - BOX.left,
    "x-foreground-height": BOX.bottom - BOX.top,
}
AS_JSON = {"Accept": "application/json"}


def numbers(headers: Mapping[str, str]) -> dict[str, int]:
    return {name: int(headers[name]) for name in NUMBERS}


def send(
    removebg: Api, kind: str, fields: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Answer:
    """Send fields, and the picture as base64, as a body of some kind."""
    fields = {"image_file_b64": WRITTEN, **fields}
    match kind:
        case "json":
            return removebg.client.post("/v1.0/removebg", json=fields, headers=headers)
        case "form":
            return removebg.client.post("/v1.0/removebg", data=fields, headers=headers)
    files = {name: (None, str(value)) for name, value in fields.items()}
    return removebg.client.post("/v1.0/removebg", files=files, headers=headers)


KINDS = ["json", "form", "multipart"]


@pytest.mark.parametrize("kind", KINDS)
def test_bodies_of_all_kinds_give_the_same(removebg: Api, kind: str) -> None:
    fields = {
        "crop": True if kind == "json" else "true",
        "crop_margin": "10px",
        "bg_color": "",
        "size": "full",
    }
    answer = send(removebg, kind, fields)
    assert answer.content == removebg.post(crop="true", crop_margin="10px", size="full").content
    assert opened(answer).size == (80, 120)


@pytest.mark.parametrize(
    ("accept", "as_json"),
    [
        ("application/json", True),
        ("Application/JSON; q=0.9", True),
        ("application/json, image/png", True),
        ("application/json, text/plain, */*", False),  # what axios sends of its own accord
        ("*/*", False),
        ("image/*", False),
        ("image/png", False),
        ("application/zip", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_answer(removebg: Api, kind: str, accept: str, as_json: bool) -> None:
    answer = send(removebg, kind, {}, {"Accept": accept})
    assert answer.status_code == 200
    told = answer.headers["content-type"]
    assert told == ("application/json; charset=utf-8" if as_json else "image/png")
    assert numbers(answer.headers) == NUMBERS


@pytest.mark.parametrize("form", ["png", "jpg", "webp", "zip"])
def test_json_holds_the_file(removebg: Api, form: str) -> None:
    answer = send(removebg, "json", {"format": form}, AS_JSON)
    body = answer.json()
    assert body.keys() == {"data"}
    data = body["data"]
    places = {
        f"foreground_{name}": NUMBERS[f"x-foreground-{name}"] for name in ("top", "left", "width", "height")
    }
    assert base64.b64decode(data.pop("result_b64")) == send(removebg, "json", {"format": form}).content
    assert data == places


def test_headers(removebg: Api) -> None:
    headers = removebg.post().headers
    assert numbers(headers) == NUMBERS
    assert headers["x-type"] == "other"
    assert headers["x-model"] == 'u2netp;sha256="0123abcd", modnet;sha256="4567"'
    assert headers["cache-control"] == "no-store"
    assert "sandbox" in headers["content-security-policy"]
    exposed = {name.strip().lower() for name in headers["access-control-expose-headers"].split(",")}
    assert {*NUMBERS, "x-type", "x-model", "x-ratelimit-remaining", "retry-after"} <= exposed


def test_a_request_is_counted_by_the_pixels_that_were_sent(removebg: Api) -> None:
    removebg.post(scene(2000, 1500), size="preview")
    assert removebg.watched.state == {"megapixels": 3.0}


@pytest.mark.parametrize(
    ("fields", "size", "largest"),
    [
        ({}, (625, 400), (2500, 1600)),
        ({"size": "medium"}, (1530, 979), (2500, 1600)),
        ({"size": "full"}, (2500, 1600), (2500, 1600)),
        ({"crop": "true"}, (500, 500), (1000, 1000)),
        ({"crop": "true", "crop_margin": "50%", "format": "jpg"}, (500, 500), (2000, 2000)),
        ({"position": "center"}, (625, 400), (2500, 1600)),
    ],
    ids=str,
)
def test_places_are_those_of_the_photo_and_sizes_those_of_the_result(
    removebg: Api, fields: dict[str, str], size: tuple[int, int], largest: tuple[int, int]
) -> None:
    headers = removebg.post(scene(2500, 1600, Box(1000, 300, 2000, 1300)), **fields).headers
    told = numbers(headers)
    assert (told["x-width"], told["x-height"]) == size
    assert (told["x-max-width"], told["x-max-height"]) == largest
    places = [told[f"x-foreground-{name}"] for name in ("left", "top", "width", "height")]
    assert places == pytest.approx([1000, 300, 1000, 1000], abs=4)  # within a pixel of the result


def test_the_profile_and_the_resolution_stay(removebg: Api) -> None:
    stream = io.BytesIO()
    picture = Image.open(io.BytesIO(scene()))
    picture.save(stream, "PNG", icc_profile=adobe_rgb(), dpi=(300, 300))
    image = opened(removebg.post(stream.getvalue()))
    assert image.info["icc_profile"] == adobe_rgb()
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_photo_on_its_side_is_turned_upright(removebg: Api) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    Image.open(io.BytesIO(scene())).save(stream, "PNG", exif=exif)
    answer = removebg.post(stream.getvalue(), size="full")
    assert opened(answer).size == (HEIGHT, WIDTH)
    assert (answer.headers["x-foreground-left"], answer.headers["x-foreground-top"]) == ("50", "100")


@pytest.mark.parametrize("name", ["photo.txt", "blob", "", "photo.png"])
@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "image/gif"])
def test_what_a_file_is_is_told_by_its_bytes(removebg: Api, name: str, kind: str) -> None:
    told = f'Content-Disposition: form-data; name="image_file"; filename="{name}"\r\nContent-Type: {kind}'
    body = f"--x\r\n{told}\r\n\r\n".encode() + scene(ending=".webp") + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert opened(removebg.client.post("/v1.0/removebg", content=body, headers=headers)).size == (
        WIDTH,
        HEIGHT,
    )


def test_the_same_request_gives_the_same_bytes(removebg: Api) -> None:
    first, again = (removebg.post(format="zip", shadow_type="auto", type="car") for _ in range(2))
    assert first.content == again.content


# account ------------------------------------------------------------------------------------------------


def test_account(removebg: Api) -> None:
    answer = removebg.client.get("/v1.0/account")
    assert answer.status_code == 200
    attributes = answer.json()["data"]["attributes"]
    assert attributes["credits"].keys() == {"total", "subscription", "payg", "enterprise"}
    assert attributes["api"].keys() == {"free_calls", "sizes"}
    assert attributes["api"]["sizes"] == "all"
    assert attributes["credits"]["total"] > 0


# improve ------------------------------------------------------------------------------------------------


def improve(removebg: Api, data: bytes | None = None, **fields: str) -> Answer:
    files = {"image_file": ("a", scene() if data is None else data)}
    return removebg.client.post("/v1.0/improve", files=files, data=fields)


def test_improve_keeps_nothing_if_nothing_is_said(removebg: Api, tmp_path: Path) -> None:
    folder = removebg.service.settings.home
    before = {*folder.rglob("*")}
    answer = improve(removebg, image_filename="a.png", tag="hair")
    assert answer.json().keys() == {"id"}
    assert uuid.UUID(answer.json()["id"]).version == 4
    assert {*folder.rglob("*")} == before


def test_improve_puts_pictures_aside(tmp_path: Path) -> None:
    kept = tmp_path / "hard" / "cases"
    with api(tmp_path, removebg_keep=kept) as removebg:
        name = improve(removebg, image_filename="../a.png", tag="hair \U0001f408").json()["id"]
        odd = json.dumps({"image_file_b64": WRITTEN, "tag": "\ud800"}).encode()
        kind = {"Content-Type": "application/json"}
        assert removebg.client.post("/v1.0/improve", content=odd, headers=kind).status_code == 200
    assert (kept / f"{name}.png").read_bytes() == scene()
    facts = json.loads((kept / f"{name}.json").read_text())
    assert facts == {"image_filename": "../a.png", "tag": "hair \U0001f408"}
    assert len([*kept.iterdir()]) == 4
    assert {path.parent for path in tmp_path.rglob("*.png")} == {kept}


def test_improve_puts_no_more_than_a_hundred_aside_a_day(tmp_path: Path) -> None:
    kept = tmp_path / "cases"
    kept.mkdir()
    for number in range(99):
        (kept / f"{number}.json").touch()
    with api(tmp_path, removebg_keep=kept) as removebg:
        assert improve(removebg).status_code == 200
        answer = improve(removebg)
        assert (answer.status_code, problem(answer)["code"]) == (429, "rate_limit_exceeded")


def test_improve_tells_no_folder_when_nothing_can_be_kept(tmp_path: Path) -> None:
    kept = tmp_path / "cases"
    kept.write_bytes(b"a file where the folder should be")
    with api(tmp_path, removebg_keep=kept) as removebg:
        answer = improve(removebg)
        assert (answer.status_code, problem(answer)["code"]) == (507, "storage_full")
        assert "cases" not in answer.text


def test_improve_takes_pictures_only(removebg: Api) -> None:
    assert problem(improve(removebg, b"no picture"))["code"] == "invalid_file_type"
    assert problem(removebg.client.post("/v1.0/improve"))["code"] == "missing_source"


def test_results_are_the_cutouts_of_their_recipe(removebg: Api) -> None:
    """What the API gives is what the Recipe gives by any other door."""
    removebg.service.asked.clear()
    answer = removebg.post(crop="true", crop_margin="5%", bg_color="navy", format="png", size="full")
    (recipe,) = removebg.service.asked
    assert answer.content == removebg.service.cut(scene(), recipe).encode()
    assert np.asarray(opened(answer)).shape == (110, 66, 3)
