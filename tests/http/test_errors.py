"""Errors answer in one form, whoever made them."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from pipelines.errors import ImageTooLarge, StorageFull
from server.errors import answer_errors
from tests.http.visitor import refusal


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nowhere", (404, "not_found")),
        ("GET", "/studio/nowhere", (404, "not_found")),
        ("PUT", "/studio/photos", (404, "not_found")),
        ("DELETE", "/", (405, "method_not_allowed")),
        ("POST", "/config", (405, "method_not_allowed")),
        ("GET", "/gradio_api/nowhere", (404, "not_found")),
        ("GET", "/gradio_api/queue/data", (422, "invalid_request")),
        ("GET", "/monitoring", (403, "forbidden")),
        ("GET", "/docs", (404, "not_found")),
        ("GET", "/studio/files/nowhere", (404, "photo_not_found")),
        ("GET", "/studio/samples/nowhere", (404, "photo_not_found")),
    ],
)
def test_the_frameworks_own_errors(
    client: httpx.Client, method: str, path: str, expected: tuple[int, str]
) -> None:
    assert refusal(client.request(method, path)) == expected


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"data": 1}', b"\xff\xfe", b"[" * 5000])
@pytest.mark.parametrize("route", ["run/predict", "queue/join"])
def test_events_that_are_no_events(client: httpx.Client, route: str, body: bytes) -> None:
    kind = {"Content-Type": "application/json"}
    answer = client.post(f"/gradio_api/{route}", content=body, headers=kind)
    assert refusal(answer) in ((422, "invalid_request"), (400, "bad_request"))


def failing(app: FastAPI, error: Exception) -> FastAPI:
    async def fail() -> None:
        raise error

    app.add_api_route("/fail", fail)
    return app


OURS = [
    (ImageTooLarge("Too large."), (413, "image_too_large")),
    (StorageFull("No room."), (507, "storage_full")),
]
FOREIGN = [
    (HTTPException(403, "File not allowed: /srv/secret"), (403, "forbidden")),
    (HTTPException(418), (418, "bad_request")),
    (HTTPException(502, "upstream /srv/secret"), (502, "internal_error")),
    (ValueError("/srv/secret"), (500, "internal_error")),
]


def names(value: object) -> str:
    return type(value).__name__ if isinstance(value, Exception) else ""


def ask(app: FastAPI, path: str) -> tuple[int, str]:
    answer_errors(app)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get(path)
    assert "secret" not in answer.text
    return refusal(answer)


@pytest.mark.parametrize(("error", "expected"), [*OURS, *FOREIGN], ids=names)
def test_failures_of_our_routes(error: Exception, expected: tuple[int, str]) -> None:
    assert ask(failing(FastAPI(), error), "/fail") == expected


@pytest.mark.parametrize(("error", "expected"), FOREIGN, ids=names)
def test_failures_of_what_is_mounted(error: Exception, expected: tuple[int, str]) -> None:
    app = FastAPI()
    app.mount("/in", failing(FastAPI(), error))
    assert ask(app, "/in/fail") == expected
