"""What is sent to make a job or to fill one: bounded, refused one by one, and never made twice."""

from __future__ import annotations

import asyncio
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch.items import Item
from pipelines.batch.places import Folders
from pipelines.errors import JobNotFound
from server.api.jobs import events
from server.api.jobs.files import zipped
from tests.http.api.api import Api, api
from tests.http.visitor import refusal
from tests.scenes import ball, encoded

JOBS = "/api/v1/jobs"
PHOTO, OTHER = (encoded(ball(side, 30).pixels) for side in (40, 44))
MOST_BYTES = 20_000
LATER = {"job": json.dumps({"start": False})}


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Api]:
    with api(tmp_path, max_bytes=MOST_BYTES, job_photos=4) as ours:
        yield ours


def sent(*photos: bytes) -> list[tuple[str, tuple[str, bytes]]]:
    return [("photos", (f"{number}.png", photo)) for number, photo in enumerate(photos)]


def left(folder: Path) -> set[str]:
    return {path.name for path in (folder / "jobs").iterdir()} - {"lock"}


class TestBounds:
    def test_what_is_no_photo_may_not_be_as_long_as_photos(self, ours: Api) -> None:
        long = json.dumps({"name": "x" * 2_000_001})
        answer = ours.client.post(JOBS, content=long, headers={"Content-Type": "application/json"})
        assert refusal(answer) == (413, "body_too_large")
        for part in ((None, long.encode()), ("job.json", long.encode())):
            assert refusal(ours.client.post(JOBS, files={"job": part})) == (413, "body_too_large")

    @pytest.mark.parametrize(
        "data", [b"", b"--x", b'--x\r\nContent-Disposition: form-data; name="job"\r\n\r\n{}']
    )
    def test_a_body_that_is_not_whole(self, ours: Api, tmp_path: Path, data: bytes) -> None:
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = ours.client.post(JOBS, content=data, headers=kind)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body")
        assert left(tmp_path) == set()

    def test_a_disk_without_room(self, tmp_path: Path) -> None:
        with api(tmp_path, job_spare_bytes=1 << 60) as ours:
            assert refusal(ours.client.post(JOBS, files=sent(PHOTO))) == (507, "storage_full")
            made = ours.client.post(JOBS, json={}).json()
            answer = ours.client.post(f"{JOBS}/{made['id']}/photos", files=sent(PHOTO))
            assert refusal(answer) == (507, "storage_full")
            assert left(tmp_path) == {made["id"]}

    def test_one_photo_too_large_is_refused_alone(self, ours: Api, tmp_path: Path) -> None:
        large = PHOTO + bytes(MOST_BYTES)
        made = ours.client.post(JOBS, data=LATER, files=sent(PHOTO, large, OTHER)).json()
        assert made["total"] == 2
        assert [(one["file"], one["code"]) for one in made["refused"]] == [("1.png", "image_too_large")]
        assert left(tmp_path) == {made["id"]}

    def test_too_many_leave_no_job(self, ours: Api, tmp_path: Path) -> None:
        photos = [encoded(ball(40 + number, 30).pixels) for number in range(5)]
        assert refusal(ours.client.post(JOBS, files=sent(*photos))) == (413, "too_many_photos")
        assert left(tmp_path) == set()

    def test_nothing_at_all_is_made_without_photos(self, ours: Api) -> None:
        made = ours.client.post(JOBS, data={"job": json.dumps({"start": True})}, files=sent(b"none")).json()
        assert (made["state"], made["refused"][0]["code"]) == ("open", "unsupported_format")
        assert refusal(ours.client.post(f"{JOBS}/{made['id']}/start")) == (409, "wrong_job_state")

    def test_no_more_jobs_than_are_kept(self, tmp_path: Path) -> None:
        with api(tmp_path, job_count=1) as ours:
            made = ours.client.post(JOBS, json={}).json()
            full = ours.client.post(JOBS, files=sent(PHOTO))
            assert refusal(full) == (503, "busy")
            assert int(full.headers["retry-after"]) > 60
            ours.client.delete(f"{JOBS}/{made['id']}")
            assert ours.client.post(JOBS, json={}).status_code == 201

    def test_a_folder_that_can_not_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "jobs").write_text("no folder")
        with api(tmp_path) as ours:
            assert ours.client.get(JOBS).json() == {"jobs": []}
            answer = ours.client.post(JOBS, files=sent(PHOTO))
            assert refusal(answer) == (500, "output_error")
            assert "CUTAWAY_JOBS" in answer.json()["message"]


