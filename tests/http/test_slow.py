"""Clients that keep us waiting are cut off; others, and those that we keep waiting, are not."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from tests.http.conftest import Held, holding, until
from tests.scenes import encoded

DRIP = 0.05
"""Seconds between two bytes."""


@contextmanager
def line_to(held: Held) -> Iterator[socket.socket]:
    where = urlsplit(held.program.address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as line:
        yield line


def answer_of(line: socket.socket) -> tuple[int, dict[str, str]]:
    """What a server said before it closed."""
    data = b""
    while piece := line.recv(65536):
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def drip(line: socket.socket, data: bytes) -> bool:
    """Send byte after byte; whether the other side closed before all was sent."""
    line.settimeout(DRIP)
    for byte in data:
        try:
            if line.recv(1, socket.MSG_PEEK):
                line.settimeout(20)
                return True
        except TimeoutError:
            line.sendall(bytes([byte]))
    line.settimeout(20)
    return False


HEAD = b"POST /studio/photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
SLOW = {
    "nothing at all": (b"", b""),
    "a head": (b"GET / HTTP/1.1\r\n", b"X-Header: " + b"x" * 4000),
    "a body": (HEAD, b"x" * 4000),
}


@pytest.mark.parametrize("what", SLOW)
def test_a_trickle_is_cut_off(held: Held, what: str) -> None:
    first, rest = SLOW[what]
    with line_to(held) as line:
        line.sendall(first)
        assert drip(line, rest) or not rest
        status, said = answer_of(line)
    assert (status, said["code"]) == (408, "too_slow")
    assert said["request_id"]


def test_the_second_request_of_a_connection_has_a_deadline_too(held: Held) -> None:
    with line_to(held) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        line.recv(65536)
        line.sendall(b"GET /heal")
        assert answer_of(line)[0] == 408


def test_the_rest_of_a_body_that_was_answered(held: Held) -> None:
    with line_to(held) as line:
        line.sendall(
            b"POST /studio/photos/none/copy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nx"
        )
        until(lambda: line.recv(1, socket.MSG_PEEK))
        line.settimeout(20)
        while line.recv(65536):  # until it is closed
            pass


def test_health_is_told_meanwhile(held: Held) -> None:
    with ExitStack() as lines:
        for number in range(200):
            line = lines.enter_context(line_to(held))
            line.sendall(HEAD + b"x" if number % 2 else b"GET / HTTP/1.1\r\nX: ")
        for _ in range(20):
            assert held.client.get("/healthz").status_code == 200
    until(lambda: held.figure("cutaway_requests_in_progress") == 1)


def test_a_slow_body_that_comes_on_is_taken(held: Held, png: bytes) -> None:
    size = len(png) // 8 + 1

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(png), size):
            threading.Event().wait(0.4)  # longer than the deadline in all
            yield png[start : start + size]

    assert held.client.post("/studio/photos", content=pieces()).status_code == 200


def test_who_waits_for_us_is_not_cut_off(held: Held) -> None:
    answer = held.ask("patience")
    until(lambda: held.began("patience"))
    threading.Event().wait(3)  # longer than the deadline
    held.end("patience")
    assert answer.result(20).status_code == 200


def test_an_answer_that_is_not_taken(held: Held) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1500, 1500, 3), np.uint8)
    photo = held.client.post("/studio/photos", content=encoded(noise)).json()["id"]
    with line_to(held) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(f"GET /studio/files/{photo} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until(lambda: held.figure("cutaway_requests_in_progress") == 2)
        until(lambda: held.figure("cutaway_requests_in_progress") == 1)


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01 no HTTP\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"\r\nx: y\r\n\r\n"]
)
def test_what_is_no_http(held: Held, data: bytes) -> None:
    with line_to(held) as line:
        line.sendall(data)
        status, said = answer_of(line)
    assert (status, said["code"]) == (400, "bad_request")
    assert said["request_id"]


def test_more_connections_than_allowed(tmp_path_factory: pytest.TempPathFactory) -> None:
    with holding(tmp_path_factory.mktemp("few"), CUTAWAY_CONNECTIONS="5") as held, ExitStack() as lines:
        held.client.close()
        for _ in range(5):
            lines.enter_context(line_to(held)).sendall(b"GET ")
        with line_to(held) as line:
            status, said = answer_of(line)
        assert (status, said["code"]) == (503, "busy")
        lines.close()
        with httpx.Client(base_url=held.program.address, trust_env=False) as client:
            until(lambda: client.get("/healthz").status_code == 200)
