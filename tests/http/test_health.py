"""Probes and figures, asked of the real program."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from pipelines.models.known import STANDARD, model_named
from pipelines.models.weights import open_store
from pipelines.settings import load_settings
from tests.http.conftest import Held, until
from tests.http.visitor import Visitor, refusal
from tests.running import ROOT, running, serving
from tests.scenes import ball, encoded

WEIGHTS = "u2netp"


def weights(home: Path, *names: str) -> Path:
    """Copies of weights in a folder of their own; the last one's file."""
    for name in names:
        here = open_store(load_settings()).find(model_named(name))
        assert here, "take the weights first: python app.py models pull"
        file = home / "models" / name / here.name
        file.parent.mkdir(parents=True)
        shutil.copyfile(here, file)
    return file


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def file(home: Path) -> Path:
    return weights(home, WEIGHTS)


@pytest.fixture(scope="module")
def own(home: Path, file: Path) -> Iterator[httpx.Client]:
    """A server with one network in a folder of its own, and the client of it."""
    away = {"CUTAWAY_OFFLINE": "1", "CUTAWAY_READY_MODEL": WEIGHTS, "HOME": str(home), "XDG_DATA_HOME": ""}
    with (
        serving(CUTAWAY_HOME=str(home), CUTAWAY_LOADED_MODELS="1", **away) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        yield client


def checks(client: httpx.Client) -> dict[str, str]:
    return dict(client.get("/readyz").json()["checks"])


def test_it_is_alive(client: httpx.Client) -> None:
    answer = client.get("/healthz", headers={"Host": "anything.example", "Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/healthz").status_code == 200


def test_it_is_ready(client: httpx.Client) -> None:
    answer = client.get("/readyz")
    assert answer.json() == {
        "status": "ready",
        "checks": dict.fromkeys(("weights", "disk", "stopping"), "ok"),
    }
    assert answer.status_code == 200


def flipped(data: bytes) -> bytes:
    return data[:1000] + bytes([data[1000] ^ 1]) + data[1001:]


WRONG: dict[str, Callable[[bytes], bytes]] = {
    "a bit flipped": flipped,
    "half of it": lambda data: data[: len(data) // 2],
    "nothing": lambda _: b"",
    "HTML": lambda _: b"<!doctype html><title>Sign in</title>",
}


@pytest.mark.parametrize("what", WRONG)
def test_damaged_weights_are_not_used(own: httpx.Client, file: Path, what: str) -> None:
    whole = file.read_bytes()
    until(lambda: checks(own)["weights"] == "ok", 10)
    file.write_bytes(WRONG[what](whole))
    try:
        until(lambda: own.get("/readyz").status_code == 503, 10)
        found = checks(own)
        assert WEIGHTS in found["weights"]
        assert "damaged" in found["weights"]
        assert "models pull" in found["weights"]
        assert found["disk"] == found["stopping"] == "ok"
        assert own.get("/healthz").status_code == 200
    finally:
        file.write_bytes(whole)
    until(lambda: own.get("/readyz").status_code == 200, 10)


def test_weights_that_are_damaged_at_the_start_are_set_aside(tmp_path: Path) -> None:
    file = weights(tmp_path, "u2netp", "modnet")
    file.write_bytes(flipped(file.read_bytes()))
    away = {"CUTAWAY_OFFLINE": "1", "HOME": str(tmp_path), "XDG_DATA_HOME": ""}
    with (
        running(str(ROOT / "app.py"), "--port", "0", CUTAWAY_HOME=str(tmp_path), **away) as program,
        httpx.Client(base_url=program.address, trust_env=False, timeout=60) as client,
    ):
        assert f"{file.name} was damaged (set aside as {file.name}.damaged)" in program.output
        assert (file.parent / f"{file.name}.damaged").exists()
        visitor = Visitor(client)
        visitor.controls |= {"Model": "modnet"}
        told = visitor.give(encoded(ball(320, 240).pixels))
        assert "MODNet" in next(message["text"] for message in told if message["action"] == "error")
        visitor.controls |= {"Model": "fast"}
        assert "cut" in [message["action"] for message in visitor.give(encoded(ball(320, 240).pixels))]
        assert client.get("/readyz").status_code == 503
        assert "models pull modnet" in checks(client)["weights"]


def test_missing_weights(own: httpx.Client, file: Path) -> None:
    away = file.with_name("elsewhere")
    file.rename(away)
    try:
        until(lambda: "missing" in checks(own)["weights"], 10)
    finally:
        away.rename(file)
    until(lambda: own.get("/readyz").status_code == 200, 10)


def test_figures(client: httpx.Client, png: bytes) -> None:
    client.post("/studio/photos", content=png)
    client.get("/studio/files/nowhere")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    told = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line[0] != "#"}
    assert told["process_resident_memory_bytes"] > 50e6
    assert told['cutaway_requests_total{method="POST",route="/studio/photos",status="200"}'] >= 1
    assert told['cutaway_requests_total{method="GET",route="/studio/files/{name}",status="404"}'] >= 1
    assert told['cutaway_errors_total{code="photo_not_found"}'] >= 1
    assert told["cutaway_requests_in_progress"] == 1  # this one
    assert told["cutaway_queue_waiting"] == 0
    assert told['cutaway_stage_seconds_bucket{le="+Inf",stage="load"}'] >= 1


def test_the_labels_are_few(client: httpx.Client) -> None:
    for number in range(50):
        client.get(f"/nowhere/{number}")
        client.get(f"/studio/files/{number}")
        client.request(f"FOO{number}", "/")
    routes = {line for line in client.get("/metrics").text.splitlines() if "cutaway_requests_total{" in line}
    assert len(routes) < 60


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP"])
def test_figures_are_not_told_through_a_proxy(client: httpx.Client, header: str) -> None:
    assert refusal(client.get("/metrics", headers={header: "for=127.0.0.1"})) == (404, "not_found")


def test_figures_at_an_address_of_their_own(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        where = f"127.0.0.1:{free.getsockname()[1]}"
    with serving(CUTAWAY_METRICS=where) as address:
        assert refusal(httpx.get(f"{address}/metrics", trust_env=False)) == (404, "not_found")
        told = httpx.get(f"http://{where}/metrics", trust_env=False).text
        assert "cutaway_queue_waiting 0.0" in told


def test_a_disk_that_can_not_be_written(held: Held) -> None:
    (shelf,) = held.temporary.glob("cutaway-*")
    in_the_way = shelf / f".probe-{held.program.process.pid}"
    in_the_way.mkdir()
    try:
        until(lambda: held.client.get("/readyz").status_code == 503, 10)
        assert "can't be written" in checks(held.client)["disk"]
        assert str(held.temporary) not in held.client.get("/readyz").text
    finally:
        in_the_way.rmdir()
    until(lambda: held.client.get("/readyz").status_code == 200, 10)


def test_the_default_model_is_what_is_looked_for() -> None:
    assert load_settings().ready_model == "auto"
    assert set(STANDARD) >= {"u2netp", "modnet", "isnet-general-use"}
