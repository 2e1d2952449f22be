"""A visitor without a browser: sends what the page sends, over raw HTTP."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from PIL import Image


class Visitor:
    """One visit of the studio.

    Attributes:
        client: knows the studio's address.
        controls: what the visitor has chosen, by the label or id of each control.
    """

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.session = secrets.token_hex(8)
        self.controls: dict[str, Any] = {
            "Model": "fast",
            "More models": None,
            "backdrop": {"kind": "none"},
            "File format": "png",
        }
        config = client.get("/config").json()
        self._events: dict[int, dict[str, Any]] = {event["id"]: event for event in config["dependencies"]}
        self._parts: dict[int, dict[str, Any]] = {part["id"]: part for part in config["components"]}

    def send(self, data: bytes, name: str = "photo.png") -> httpx.Response:
        """Send a photo, as the page does when one is dropped."""
        return self.client.post("/studio/photos", content=data, headers={"X-File-Name": quote(name)})

    def give(self, data: bytes, name: str = "photo.png") -> list[dict[str, Any]]:
        """Send a photo, and tell the page's stage; returns what the stage is told."""
        answer = self.send(data, name)
        assert answer.status_code == 200, answer.text
        return self.fire("stage", "photo", event_data={"id": answer.json()["id"]})

    def fire(self, target: str, event: str, event_data: Any = None) -> list[dict[str, Any]]:
        """Do something to a control, and everything that follows from it; returns what the stage is told."""
        told: list[dict[str, Any]] = []
        for number in self._chain(target, event):
            if not self._events[number]["backend_fn"]:
                continue  # the browser's own matter
            reply = self.handle(number, self._inputs(number), event_data)
            assert reply["success"], reply
            for part, value in zip(self._events[number]["outputs"], reply["output"]["data"], strict=True):
                if self._name(part) == "stage":
                    told.extend(value)
        return told

    def number_of(self, target: str, event: str) -> int:
        """Gradio's number for what happens first on an event."""
        return next(self._chain(target, event))

    def _chain(self, target: str, event: str) -> Iterator[int]:
        wanted = [
            number
            for number, one in self._events.items()
            if any(self._name(part) == target and kind == event for part, kind in one["targets"])
        ]
        assert wanted, f"nothing happens on {event} of {target}"
        for number in wanted:
            yield number
            later = [one["id"] for one in self._events.values() if one["trigger_after"] == number]
            while later:
                yield later[0]
                later = [one["id"] for one in self._events.values() if one["trigger_after"] == later[0]]

    def _inputs(self, number: int) -> list[Any]:
        return [self._value(part) for part in self._events[number]["inputs"]]

    def _value(self, part: int) -> Any:
        """What a control holds: what the visitor chose, else what it shows at first."""
        return self.controls.get(self._name(part), self._parts[part]["props"].get("value"))

    def _name(self, part: int | None) -> str:
        props = self._parts.get(part or -1, {}).get("props", {})  # the page itself is no part
        return str(props.get("elem_id") or props.get("label") or "")

    def handle(self, number: int, data: list[Any], event_data: Any = None) -> dict[str, Any]:
        """Have one event handled, the way the page does: at once or through Gradio's queue."""
        body = {"data": data, "fn_index": number, "session_hash": self.session, "event_data": event_data}
        if self._events[number]["queue"]:
            answer = self.client.post("/gradio_api/queue/join", json=body)
            assert answer.status_code == 200, answer.text
            return self._reply(answer.json()["event_id"])
        answer = self.client.post("/gradio_api/run/predict", json=body)
        return {"success": answer.status_code == 200, "output": answer.json()}

    def _reply(self, event_id: str) -> dict[str, Any]:
        """The reply to an event of this visit, from the stream of replies."""
        where = {"session_hash": self.session}
        with self.client.stream("GET", "/gradio_api/queue/data", params=where) as stream:
            for line in stream.iter_lines():
                message = json.loads(line[5:]) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed" and message["event_id"] == event_id:
                    return dict(message)
        raise AssertionError("the stream ended without a reply")

    def file(self, name: str, **params: str) -> httpx.Response:
        """A file by its id."""
        answer = self.client.get(f"/studio/files/{name}", params=params)
        assert answer.status_code == 200, answer.text
        return answer

    def picture(self, name: str) -> Image.Image:
        """A picture by its id, decoded."""
        image = Image.open(io.BytesIO(self.file(name).content))
        image.load()
        return image


class Answer(Protocol):
    """What every HTTP client calls a response."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def content(self) -> bytes: ...

    @property
    def text(self) -> str: ...

    def json(self) -> Any: ...


def refusal(answer: Answer) -> tuple[int, str]:
    """Status and code of an error in our form; a sentence without paths goes with it."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert body.keys() - {"request_id"} == {"code", "message", "detail"}
    assert body.get("request_id") == answer.headers.get("x-request-id")
    assert body["detail"] == body["message"]
    assert body["message"][0].isupper()
    assert body["message"].endswith(".")
    assert "/" not in body["message"]
    return answer.status_code, body["code"]
