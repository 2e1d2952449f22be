"""The real program as a process, and a client that knows its address."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.http.visitor import Visitor
from tests.running import Program, running, serving
from tests.scenes import Scene, ball, encoded

MAX_BYTES = 6_000_000
"""What the tests' server takes at most."""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its temporary files."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="session")
def address(shelf: Path) -> Iterator[str]:
    with serving(TMPDIR=str(shelf), CUTAWAY_MAX_BYTES=str(MAX_BYTES)) as address:
        yield address


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def visitor(client: httpx.Client) -> Visitor:
    return Visitor(client)


@pytest.fixture(scope="session")
def scene() -> Scene:
    return ball(640, 480)


@pytest.fixture(scope="session")
def png(scene: Scene) -> bytes:
    return encoded(scene.pixels)


@dataclass
class Held:
    """The program with work that lasts as long as a test wants (:mod:`tests.http.held`).

    Attributes:
        program: it.
        client: knows its address.
        folder: where it looks for what it should do.
        temporary: where it keeps its temporary files.
    """

    program: Program
    client: httpx.Client
    folder: Path
    temporary: Path

    def ask(self, name: str, way: str = "held") -> Future[httpx.Response]:
        """Ask for work, and go on."""
        answer: Future[httpx.Response] = Future()

        def send() -> None:
            try:
                answer.set_result(self.client.post(f"/{way}/{name}", content=b"x", timeout=60))
            except httpx.HTTPError as error:
                answer.set_exception(error)

        threading.Thread(target=send, daemon=True).start()
        return answer

    def began(self, name: str) -> bool:
        """Whether work has begun."""
        return (self.folder / f"{name}.began").exists()

    def end(self, *names: str) -> None:
        """Have work end, now or when it begins."""
        for name in names:
            (self.folder / f"{name}.end").touch()

    def figure(self, name: str) -> float:
        """A figure of ``/metrics``; 0 where it is not there yet."""
        lines = self.client.get("/metrics").text.splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)


@contextlib.contextmanager
def holding(folder: Path, **extra: str) -> Iterator[Held]:
    """The program with work that lasts as long as a test wants: one at a time, two may wait."""
    temporary = folder / "tmp"
    temporary.mkdir()
    limits = {"CUTAWAY_WORKERS": "1", "CUTAWAY_QUEUE": "2", "TMPDIR": str(temporary), **extra}
    with running("-m", "tests.http.held", str(folder), **limits) as program:
        limit = httpx.Limits(max_connections=None)
        with httpx.Client(base_url=program.address, trust_env=False, timeout=60, limits=limit) as client:
            yield Held(program, client, folder, temporary)


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    with holding(tmp_path_factory.mktemp("held"), CUTAWAY_CLIENT_SECONDS="2") as held:
        yield held


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is true; fails when that takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)
