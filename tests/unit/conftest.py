"""What many unit tests work on: the program's working state, with made-up networks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.shelf import Shelf
from pipelines.workbench import Workbench
from tests.unit.fakes import FakeService, fake_service


@pytest.fixture
def fake(tmp_path: Path) -> FakeService:
    """A service whose networks take whatever is bright for the subject."""
    return fake_service(tmp_path)


@pytest.fixture
def bench(fake: FakeService, tmp_path: Path) -> Iterator[Workbench]:
    """A workbench over that service."""
    bench = Workbench(fake.service, Shelf(60, parent=tmp_path))
    yield bench
    bench.close()
