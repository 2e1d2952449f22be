"""No file of the machine can be read, and no other server be asked, through the studio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.http.visitor import Visitor, refusal
from tests.websites import Website, website

SECRET = b"the-content-of-a-host-file"


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the machine that nobody gave to the studio."""
    path = tmp_path_factory.mktemp("host") / "canary.txt"
    path.write_bytes(SECRET)
    return path


def reference(path: Path | str) -> dict[str, Any]:
    """What Gradio takes for an uploaded file."""
    return {"path": str(path), "url": None, "orig_name": "x.png", "meta": {"_type": "gradio.FileData"}}


def copies(folder: Path) -> list[Path]:
    """Files of a folder that hold the secret."""
    return [path for path in folder.rglob("*") if path.is_file() and SECRET in path.read_bytes()]


ENCODINGS = {
    "plain": lambda text: text.encode(),
    "escaped": lambda text: text.replace("gradio.FileData", "\\u0067radio\\u002eFileData").encode(),
    "escaped key": lambda text: text.replace("_type", "\\u005ftype").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "with a mark": lambda text: text.encode("utf-8-sig"),
}

ROUTES = [
    "queue/join",
    "run/predict",
    "run/false_2",
    "api/predict",
    "call/false_2",
    "call/v2/false_2",
    "call/x",
]


@pytest.mark.parametrize("route", [*ROUTES, "/queue/join", "component_server", "stream/x", "queue/join/"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_references_are_refused_everywhere(
    client: httpx.Client, shelf: Path, canary: Path, route: str, encoding: str
) -> None:
    body = {
        "data": [reference(canary)] * 6,
        "fn_index": 2,
        "session_hash": "abc",
        "event_data": reference(canary),
    }
    data = ENCODINGS[encoding](json.dumps(body))
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = client.post(f"/gradio_api/{route}", content=data, headers={"Content-Type": kind})
        assert answer.status_code in (400, 404)
        assert SECRET not in answer.content
    assert copies(shelf) == []


@pytest.mark.parametrize("deep", [False, True])
def test_references_without_the_mark_are_only_words(
    visitor: Visitor, shelf: Path, canary: Path, png: bytes, deep: bool
) -> None:
    photo = visitor.send(png).json()["id"]
    assert visitor.handle(visitor.number_of("stage", "photo"), [], {"id": photo})["success"]
    lie: Any = {**reference(canary), "meta": {"_type": "other"}}
    visitor.controls["backdrop"] = {"kind": "image", "source": [lie] if deep else str(canary)}
    told = visitor.fire("backdrop", "backdrop")
    assert [message["action"] for message in told] == ["error"]
    assert SECRET not in json.dumps(told).encode()
    assert copies(shelf) == []


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file={}",
        "/gradio_api/file/{}",
        "/gradio_api/file=../../../../../../../..{}",
        "/gradio_api/file=%2e%2e%2f%2e%2e%2f%2e%2e{}",
        "/gradio_api/file=file://{}",
        "/file={}",
        "/file/{}",
        "/studio/files{}",
        "/studio/files/..%2f..%2f..%2f..%2f..{}",
        "/studio/files/../../../..{}",
        "/studio/samples/..%2f..%2f..%2f..%2f..{}",
        "/static/../../../../../../../..{}",
        "/static/..%2f..%2f..%2f..%2f..%2f..%2f..{}",
        "/assets/..%2f..%2f..%2f..%2f..%2f..%2f..{}",
        "/svelte/..%2f..%2f..%2f..%2f..%2f..%2f..{}",
        "/gradio_api/custom_component/1/client/component/..%2f..%2f..{}",
        "/gradio_api/proxy=file://{}",
        "/gradio_api/stream/a/b/c/playlist-file?path={}",
        "/gradio_api/deep_link?session_hash={}",
    ],
)
def test_paths_lead_nowhere(client: httpx.Client, address: str, canary: Path, path: str) -> None:
    for file, secret in ((canary, SECRET), (Path("/etc/passwd"), b"root:")):
        # as a plain string: httpx would tidy the dots away
        answer = client.get(httpx.URL(address).copy_with(raw_path=path.format(file).encode()))
        assert answer.status_code in (403, 404)
        assert secret not in answer.content


def test_nothing_can_be_uploaded_to_gradio(client: httpx.Client, shelf: Path) -> None:
    before = set(shelf.rglob("*"))
    for data in ({"files": ("a.txt", SECRET)}, {"files": (None, SECRET)}):
        answer = client.post("/gradio_api/upload", files=data)
        assert refusal(answer) == (404, "not_found")
    assert set(shelf.rglob("*")) == before


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Website]:
    """Another server, which nobody should ask."""
    with website() as site:
        site.says("/a.png", SECRET)
        yield site
        assert site.asked == []


WAYS = [
    "file=",
    "proxy=",
    "file/",
    "/file=",
    "%66ile=",
    "fil%65=",
    "stream/a/b/c/playlist-file?path=",
    "deep_link?a=",
]


@pytest.mark.parametrize("path", WAYS)
@pytest.mark.parametrize("scheme", ["http://", "https://", "http:/", "//", "HTTP://", "http%3A%2F%2F"])
def test_no_other_server_is_asked(client: httpx.Client, elsewhere: Website, path: str, scheme: str) -> None:
    for host in ("example.com", f"127.0.0.1:{elsewhere.port}"):
        for answer in (
            client.get(f"/gradio_api/{path}{scheme}{host}/a.png"),
            client.head(f"/gradio_api/{path}{scheme}{host}/a.png"),
        ):
            assert answer.status_code == 404
            assert "location" not in answer.headers


@pytest.mark.parametrize("field", ["path", "url", "orig_name"])
@pytest.mark.parametrize("route", ROUTES)
def test_addresses_in_events_are_not_fetched(
    client: httpx.Client, elsewhere: Website, field: str, route: str
) -> None:
    for url in (
        "https://example.com/a.png",
        f"http://127.0.0.1:{elsewhere.port}/a.png",
        "data:image/png;base64,eA",
    ):
        given = {**reference(""), field: url}
        for data in ([given], [[given]], [{"image": given}], [{"composite": given, "layers": [given]}]):
            answer = client.post(
                f"/gradio_api/{route}", json={"data": data, "fn_index": 2, "session_hash": "abc"}
            )
            assert refusal(answer) in ((400, "file_reference"), (404, "not_found"))


def test_addresses_without_the_mark_are_only_words(visitor: Visitor, elsewhere: Website, png: bytes) -> None:
    photo = visitor.send(png).json()["id"]
    assert visitor.handle(visitor.number_of("stage", "photo"), [], {"id": photo})["success"]
    url = f"http://127.0.0.1:{elsewhere.port}/a.png"
    for source in (url, [url], {"path": url, "url": url}):
        visitor.controls["backdrop"] = {"kind": "image", "source": source}
        assert [message["action"] for message in visitor.fire("backdrop", "backdrop")] == ["error"]
    assert visitor.client.post("/studio/photos", content=url.encode()).status_code == 415


@pytest.mark.parametrize("model", ["/srv/x.onnx", "~/x.onnx", "x.onnx"])
def test_visitors_name_no_model_files(visitor: Visitor, model: str) -> None:
    number = visitor.number_of("download", "click")
    for choice, other in ((model, None), ("more", model)):
        reply = visitor.handle(number, [None, choice, other, True, {"kind": "none"}, "png"])
        assert not reply["success"]