class TestOnce:
    def test_a_word_of_the_makers_own(self, ours: Api) -> None:
        word = {"Idempotency-Key": "c61f"}
        made = [
            ours.client.post(JOBS, data=LATER, files=sent(PHOTO, OTHER), headers=word).json()
            for _ in range(2)
        ]
        assert (made[0]["id"], made[0]["total"]) == (made[1]["id"], 2)
        answer = ours.client.post(JOBS, data=LATER, files=sent(PHOTO), headers=word)
        assert refusal(answer) == (409, "wrong_job_state")
        answer = ours.client.post(JOBS, json={}, headers={"Idempotency-Key": "x" * 256})
        assert refusal(answer) == (400, "invalid_body")

    @pytest.mark.parametrize(
        ("hook", "code"),
        [
            ({"url": "http://hooks.example/x"}, "url_not_allowed"),
            ({"url": "https://hooks.example:8443/x"}, "url_not_allowed"),
            ({"url": "nowhere"}, "url_invalid"),
            ({"url": "https://hooks.example/x", "secret": "mine"}, "invalid_recipe"),
        ],
    )
    def test_a_webhook_that_can_not_be_sent_makes_no_job(
        self, ours: Api, hook: dict[str, str], code: str
    ) -> None:
        before = len(ours.client.get(JOBS).json()["jobs"])
        assert refusal(ours.client.post(JOBS, json={"webhook": hook}))[1] == code
        assert len(ours.client.get(JOBS).json()["jobs"]) == before

    def test_a_secret_is_told_to_the_maker_alone(self, ours: Api) -> None:
        hook = {"url": "https://example.com/hook"}
        made = ours.client.post(JOBS, json={"webhook": hook}).json()
        assert made["webhook_secret"].startswith("whsec_")
        chosen = "whsec_" + "bWluZQ" * 6
        own = ours.client.post(JOBS, json={"webhook": {**hook, "secret": chosen}}).json()
        assert own["webhook_secret"] == chosen
        for answer in (ours.client.get(f"{JOBS}/{made['id']}"), ours.client.get(JOBS)):
            assert "whsec_" not in answer.text
        assert ours.client.post(JOBS, json={}).json()["webhook_secret"] is None


def test_something_must_be_said_of_photos(ours: Api) -> None:
    made = ours.client.post(JOBS, json={}).json()
    for wish in (
        {"numbers": [1]},
        {"decision": "accepted"},
        {"numbers": [1], "above": 0.5, "decision": None},
    ):
        answer = ours.client.patch(f"{JOBS}/{made['id']}/items", json=wish)
        assert refusal(answer) == (422, "invalid_recipe")


def test_whoever_follows_a_job_hears_that_it_is_gone() -> None:
    def look() -> Any:
        raise JobNotFound("There is no such job.")

    async def told() -> list[str]:
        return [event async for event in events.progress(look, lambda: False)]

    assert asyncio.run(told()) == ["event: gone\ndata: {}\n\n"]


class TestZip:
    def item(self, number: int, *paths: str) -> Item:
        files = [{"path": path} for path in paths]
        return Item(number, f"{number}.png", {}, "done", facts={"results": {"cutout": {"files": files}}})

    def test_every_name_is_one_that_any_system_takes_and_none_is_there_twice(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        places = ["a.png", "A.PNG", "b\\..\\c/con.png", "d\udce4.png", "d\udce5.png", "gone.png"]
        for path in places[:-1]:
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(path.encode("utf-8", "replace"))
        data = b"".join(zipped(Folders(tmp_path / "in", out), [self.item(1, *places)]))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            assert archive.namelist() == ["a.png", "A-2.PNG", "b-..-c/_con.png", "d-.png", "d--2.png"]
            assert archive.read("a.png") == b"a.png"

    def test_a_link_that_leads_out_is_passed_over(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (tmp_path / "secret").write_bytes(b"secret")
        (out / "a.png").symlink_to(tmp_path / "secret")
        folders = Folders(tmp_path / "in", out, confined=True)
        data = b"".join(zipped(folders, [self.item(1, "a.png")]))
        assert zipfile.ZipFile(io.BytesIO(data)).namelist() == []

    def test_it_takes_no_more_memory_the_more_there_is(self, tmp_path: Path) -> None:
        for number in range(12):
            with (tmp_path / f"{number}.png").open("wb") as file:
                file.truncate(10_000_000)
        items = [self.item(number, f"{number}.png") for number in range(12)]
        tracemalloc.start()
        try:
            size = sum(len(piece) for piece in zipped(Folders(tmp_path, tmp_path), items))
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()
        assert size > 120_000_000
