"""The log tells what happened to which request, and nothing of what users sent."""

from __future__ import annotations

import io
import json
import re

import httpx
import pytest
from PIL import Image

from tests.http.conftest import Held, until
from tests.http.visitor import refusal
from tests.running import ROOT

CANARY = "canary4711"


def lines(held: Held, request: str) -> list[str]:
    """What was logged of a request, by its id; waits for the line of its end."""
    until(
        lambda: any(
            f"request_id={request}" in line and "event=request" in line for line in held.program.lines
        )
    )
    return [line for line in held.program.lines if f"request_id={request}" in line]


def ask(held: Held, method: str, path: str, **more: object) -> tuple[httpx.Response, list[str]]:
    answer = held.client.request(method, path, **more)  # type: ignore[arg-type]
    return answer, lines(held, answer.headers["x-request-id"])


def test_a_line_for_each_request(held: Held) -> None:
    answer, (line,) = ask(held, "POST", "/failing/full", content=b"x")
    assert refusal(answer) == (507, "storage_full")
    fields = dict(re.findall(r"(\S+?)=(\S+)", line))
    assert fields.keys() == {
        "time",
        "level",
        "event",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
        "code",
    }
    assert (fields["route"], fields["status"], fields["code"]) == ("/failing/{what}", "507", "storage_full")


@pytest.mark.parametrize("given", ["abc", "a.b-c_D9", "x" * 64])
def test_a_client_may_name_its_request(held: Held, given: str) -> None:
    answer, _ = ask(held, "GET", "/nowhere", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", "a=b", "\xfcn\xefcode", "<b>", "a\tb"])
def test_what_is_no_name_is_not_taken(held: Held, given: str) -> None:
    answer = held.client.get("/nowhere", headers={b"X-Request-Id": given.encode("latin-1")})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


PLACES = ["/", "/healthz", "/config", "/gradio_api/nowhere", "/studio/files/none", "/share/none", "/nowhere"]


@pytest.mark.parametrize("path", PLACES)
def test_every_answer_has_an_id(held: Held, path: str) -> None:
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        assert held.client.request(method, path).headers["x-request-id"]


def test_a_failure_is_told_to_the_log_alone(held: Held) -> None:
    answer, told = ask(held, "POST", f"/failing/{CANARY}", content=f"/srv/{CANARY}".encode())
    assert refusal(answer) == (500, "internal_error")
    assert "ValueError" not in answer.text
    failure, request = told
    assert "level=error event=failed" in failure
    assert "ValueError at http/held.py:" in failure
    assert "status=500" in request
    assert "code=internal_error" in request


def picture() -> bytes:
    """A photo with canaries wherever a photo can have them."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = CANARY
    exif.get_ifd(0x8825)[29] = CANARY
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(stream, "JPEG", exif=exif, comment=CANARY.encode())
    return stream.getvalue()


def test_nothing_of_what_users_send_is_told(held: Held) -> None:
    photo, key = (
        picture(),
        {"Authorization": f"Bearer {CANARY}", "X-Api-Key": CANARY, "Cookie": f"a={CANARY}"},
    )
    name = {"X-File-Name": f"{CANARY}.jpg", "User-Agent": CANARY, "Referer": f"http://{CANARY}/"}
    photos = [
        photo,
        photo[:200],
        photo[:400] + CANARY.encode(),
        f"<svg>{CANARY}</svg>".encode(),
        b"GIF89a" + photo,
    ]
    for data in photos:
        held.client.post("/studio/photos", content=data, headers={**name, **key})
    for path in (CANARY, f"?q={CANARY}", f"studio/files/{CANARY}", f"share/{CANARY}", f"gradio_api/{CANARY}"):
        held.client.get(f"/{path}?image_url=http://{CANARY}.example/a", headers=key)
        held.client.post(f"/{path}", json={"data": [CANARY], "fn_index": 0}, headers={**key, **name})
    for number in range(200):
        body = {"data": [CANARY], "fn_index": number, "session_hash": CANARY, "event_data": {"id": CANARY}}
        held.client.post("/gradio_api/run/predict", json=body, headers=key)
    held.client.request(CANARY.upper(), f"/{CANARY}", headers={"X-Request-Id": f"{CANARY} {CANARY}"})
    ask(held, "POST", f"/failing/{CANARY}", content=CANARY.encode(), headers=key)
    written = held.program.output
    assert CANARY not in written.lower()
    assert str(ROOT) not in written
    assert str(held.temporary) not in written
    assert "Traceback" not in written
    assert CANARY not in held.client.get("/metrics").text.lower()


def test_every_line_is_one_of_ours(held: Held) -> None:
    assert refusal(held.client.post("/failing/full"))[0] == 507
    _greeting, *log = held.program.lines
    assert log
    for line in log:
        assert re.match(r"time=\S+Z level=(info|warning|error) event=", line), line


def test_lines_for_machines() -> None:
    import logging

    from server.logs import LineFormatter, request_id

    request_id.set("id-1")
    record = logging.LogRecord(
        "some.library", logging.ERROR, __file__, 1, 'at %s: "no"\n', ("/srv/x/y.bin",), None
    )
    assert json.loads(LineFormatter("json").format(record)) | {"time": ""} == {
        "time": "",
        "level": "error",
        "event": 'at …/y.bin: "no"',
        "logger": "some.library",
        "request_id": "id-1",
    }
    request_id.set("")
