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
from tests.bad_inputs import FOLDER, HIDDEN, PHOTO, REFUSED, faults
from tests.http.removebg.api import problem
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
    assert leaks(answer) == []
    return code


def leaks(answer: httpx.Response) -> list[bytes]:
    """What a refusal tells of the file, or of the server, and should not."""
    words = (*HIDDEN, b"Traceback", str(ROOT).encode(), b"site-packages")
    return [word for word in words if word in answer.content]


def cutouts(client: httpx.Client, data: bytes, name: str) -> str:
    """Our own API, which takes an empty file for none."""
    code = coded(client.post("/api/v1/cutouts", files={"photo": (name, data)}))
    return "invalid_input" if code == "missing_photo" else code


def removebg(client: httpx.Client, data: bytes, name: str) -> str:
    """remove.bg's API; its codes are taken back to ours."""
    answer = client.post("/v1.0/removebg", files={"image_file": (name, data)})
    assert answer.status_code == 400, answer.text
    assert leaks(answer) == []
    told = problem(answer)
    cut = told["code"] == "failed_to_read_image" and "ends before" in told["detail"]
    return "image_truncated" if cut else OURS[told["code"]]


OURS = {
    "failed_to_read_image": "image_unreadable",
    "invalid_file_type": "unsupported_format",
    "missing_source": "invalid_input",
    "resolution_too_high": "image_too_large",
}
"""By what remove.bg's API calls them."""

DOORS: dict[str, Callable[[httpx.Client, bytes, str], str]] = {
    "studio": studio,
    "cutouts": cutouts,
    "removebg": removebg,
}
NETWORKS = ("cutouts", "removebg")
"""Doors behind which a photo is cut out at once: they are tried with what is never taken."""

TRIED = [(door, kind) for door in DOORS for kind in (REFUSED if door in NETWORKS else FOLDER)]


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


@pytest.mark.parametrize(("door", "kind"), TRIED)
def test_every_file_comes_to_what_it_should(server: Server, door: str, kind: str) -> None:
    before = server.log.read_text()
    found = faults(
        kind, lambda data, name: DOORS[door](server.client, data, name), photos=door not in NETWORKS
    )
    assert found == {}
    assert server.log.read_text() == before  # no program was started, no connection tried
