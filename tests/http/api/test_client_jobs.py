"""The Python client's jobs: photos sent a few at a time, and what becomes of them followed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cutaway_client import Client, CutawayError, Patience
from cutaway_client import jobs as client_jobs

from tests.http.api.api import Api, api, transport_of
from tests.scenes import ball, encoded

PHOTOS = [encoded(ball(40 + number, 30).pixels) for number in range(5)]


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Api]:
    (tmp_path / "server").mkdir()
    with api(tmp_path / "server") as ours:
        yield ours


@pytest.fixture
def client(ours: Api) -> Iterator[Client]:
    with Client("http://testserver", transport=transport_of(ours)) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of five photos, one of them further down, and of what is none."""
    made = tmp_path / "shoot"
    (made / "shoes").mkdir(parents=True)
    for number, data in enumerate(PHOTOS):
        (made / ("shoes" if number == 4 else ".") / f"{number}.png").write_bytes(data)
    (made / "notes.txt").write_text("none")
    (made / "shoes" / "fake.jpg").write_text("none")
    return made


def test_a_folder_is_sent_a_few_at_a_time(
    client: Client, folder: Path, ours: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_jobs, "_PHOTOS_AT_ONCE", 2)
    job = client.jobs.create(folder, start=False, name="shoes", recipe={"model": "fast"})
    assert (job["state"], job["total"], job["name"]) == ("open", 5, "shoes")
    assert [one["file"] for one in job["refused"]] == ["shoes/fake.jpg"]
    photos = ours.bench.service.settings.home / "jobs" / job["id"] / "photos"
    assert (photos / "shoes" / "4.png").read_bytes() == PHOTOS[4]
    assert client.jobs.add(job["id"], [folder / "0.png", PHOTOS[1]])["total"] == 6
    assert [one["id"] for one in client.jobs.all()] == [job["id"]]
    client.jobs.cancel(job["id"])
    assert client.jobs.get(job["id"])["state"] == "cancelled"
    client.jobs.remove(job["id"])
    with pytest.raises(CutawayError) as refusal:
        client.jobs.get(job["id"])
    assert (refusal.value.code, refusal.value.status) == ("job_not_found", 404)


def test_a_zip(client: Client, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "shoot.zip", "w") as archive:
        archive.writestr("a/b.png", PHOTOS[0])
    job = client.jobs.create(start=False)
    assert client.jobs.add_archive(job["id"], tmp_path / "shoot.zip")["total"] == 1
    assert list(client.jobs.items(job["id"])) == []


class Scripted:
    """A server that answers what it is told to."""

    def __init__(self, *answers: Callable[[httpx.Request], httpx.Response] | Exception) -> None:
        self.answers = [*answers]
        self.asked: list[httpx.Request] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(request)

    def client(self) -> Client:
        patience = Patience(tries=2, sleep=self.waits.append)
        return Client("http://x", patience=patience, transport=httpx.MockTransport(self))


def events(*told: tuple[str, dict[str, Any]]) -> Callable[[httpx.Request], httpx.Response]:
    text = ": still here\n\n" + "".join(f"event: {name}\ndata: {json.dumps(job)}\n\n" for name, job in told)
    return lambda _request: httpx.Response(200, text=text, headers={"content-type": "text/event-stream"})


def test_it_is_followed_over_broken_connections() -> None:
    server = Scripted(
        events(("progress", {"done": 1})),
        httpx.ReadError("broken"),
        events(("progress", {"done": 2}), ("end", {"done": 2})),
        lambda _request: httpx.Response(200, json={"state": "done"}),
    )
    with server.client() as client:
        assert [job["done"] for job in client.jobs.follow("x")] == [1, 2]
        assert server.waits == [1, 1]
        server.answers.insert(0, events(("end", {"done": 2})))
        assert client.jobs.wait("x")["state"] == "done"
    with (
        Scripted(httpx.ReadError("a"), httpx.ReadError("b")).client() as client,
        pytest.raises(httpx.ReadError),
    ):
        list(client.jobs.follow("x"))
    with Scripted(events(("gone", {}))).client() as client, pytest.raises(CutawayError, match="removed"):
        list(client.jobs.follow("x"))


def test_pages_of_photos_and_what_is_said_of_them() -> None:
    def page(number: int) -> Callable[[httpx.Request], httpx.Response]:
        return lambda _request: httpx.Response(200, json={"items": [{"number": number}], "pages": 2})

    def changed(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"numbers": [1]})

    server = Scripted(page(1), page(2), changed, changed, changed)
    with server.client() as client:
        assert [item["number"] for item in client.jobs.items("x", "unsure")] == [1, 2]
        client.jobs.decide("x", "accepted", above=0.9)
        client.jobs.decide("x", None, numbers=[1, 2])
        client.jobs.change("x", [1], {"model": "best"})
    assert [request.url.params["page"] for request in server.asked[:2]] == ["1", "2"]
    assert [json.loads(request.content) for request in server.asked[2:]] == [
        {"decision": "accepted", "above": 0.9},
        {"decision": None, "numbers": [1, 2]},
        {"numbers": [1], "changes": {"model": "best"}},
    ]


def test_results_are_there_whole_or_not_at_all(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.png", b"x")

    def broken() -> Iterator[bytes]:
        yield packed.getvalue()[:10]
        raise httpx.ReadError("broken")

    server = Scripted(
        lambda _request: httpx.Response(200, content=broken()),
        lambda _request: httpx.Response(404, json={"code": "job_not_found", "message": "None."}),
        lambda _request: httpx.Response(200, content=packed.getvalue()),
    )
    with server.client() as client:
        for error in (httpx.ReadError, CutawayError):
            with pytest.raises(error):
                client.jobs.save_results("x", tmp_path / "out.zip", accepted=True)
            assert [*tmp_path.iterdir()] == []
        client.jobs.save_results("x", tmp_path / "out.zip", accepted=True)
    assert (tmp_path / "out.zip").read_bytes() == packed.getvalue()
    assert server.asked[0].url.params["accepted"] == "true"
