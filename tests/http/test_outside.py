"""Nothing leaves the machine: the program with every way out blocked, and what it leaves behind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from pipelines.settings import load_settings
from tests.http.visitor import Visitor
from tests.running import ROOT, environment, run_app, serving

pytestmark = pytest.mark.weights

FENCE = Path(__file__).with_name("fence.py")


@dataclass(frozen=True)
class Visit:
    """What a visit of the fenced-in program left."""

    actions: list[str]
    log: list[str]
    during: list[str]
    after: list[str]


@pytest.fixture(scope="module")
def fence(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose programs can't get out; what they try is in its log.

    What the tests' own process has switched off is on again; its home is empty but for the weights.
    """
    folder = tmp_path_factory.mktemp("fence")
    shutil.copy(FENCE, folder / "sitecustomize.py")
    return {
        "PYTHONPATH": str(folder),
        "FENCE_LOG": str(folder / "log.txt"),
        "HOME": str(tmp_path_factory.mktemp("home")),
        "CUTAWAY_HOME": str(load_settings().home),
        **dict.fromkeys(("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "CI"), ""),
        **dict.fromkeys(("GRADIO_ANALYTICS_ENABLED", "GRADIO_SHARE", "GRADIO_MCP_SERVER"), "True"),
    }


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def files(folder: Path) -> list[str]:
    """Files below a folder; caches of compiled code left out."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".nbi", ".nbc"))
    return sorted(str(path.relative_to(folder)) for path in found)


def tried(fence: dict[str, str]) -> list[str]:
    """What was written down since the last call."""
    path = Path(fence["FENCE_LOG"])
    lines = path.read_text().splitlines()
    path.unlink()
    return lines


@pytest.fixture(scope="module")
def visit(fence: dict[str, str], tmp_path_factory: pytest.TempPathFactory, png: bytes) -> Visit:
    """A whole visit, long enough for what reports in the background."""
    folder = tmp_path_factory.mktemp("shelf")
    with serving(TMPDIR=str(folder), **fence) as address:
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            assert client.get("/").status_code == 200
            visitor = Visitor(client)
            visitor.controls["Model"] = "auto"
            told = visitor.give(png)
            ready, steps = visitor.fire("download", "click")
            told += [ready, steps]
            visitor.file(ready["file"])
        during = names(folder)
    return Visit([message["action"] for message in told], tried(fence), during, names(folder))


OUTWARD = [
    "socket.create_connection(('192.0.2.1', 9), 1)",
    "socket.getaddrinfo('example.com', 80)",
    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))",
]


@pytest.mark.parametrize("line", OUTWARD)
def test_the_fence_holds(fence: dict[str, str], line: str) -> None:
    ran = in_the_fence(fence, f"import socket; {line}")
    assert b"PermissionError: blocked" in ran.stderr
    assert len(tried(fence)) == 2


def test_the_fence_holds_native_code(fence: dict[str, str]) -> None:
    ran = in_the_fence(fence, "import ctypes; ctypes.CDLL(None).connect(0, None, 0)")
    expected = {"fenced in": -signal.SIGSYS, "half fenced in": 0}  # not every system can
    assert ran.returncode == expected[tried(fence)[0]]


def in_the_fence(fence: dict[str, str], code: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=False, env=environment(**fence), cwd=ROOT, capture_output=True)


def test_the_studio_does_its_work_without_reaching_out(visit: Visit) -> None:
    assert visit.actions == ["cut", "cut", "backdrop", "steps", "marks", "download", "steps"]
    assert visit.log in (["fenced in"], ["half fenced in"])


def test_the_studio_leaves_nothing_behind(visit: Visit, fence: dict[str, str]) -> None:
    assert [name.partition("-")[0] for name in visit.during] == ["cutaway"]
    assert visit.after == []
    assert files(Path(fence["HOME"])) == []


def test_the_command_line_does_not_reach_out(fence: dict[str, str], png: bytes) -> None:
    ran = run_app("cut", "-", "--model", "u2netp", data=png, **fence)
    assert (ran.returncode, ran.stdout[:4]) == (0, b"\x89PNG")
    assert tried(fence)[1:] == []
    assert files(Path(fence["HOME"])) == []


def test_python_programs_do_not_reach_out(fence: dict[str, str]) -> None:
    code = "import io, sys; from pipelines import Recipe, cut; import numpy as np;"
    ran = in_the_fence(
        fence, code + "cut(np.zeros((9, 9, 3), np.uint8), Recipe(model='u2netp')); print('done')"
    )
    assert ran.stdout == b"done\n", ran.stderr
    assert tried(fence)[1:] == []
    assert files(Path(fence["HOME"])) == []
