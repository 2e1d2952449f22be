"""The API within the real program, behind all that stands in front of it, with real networks."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.http.conftest import MAX_BYTES
from tests.http.knowing import opened
from tests.http.removebg.api import problem

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def photo() -> bytes:
    from pipelines.samples import sample_path

    return sample_path("coffee").read_bytes()


def test_a_photo(client: httpx.Client, photo: bytes) -> None:
    answer = client.post("/v1.0/removebg", files={"image_file": photo}, data={"size": "full"})
    image = opened(answer)
    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert (answer.headers["x-type"], answer.headers["x-credits-charged"]) == ("other", "0")
    assert answer.headers["x-model"].startswith('u2netp;sha256="309c8469')
    assert answer.headers["x-content-type-options"] == "nosniff"
    body = {"image_file_b64": base64.b64encode(photo).decode(), "size": "full"}
    assert client.post("/v1.0/removebg", json=body).content == answer.content


def test_several_at_once(client: httpx.Client, photo: bytes) -> None:
    def send(number: int) -> int:
        crop = {"crop": "true", "crop_margin": f"{number}px"}
        return client.post("/v1.0/removebg", files={"image_file": photo}, data=crop).status_code

    with ThreadPoolExecutor(5) as pool:
        assert [*pool.map(send, range(5))] == [200] * 5


def test_the_frameworks_refusals(client: httpx.Client) -> None:
    for method, path, status, code in (
        ("GET", "/v1.0/removebg", 405, "method_not_allowed"),
        ("GET", "/v1.0/nowhere", 404, "not_found"),
        ("POST", "/v1.0/removebg", 400, "missing_source"),
    ):
        answer = client.request(method, path)
        assert (answer.status_code, problem(answer)["code"]) == (status, code)


def test_a_photo_has_room_as_base64_and_with_a_picture_behind(client: httpx.Client) -> None:
    """The file's limit is the smaller one of the API's and the program's; the body's leaves room for it."""
    large = b"x" * (MAX_BYTES + 1)
    body = {"image_file_b64": base64.b64encode(large).decode()}
    answer = client.post("/v1.0/removebg", json=body)
    assert (answer.status_code, problem(answer)["code"]) == (400, "file_too_large")
    assert problem(answer)["detail"] == "File exceeds limit of 6MB"


def test_a_body_beyond_all_limits(client: httpx.Client) -> None:
    answer = client.post("/v1.0/removebg", content=b"x" * 56_000_000)
    assert (answer.status_code, problem(answer)["code"]) == (400, "file_too_large")


def test_account(client: httpx.Client) -> None:
    assert client.get("/v1.0/account").json()["data"]["attributes"]["api"]["sizes"] == "all"


def test_another_sites_page(client: httpx.Client) -> None:
    answer = client.post("/v1.0/removebg", headers={"Origin": "http://evil.example"})
    assert (answer.status_code, problem(answer)["code"]) == (403, "foreign_origin")
