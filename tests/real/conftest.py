"""One service over the weights of this machine. It never fetches: missing weights fail the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.service import CutoutService, build_service
from pipelines.settings import Settings, load_settings


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings().model_copy(update={"offline": True})


@pytest.fixture(scope="session")
def service(settings: Settings) -> Iterator[CutoutService]:
    service = build_service(settings)
    yield service
    service.close()
