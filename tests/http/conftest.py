"""The real program as a process, and a client that knows its address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.http.visitor import Visitor
from tests.running import serving
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
