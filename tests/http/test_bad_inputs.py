"""The folder of bad files through the doors of a real server, with its decoders in a sandbox and without.

A door is a function: another route is another line of :data:`DOORS`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from pipelines.sandbox import supported
from tests.bad_inputs import FOLDER, HIDDEN, PHOTO, faults
from tests.http.visitor import refusal
from tests.running import ROOT, serving

WAIT = 20
"""Seconds after which a server counts as hanging."""

FENCE = Path(__file__).with_name("fence.py")


def studio(client: httpx.Client, data: bytes, name: str) -> str:
    """The studio's upload; what is shown of the photo holds nothing hidden."""
    answer = client.post("/studio/photos", content=data, headers={"X-File-Name": quote(name)})
    if answer.status_code != 200:
        return coded(answer)
    shown = client.get(f"/studio/files/{answer.json()['preview']}").content
    assert [word for word in HIDDEN if word in shown] == []
    assert client.delete(f"/studio/photos/{answer.json()['id']}").status_code == 204
    return PHOTO


def coded(answer: httpx.Response) -> str:
    """The code of a refusal that is the client's fault, and told as such."""
    status, code = refusal(answer)
    assert 400 <= status < 500, answer.text
    leaks = (*HIDDEN, b"Traceback", str(ROOT).encode(), b"site-packages")
    assert [word for word in leaks if word in answer.content] == []
    return code


DOORS: dict[str, Callable[[httpx.Client, bytes, str], str]] = {"studio": studio}


@dataclass(frozen=True)
class Server:
    """A server that is fenced in, and what it tried."""

    client: httpx.Client
    log: Path


@pytest.fixture(scope="module", params=["off", "on"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if request.param == "on" and not supported():
        pytest.skip("the sandbox is made of Linux' means")
    folder = tmp_path_factory.mktemp("fenced")
    shutil.copy(FENCE, folder / "sitecustomize.py")
    log = folder / "log.txt"
    settings = {"PYTHONPATH": str(folder), "FENCE_LOG": str(log), "TMPDIR": str(folder)}
    with (
        serving(CUTAWAY_SANDBOX=request.param, CUTAWAY_OFFLINE="1", **settings) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=WAIT) as client,
    ):
        yield Server(client, log)
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("kind", FOLDER)
@pytest.mark.parametrize("door", DOORS)
def test_every_file_comes_to_what_it_should(server: Server, door: str, kind: str) -> None:
    before = server.log.read_text()
    assert faults(kind, lambda data, name: DOORS[door](server.client, data, name)) == {}
    assert server.log.read_text() == before  # no program was started, no connection tried
