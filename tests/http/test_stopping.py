"""A stop lets what is under way finish; a second one ends it now."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx
import pytest

from tests.http.conftest import holding, until
from tests.http.visitor import refusal


def test_what_is_under_way_is_finished(tmp_path: Path) -> None:
    with holding(tmp_path) as held:
        working = held.ask("working")
        until(lambda: held.began("working"))
        waiting = held.ask("waiting")
        until(lambda: held.figure("cutaway_queue_waiting") == 1)
        held.program.process.send_signal(signal.SIGTERM)
        until(lambda: held.client.get("/readyz").status_code == 503)
        assert "stopped" in held.client.get("/readyz").json()["checks"]["stopping"]
        assert held.client.get("/healthz").status_code == 200
        answer = held.client.post("/held/new", content=b"x")
        assert refusal(answer) == (503, "stopping")
        assert int(answer.headers["retry-after"]) >= 1
        held.end("working", "waiting")
        assert [one.result(20).status_code for one in (working, waiting)] == [200, 200]
        assert held.program.process.wait(20) == 0
        assert list(held.temporary.iterdir()) == []
        assert "event=stopped" in held.program.output
        assert "level=error" not in held.program.output


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_who_has_nothing_to_do_stops_at_once(tmp_path: Path, which: signal.Signals) -> None:
    with holding(tmp_path) as held:
        with held.client.stream("GET", "/gradio_api/heartbeat/abc") as open_page:
            next(open_page.iter_lines())
            held.program.process.send_signal(which)
            assert held.program.process.wait(10) == 0
        assert list(held.temporary.iterdir()) == []
        assert "level=error" not in held.program.output
        assert "Traceback" not in held.program.output


def test_a_second_signal_ends_it_now(tmp_path: Path) -> None:
    with holding(tmp_path) as held:
        working = held.ask("endless")
        until(lambda: held.began("endless"))
        held.program.process.send_signal(signal.SIGTERM)
        until(lambda: held.client.get("/readyz").status_code == 503)
        held.program.process.send_signal(signal.SIGTERM)
        assert held.program.process.wait(5) == 128 + signal.SIGTERM
        with pytest.raises(httpx.HTTPError):
            working.result(20)
        assert list(held.temporary.iterdir()) == []


def test_what_takes_too_long_is_left(tmp_path: Path) -> None:
    with holding(tmp_path, CUTAWAY_GRACE_SECONDS="1") as held:
        held.ask("endless")
        until(lambda: held.began("endless"))
        held.program.process.send_signal(signal.SIGTERM)
        assert held.program.process.wait(20) == 1
        assert "before everything was finished" in held.program.output
        assert list(held.temporary.iterdir()) == []
