"""A Cutaway that answers as api.remove.bg for the programs that are led to it, and pictures to give them."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from pipelines.samples import SAMPLES, sample_path
from tests.http.clients.installing import node_clients, python_clients
from tests.running import ROOT, environment, serving
from tests.websites import Website, website

REDIRECT = ROOT / "scripts" / "removebg_redirect.cjs"
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass(frozen=True)
class Way:
    """How clients get to api.remove.bg here.

    Attributes:
        at: host and port of what answers as it.
        exports: what the proxy says to set for clients.
    """

    at: str
    exports: dict[str, str]

    def environment(self, *, proxy: bool = True, **extra: str) -> dict[str, str]:
        """A client's environment: the proxy or not, and whom to trust."""
        kept = {name: text for name, text in environment().items() if name.upper() not in _PROXIES}
        told = {name: text for name, text in self.exports.items() if proxy or name != "HTTPS_PROXY"}
        return {**kept, **told, **extra}


@pytest.fixture(scope="session")
def site() -> Iterator[Website]:
    """Where the pictures lie that clients name by address."""
    with website() as site:
        for sample in SAMPLES:
            data = sample_path(sample.name).read_bytes()
            site.says(f"/{sample.name}.png", data, Content_Length=str(len(data)))
        yield site


@pytest.fixture(scope="session")
def studio(site: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Cutaway's own address."""
    with serving(
        TMPDIR=str(tmp_path_factory.mktemp("shelf")),
        CUTAWAY_REMOVEBG_MODEL="u2netp",
        CUTAWAY_ALLOWED_HOSTS="api.remove.bg",
        CUTAWAY_OPEN="1",
        CUTAWAY_URLS="allow-list",
        CUTAWAY_URL_HOSTS=f"127.0.0.1:{site.port}",
    ) as address:
        yield address


@contextlib.contextmanager
def proxy(server: str, folder: Path) -> Iterator[Way]:
    """The proxy as a user starts it."""
    command = [sys.executable, "-m", "scripts.removebg_proxy", "--server", server, "--folder", str(folder)]
    command += ["--port", "0", "--tls-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            lines = [process.stdout.readline() for _ in range(5)]
            assert all(line.startswith("export ") for line in lines), "the proxy did not start"
            exports = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
            yield Way(first.partition(" is answered at ")[2].partition(". ")[0], exports)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def way(studio: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    with proxy(studio, tmp_path_factory.mktemp("proxy") / "authority") as way:
        yield way


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of 6 megapixels and some megabytes."""
    photo = cv2.imread(str(sample_path("coffee")))
    assert photo is not None
    enlarged = cv2.resize(photo, (3000, 2000), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(1).normal(0, 4, enlarged.shape)
    path = tmp_path_factory.mktemp("large") / "large.jpg"
    cv2.imwrite(str(path), np.clip(enlarged + noise, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


@pytest.fixture
def desk(tmp_path: Path, large: Path) -> Path:
    """The folder that clients work in."""
    for sample in SAMPLES:
        shutil.copy(sample_path(sample.name), tmp_path)
    (tmp_path / "large.jpg").symlink_to(large)
    (tmp_path / "text.png").write_text("no picture")
    return tmp_path


@pytest.fixture(scope="session")
def python_folder(request: pytest.FixtureRequest) -> Path:
    return python_clients(request.config.cache.mkdir("removebg-clients"))


@pytest.fixture(scope="session")
def node_folder(request: pytest.FixtureRequest) -> Path:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip(
            "npm is missing, which `make test` installs: the Node.js clients of remove.bg were not tried"
        )
    return node_clients(request.config.cache.mkdir("removebg-clients"), npm)


@pytest.fixture
def python(way: Way, python_folder: Path, desk: Path) -> Callable[[str], Any]:
    """Runs Python code that prints JSON, with the clients at hand."""
    env = way.environment(PYTHONPATH=str(python_folder))

    def run(code: str) -> Any:
        return json.loads(ran([sys.executable, "-c", f"import json\n{code}"], desk, env).stdout)

    return run


@pytest.fixture
def node(way: Way, node_folder: Path, desk: Path) -> Callable[[str], Any]:
    """Runs JavaScript that prints JSON, with the clients at hand; they find api.remove.bg without a proxy."""
    env = way.environment(proxy=False, NODE_PATH=str(node_folder), REMOVEBG_AT=way.at)
    env["NODE_OPTIONS"] = f"--require {REDIRECT}"

    def run(code: str) -> Any:
        return json.loads(ran(["node", "-e", code], desk, env).stdout)

    return run


def ran(
    command: list[str], folder: Path, env: dict[str, str], status: int = 0
) -> subprocess.CompletedProcess[str]:
    """A program that ended with a status."""
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
    return done
