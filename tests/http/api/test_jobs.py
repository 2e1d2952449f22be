"""Jobs over HTTP, by a real client of the real program with real networks."""

from __future__ import annotations

import io
import json
import os
import signal
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.http.conftest import until
from tests.running import ROOT, running
from tests.scenes import ball, encoded

pytestmark = pytest.mark.weights

RECIPE = {"model": "u2netp", "refine": False}
Files = list[tuple[str, tuple[str, bytes]]]


def photo(number: int) -> bytes:
    return encoded(ball(200 + number, 160).pixels)


def photos(*numbers: int) -> Files:
    return [("photos", (f"shoe {number}.png", photo(number))) for number in numbers]


def wish(**fields: Any) -> dict[str, str]:
    return {"job": json.dumps({"recipe": RECIPE, **fields})}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the server lets jobs use."""
    return tmp_path_factory.mktemp("allowed")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[httpx.Client]:
    limits = {"CUTAWAY_JOB_FOLDERS": str(folder), "CUTAWAY_JOB_PHOTOS": "40"}
    with running(str(ROOT / "app.py"), "--port", "0", **limits) as program:
        base = f"{program.address}/api/v1"
        with httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
            yield client


def job(api: httpx.Client, files: Files, **fields: Any) -> dict[str, Any]:
    answer = api.post("/jobs", data=wish(**fields), files=files)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def state(api: httpx.Client, job_id: str) -> dict[str, Any]:
    return dict(api.get(f"/jobs/{job_id}").raise_for_status().json())


def at_end(api: httpx.Client, job_id: str) -> Callable[[], bool]:
    return lambda: state(api, job_id)["state"] == "done"


@pytest.fixture(scope="module")
def done(api: httpx.Client) -> dict[str, Any]:
    """A job of three photos that is done, one of them damaged and one twice there."""
    files = [*photos(1, 2), ("photos", ("shoes/again.png", photo(1)))]
    files.append(("photos", ("damaged.png", photo(3)[:400])))
    made = job(api, files, recipes={"shop": {**RECIPE, "background": "white"}, "print": RECIPE}, recipe=None)
    until(at_end(api, made["id"]), 60)
    return state(api, made["id"])


class TestMaking:
    def test_photos_that_come_with_it_begin_it_and_what_is_none_is_told(self, api: httpx.Client) -> None:
        files = [*photos(1), ("photos", ("notes.txt", b"no picture")), ("photos", ("nothing.png", b""))]
        made = job(api, files, name="shoes")
        assert (made["name"], made["total"], made["results"]) == ("shoes", 1, ["cutout"])
        assert made["state"] in ("waiting", "running", "done")
        told = {one["file"]: one["code"] for one in made["refused"]}
        assert told == {"notes.txt": "unsupported_format", "nothing.png": "image_unreadable"}
        assert api.delete(f"/jobs/{made['id']}").status_code == 204
        assert api.get(f"/jobs/{made['id']}").json()["code"] == "job_not_found"

    def test_without_photos_it_is_open_and_takes_more(self, api: httpx.Client) -> None:
        made = api.post("/jobs", json={"recipe": RECIPE}).json()
        assert made["state"] == "open"
        address = f"/jobs/{made['id']}/photos"
        for _ in range(2):  # the answer was lost, and it is sent once more
            grown = api.post(address, files=photos(1, 2)).json()
        assert (grown["state"], grown["total"]) == ("open", 2)
        other = api.post(address, files=[("photos", ("shoe 1.png", photo(9)))]).json()
        assert other["total"] == 3
        api.post(f"/jobs/{made['id']}/start").raise_for_status()
        late = api.post(address, files=photos(4))
        assert (late.status_code, late.json()["code"]) == (409, "wrong_job_state")
        until(at_end(api, made["id"]), 60)
        listed = api.get("/jobs").json()["jobs"]
        assert made["id"] in [one["id"] for one in listed]

    def test_a_zip_keeps_its_folders_and_leads_nowhere_else(self, api: httpx.Client) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("a/one.png", "../../two.png", "/etc/three.png", "C:\\four.png", "a/one"):
                archive.writestr(name, photo(len(name)))
            archive.writestr("__MACOSX/a/._one.png", b"x")
            archive.writestr("readme.txt", "hello")
            link = zipfile.ZipInfo("link.png")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
        made = job(api, [("archive", ("photos.zip", packed.getvalue()))], start=False)
        assert [one["file"] for one in made["refused"]] == ["readme.txt"]
        assert made["total"] == 5
        api.post(f"/jobs/{made['id']}/start")
        until(at_end(api, made["id"]), 60)
        items = api.get(f"/jobs/{made['id']}/items").json()["items"]
        assert sorted(item["file"] for item in items) == [
            *("a/one-2.png", "a/one.png", "etc/three.png", "four.png", "two.png")
        ]

    def test_the_same_request_makes_one_job(self, api: httpx.Client) -> None:
        made = [
            api.post("/jobs", json={"recipe": RECIPE}, headers={"Idempotency-Key": "once"}).json()["id"]
            for _ in range(2)
        ]
        assert made[0] == made[1]

    @pytest.mark.parametrize(
        ("sent", "status", "code"),
        [
            ({"presets": ["nowhere"]}, 404, "unknown_preset"),
            ({"recipe": {"model": "/etc/passwd.onnx"}}, 422, "invalid_recipe"),
            ({"recipe": {"model": "nonsense"}}, 404, "unknown_model"),
            ({"recipe": {"background": {"kind": "image", "source": "/etc/passwd"}}}, 422, "invalid_recipe"),
            ({"recipes": {"../out": {}}}, 422, "invalid_recipe"),
            ({"folder": "/etc"}, 403, "folder_not_allowed"),
            ({"results": "/out"}, 422, "invalid_recipe"),
            ({"colour": "red"}, 422, "invalid_recipe"),
        ],
    )
    def test_what_makes_no_sense_is_refused_at_once(
        self, api: httpx.Client, sent: dict[str, Any], status: int, code: str
    ) -> None:
        answer = api.post("/jobs", json=sent)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text

    def test_no_more_than_a_job_may_hold(self, api: httpx.Client) -> None:
        answer = api.post("/jobs", data=wish(), files=photos(*range(41)))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_many_photos")

    def test_a_folder_of_the_server(self, api: httpx.Client, folder: Path) -> None:
        (folder / "in").mkdir()
        (folder / "in" / "a.png").write_bytes(photo(1))
        (folder / "out").symlink_to("/tmp")  # noqa: S108
        away = api.post("/jobs", json={"folder": str(folder / "in"), "results": str(folder / "out" / "x")})
        assert away.json()["code"] == "folder_not_allowed"
        made = api.post("/jobs", json={"recipe": RECIPE, "folder": str(folder / "in")}).json()
        until(at_end(api, made["id"]), 60)
        assert (folder / "in-results" / "a.png").is_file()
        assert made["expires"] is None
        api.delete(f"/jobs/{made['id']}")
        assert (folder / "in-results" / "a.png").is_file()


class TestTrying:
    def test_what_would_be_made_is_seen_before_it_begins(self, api: httpx.Client) -> None:
        made = job(api, photos(*range(9)), start=False)
        address, root = f"/jobs/{made['id']}", str(api.base_url).removesuffix("/api/v1/")
        other = {"recipes": {"shop": {**RECIPE, "background": "white"}, "print": RECIPE}}
        tried = [api.post(f"{address}/trial", json={**other, "photo": number}).json() for number in range(6)]
        assert [one["file"] for one in tried] == [f"shoe {number}.png" for number in (0, 1, 3, 4, 6, 8)]
        for one in tried:
            shop, plain = (api.get(root + result["url"]) for result in one["results"])
            assert Image.open(io.BytesIO(shop.content)).mode == "RGB"
            assert Image.open(io.BytesIO(plain.content)).mode == "RGBA"
            assert Image.open(io.BytesIO(api.get(root + one["before"]).content)).mode == "RGB"
        assert api.get(address).json()["results"] == ["cutout"]
        assert api.put(f"{address}/order", json=other).json()["results"] == ["shop", "print"]
        beyond = api.post(f"{address}/trial", json={"photo": 6})
        assert (beyond.status_code, beyond.json()["code"]) == (422, "invalid_request")


class TestLooking:
    def test_how_far_it_is_comes_as_it_happens(self, api: httpx.Client) -> None:
        made = job(api, photos(1, 2, 3))
        told: list[dict[str, Any]] = []
        with api.stream("GET", f"/jobs/{made['id']}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    told.append(json.loads(line.removeprefix("data: ")))
        assert (told[-1]["state"], told[-1]["done"], told[-1]["left"]) == ("done", 3, 0)
        assert [one["done"] for one in told] == sorted(one["done"] for one in told)

    def test_what_is_to_be_looked_at_comes_first(self, api: httpx.Client, done: dict[str, Any]) -> None:
        page = api.get(f"/jobs/{done['id']}/items", params={"size": 3}).json()
        assert (page["total"], page["pages"], len(page["items"])) == (4, 2, 3)
        first = page["items"][0]
        assert (first["state"], first["flags"], first["file"]) == ("failed", ["failed"], "damaged.png")
        assert first["error"]["code"] == "image_truncated"
        assert page["counts"]["duplicate"] == 1
        twins = api.get(f"/jobs/{done['id']}/items", params={"filter": "duplicate"}).json()["items"]
        assert [twin["duplicate_of"] for twin in twins] == ["shoe 1.png"]
        wrong = api.get(f"/jobs/{done['id']}/items", params={"filter": "nonsense"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")
        assert wrong.json()["message"].endswith("Look at: filter.")

    def test_pictures_can_be_had(self, api: httpx.Client, done: dict[str, Any]) -> None:
        items = api.get(f"/jobs/{done['id']}/items", params={"sort": "number"}).json()["items"]
        item = next(item for item in items if item["file"] == "shoe 1.png")
        root = str(api.base_url).removesuffix("/api/v1/")
        assert api.get(root + item["photo"]).content == photo(1)
        assert "?v=" in item["photo"] and item["before"].endswith(item["photo"][-15:])
        assert "max-age" in api.get(root + item["photo"]).headers["cache-control"]
        assert "no-cache" in api.get(root + item["before"]).headers["cache-control"]
        assert Image.open(io.BytesIO(api.get(root + item["before"]).content)).size[0] <= 240
        shop, plain = item["results"]
        assert Image.open(io.BytesIO(api.get(root + shop["files"][0]).content)).mode == "RGB"
        assert Image.open(io.BytesIO(api.get(root + plain["files"][0]).content)).mode == "RGBA"
        assert Image.open(io.BytesIO(api.get(root + plain["thumb"]).content)).format == "WEBP"
        for wrong in ("items/99/photo", "items/1/results/shop/7", "items/1/thumb/other"):
            answer = api.get(f"/jobs/{done['id']}/{wrong}")
            assert (answer.status_code, answer.json()["code"]) == (404, "photo_not_found")


class TestDeciding:
    def test_accepted_ones_alone_can_be_had(self, api: httpx.Client, done: dict[str, Any]) -> None:
        address = f"/jobs/{done['id']}"
        items = {item["file"]: item["number"] for item in api.get(f"{address}/items").json()["items"]}
        chosen = [items["shoe 1.png"], items["damaged.png"], 99]
        answer = api.patch(f"{address}/items", json={"numbers": chosen, "decision": "accepted"}).json()
        assert answer["numbers"] == [items["shoe 1.png"]]
        api.patch(f"{address}/items", json={"numbers": [items["shoe 2.png"]], "decision": "excluded"})
        found = {}
        for accepted in ("true", "false"):
            data = api.get(f"{address}/results.zip", params={"accepted": accepted}).content
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                assert archive.testzip() is None
                found[accepted] = sorted(archive.namelist())
        assert found == {
            "true": ["print/shoe 1.png", "shop/shoe 1.png"],
            "false": [
                *("print/shoe 1.png", "print/shoes/again.png", "shop/shoe 1.png", "shop/shoes/again.png")
            ],
        }
        lines = api.get(f"{address}/report.csv").text.splitlines()
        assert len(lines) == 8
        assert "<article" in api.get(f"{address}/report.html").text
        assert api.get(f"{address}/report.pdf").status_code == 422

    def test_all_above_a_score(self, api: httpx.Client) -> None:
        made = job(api, photos(5, 6))
        until(at_end(api, made["id"]), 60)
        address = f"/jobs/{made['id']}/items"
        page = api.get(address, params={"above": 0.0}).json()
        assert page["acceptable"] == 2
        assert len(api.patch(address, json={"above": 0.0, "decision": "accepted"}).json()["numbers"]) == 2
        assert api.get(address).json()["counts"]["accepted"] == 2

    def test_photos_made_again_in_another_way(self, api: httpx.Client) -> None:
        made = job(api, photos(7, 8))
        until(at_end(api, made["id"]), 60)
        address = f"/jobs/{made['id']}/items"
        before = {one["number"]: one["results"][0]["files"] for one in api.get(address).json()["items"]}
        wrong = api.patch(address, json={"numbers": [1], "changes": {"model": "nonsense"}})
        assert wrong.json()["code"] == "unknown_model"
        all_alike = api.patch(address, json={"numbers": [1], "changes": {"output": {"also": ["png8"]}}})
        assert "Change the order" in all_alike.json()["message"]
        answer = api.patch(address, json={"numbers": [1], "changes": {"edges": {"shift": -0.01}}}).json()
        assert answer["numbers"] == [1]
        until(at_end(api, made["id"]), 60)
        after = {one["number"]: one["results"][0]["files"] for one in api.get(address).json()["items"]}
        assert [number for number in after if after[number] != before[number]] == [1]


def test_killed_it_goes_on_by_itself(tmp_path: Path) -> None:
    command, extra = (str(ROOT / "app.py"), "--port", "0"), {"CUTAWAY_JOBS": str(tmp_path)}
    with running(*command, **extra) as program:
        api = httpx.Client(base_url=f"{program.address}/api/v1", trust_env=False, timeout=60)
        made = job(api, photos(*range(20)))
        until(lambda: state(api, made["id"])["done"] > 0, 60)
        os.kill(program.process.pid, signal.SIGKILL)
        program.process.wait(10)
        api.close()
    with running(*command, **extra) as program:
        api = httpx.Client(base_url=f"{program.address}/api/v1", trust_env=False, timeout=60)
        until(at_end(api, made["id"]), 60)
        assert state(api, made["id"])["done"] == 20
        api.close()


def test_a_job_is_its_owners(tmp_path: Path) -> None:
    from tests.running import run_app

    access = {"CUTAWAY_CONFIG": str(tmp_path)}
    keys = [
        run_app("keys", "add", name, CUTAWAY_CONFIG=str(tmp_path)).stdout.decode().split()[-1]
        for name in ("a", "b")
    ]
    with running(str(ROOT / "app.py"), "--port", "0", **access) as program:
        api = httpx.Client(base_url=f"{program.address}/api/v1", trust_env=False, timeout=60)
        mine, others = ({"X-Api-Key": key} for key in keys)
        made = api.post("/jobs", json={"recipe": RECIPE}, headers=mine).json()
        ways = [("GET", ""), ("POST", "/start"), ("GET", "/items"), ("GET", "/results.zip"), ("DELETE", "")]
        for method, way in ways:
            answer = api.request(method, f"/jobs/{made['id']}{way}", headers=others)
            assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")
        in_studio = httpx.post(f"{program.address}/studio/batch/{made['id']}/1", trust_env=False)
        assert (in_studio.status_code, in_studio.json()["code"]) == (404, "job_not_found")
        assert api.get("/jobs", headers=others).json()["jobs"] == []
        assert [one["id"] for one in api.get("/jobs", headers=mine).json()["jobs"]] == [made["id"]]
        api.close()


def test_stopped_in_order_it_goes_on_by_itself(tmp_path: Path) -> None:
    command, extra = (str(ROOT / "app.py"), "--port", "0"), {"CUTAWAY_JOBS": str(tmp_path)}
    with running(*command, **extra) as program:
        api = httpx.Client(base_url=f"{program.address}/api/v1", trust_env=False, timeout=60)
        made = job(api, photos(*range(20)))
        with api.stream("GET", f"/jobs/{made['id']}/events") as stream:
            until(lambda: state(api, made["id"])["done"] > 0, 60)
            program.process.terminate()
            assert program.process.wait(15) == 0
            assert "event: end" not in stream.read().decode()
        api.close()
    with running(*command, **extra) as program:
        api = httpx.Client(base_url=f"{program.address}/api/v1", trust_env=False, timeout=60)
        assert state(api, made["id"])["state"] in ("waiting", "running")
        until(at_end(api, made["id"]), 60)
        assert state(api, made["id"])["done"] == 20
        api.close()
