"""More work than can be done: who waits, who is told to come again, and who is not worked for."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.http.conftest import Held, until
from tests.http.visitor import refusal


def vanishing(held: Held, name: str, way: str) -> socket.socket:
    """A client that asks for work and can hang up."""
    where = urlsplit(held.program.address)
    line = socket.create_connection((where.hostname or "", where.port or 0), timeout=20)
    line.sendall(f"POST /{way}/{name} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx".encode())
    return line


def test_a_full_queue_answers_at_once_and_the_others_are_done(held: Held) -> None:
    first = held.ask("full-1")
    until(lambda: held.began("full-1"))
    others = [held.ask(f"full-{number}") for number in (2, 3)]
    until(lambda: held.figure("cutaway_queue_waiting") == 2)
    for _ in range(20):
        answer = held.client.post("/held/too-many", content=b"x")
        assert refusal(answer) == (503, "busy")
        assert int(answer.headers["retry-after"]) >= 1
    assert held.client.get("/healthz").status_code == 200
    held.end("full-1", "full-2", "full-3")
    assert [answer.result(20).status_code for answer in (first, *others)] == [200, 200, 200]
    assert not held.began("too-many")
    assert held.figure("cutaway_queue_refused_total") >= 20
    assert held.figure('cutaway_errors_total{code="busy"}') >= 20


@pytest.mark.parametrize("way", ["held", "kept"])
def test_who_hangs_up_while_waiting_is_not_worked_for(held: Held, way: str) -> None:
    working, gone = f"{way}-working", f"{way}-gone"
    first = held.ask(working)
    until(lambda: held.began(working))
    line = vanishing(held, gone, way)
    until(lambda: held.figure("cutaway_queue_waiting") == 1)
    line.close()
    until(lambda: held.figure("cutaway_queue_waiting") == 0)
    held.end(working)
    assert first.result(20).status_code == 200
    until(lambda: held.figure("cutaway_queue_working") == 0)
    assert not held.began(gone)


@pytest.mark.parametrize("way", ["held", "kept"])
def test_work_for_who_hangs_up_ends_with_its_stage(held: Held, way: str) -> None:
    gone, later = f"{way}-half-done", f"{way}-later"
    line = vanishing(held, gone, way)
    until(lambda: held.began(gone))
    line.close()
    held.end(later)
    assert held.ask(later).result(20).status_code == 200  # its turn has come, though nobody ended the other


def test_a_gradio_event_waits_at_the_same_gate(held: Held) -> None:
    from tests.http.visitor import Visitor
    from tests.scenes import ball, encoded

    visitor = Visitor(held.client)
    photo = visitor.send(encoded(ball(320, 240).pixels)).json()["id"]
    names = ["page-1", "page-2", "page-3"]
    answers = [held.ask(name) for name in names]
    until(lambda: held.figure("cutaway_queue_waiting") == 2)
    (told, *_) = visitor.fire("stage", "photo", event_data={"id": photo})[-1:]
    assert told["action"] == "error"
    assert "waiting" in told["text"]
    held.end(*names)
    assert [answer.result(20).status_code for answer in answers] == [200, 200, 200]


def test_a_photo_finds_the_queue_full(held: Held, png: bytes) -> None:
    names = ["photo-1", "photo-2", "photo-3"]
    answers = [held.ask(name) for name in names]
    until(lambda: held.figure("cutaway_queue_waiting") == 2)
    answer = held.client.post("/studio/photos", content=png)
    assert refusal(answer) == (503, "busy")
    held.end(*names)
    assert [answer.result(20).status_code for answer in answers] == [200, 200, 200]


def test_nothing_stays_of_an_upload_that_breaks_off(held: Held, png: bytes) -> None:
    def files() -> list[str]:
        return sorted(str(path) for path in held.temporary.rglob("*") if path.is_file())

    before = files()
    where = urlsplit(held.program.address)
    for share in (0.1, 0.5, 0.9):
        with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as line:
            head = f"POST /studio/photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(png)}\r\n\r\n"
            line.sendall(head.encode() + png[: int(len(png) * share)])
    until(lambda: held.figure('cutaway_errors_total{code="client_gone"}') >= 3)
    assert files() == before


def test_stages_are_measured(client: httpx.Client, png: bytes) -> None:
    assert client.post("/studio/photos", content=png).status_code == 200
    told = client.get("/metrics").text
    for stage in ("wait", "load", "encode"):
        assert f'cutaway_stage_seconds_count{{stage="{stage}"}}' in told
