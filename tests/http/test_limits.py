"""How much may be sent: judged by what is announced, and counted as it arrives."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.http.conftest import MAX_BYTES
from tests.http.visitor import refusal

CLICK = 1_000_000
PATHS = {
    "/studio/photos": MAX_BYTES,
    "/gradio_api/queue/join": CLICK,
    "/gradio_api/upload": CLICK,
    "/gradio_api/run/predict": CLICK,
    "/gradio_api/run/studio/photos": CLICK,
    "/nowhere": CLICK,
}


def pieces(count: int) -> Iterator[bytes]:
    """A body of no announced length."""
    for start in range(0, count, 65_536):
        yield b"x" * min(65_536, count - start)


@pytest.mark.parametrize("path", PATHS)
def test_too_much_is_refused(client: httpx.Client, path: str) -> None:
    limit = PATHS[path]
    for size in (limit + 1, limit * 3):
        assert refusal(client.post(path, content=b"x" * size)) == (413, "body_too_large")
        answer = client.post(path, content=pieces(size))
        # where there is nothing, nobody waits for the end of a body
        assert refusal(answer) in ((413, "body_too_large"), (404, "not_found"))


@pytest.mark.parametrize("path", ["/studio/photos", "/gradio_api/queue/join", "/gradio_api/run/predict"])
def test_a_body_is_counted_where_it_is_read(client: httpx.Client, path: str) -> None:
    assert refusal(client.post(path, content=pieces(PATHS[path] + 1))) == (413, "body_too_large")


def test_the_limit_itself_is_let_through(client: httpx.Client) -> None:
    for content in (b"x" * MAX_BYTES, pieces(MAX_BYTES)):
        assert refusal(client.post("/studio/photos", content=content)) == (415, "unsupported_format")


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 40, "0x10", ""])
def test_a_length_that_is_no_number(client: httpx.Client, length: str) -> None:
    try:
        answer = client.post("/studio/photos", content=pieces(10), headers={"Content-Length": length})
    except httpx.HTTPError:  # the server may also hang up
        return
    assert answer.status_code in (400, 413)


def test_the_sentence_tells_the_limit(client: httpx.Client) -> None:
    assert "at most 6 MB" in client.post("/studio/photos", content=b"x" * (MAX_BYTES + 1)).json()["message"]


def test_an_answer_is_read_before_the_line_is_cut(client: httpx.Client) -> None:
    # With unread bytes left a closed connection is reset, and the answer lost: now and then, so try often.
    for _ in range(20):
        assert client.post("/studio/photos", content=b"x" * (3 * MAX_BYTES)).status_code == 413


ANNOUNCED = "Content-Length: 300000000"


@pytest.mark.parametrize("path", [*PATHS, "/gradio_api/file=x"])
@pytest.mark.parametrize("header", [ANNOUNCED, f"{ANNOUNCED}\r\nOrigin: https://evil.example"])
def test_the_answer_comes_while_the_body_is_still_sent(client: httpx.Client, path: str, header: str) -> None:
    host, port = client.base_url.host, client.base_url.port
    with socket.create_connection((host, port or 80), timeout=10) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\n{header}\r\n\r\n".encode() + b"x" * 99_999
        )
        answer = http.client.HTTPResponse(line)
        answer.begin()  # nothing more is sent: it must be here already
        assert answer.status in (403, 413)
        assert json.loads(answer.read())["message"]


def test_an_answer_that_needs_no_body_is_not_lost(client: httpx.Client) -> None:
    for _ in range(20):
        assert refusal(client.post("/nowhere", content=pieces(CLICK - 1))) == (404, "not_found")
