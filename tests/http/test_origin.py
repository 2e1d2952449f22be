"""Other sites' pages can change nothing here; the page itself and programs can."""

from __future__ import annotations

import httpx
import pytest

from tests.http.visitor import refusal

PATHS = [
    "/studio/photos",
    "/gradio_api/run/predict",
    "/gradio_api/queue/join",
    "/gradio_api/upload",
    "/gradio_api/cancel",
    "/nowhere",
]

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_foreign_pages_are_refused(
    client: httpx.Client, path: str, headers: dict[str, str], png: bytes
) -> None:
    answer = client.post(path, content=png, headers=headers)
    assert refusal(answer) == (403, "foreign_origin")
    assert "access-control-allow-origin" not in answer.headers


def test_the_page_itself_and_programs_are_not(client: httpx.Client, address: str, png: bytes) -> None:
    for headers in ({}, {"Origin": address}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert client.post("/studio/photos", content=png, headers=headers).status_code == 200


def test_foreign_pages_may_not_read(client: httpx.Client) -> None:
    for path in ("/", "/config", "/studio/samples/coffee"):
        for host in ("127.0.0.1", "studio.example"):
            headers = {"Origin": "https://evil.example", "Host": host}
            answer = client.get(path, headers=headers)
            assert "access-control-allow-origin" not in answer.headers
            asked = client.options(path, headers={**headers, "Access-Control-Request-Method": "POST"})
            assert "access-control-allow-origin" not in asked.headers
