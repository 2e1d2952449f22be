"""The world that pictures are fetched from; its canary is never asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.fetching.world import Names, World
from tests.websites import PUBLIC, LeadingNetwork, Website, website


@pytest.fixture(scope="package")
def sites() -> Iterator[tuple[Website, Website]]:
    with website() as site, website() as canary:
        yield site, canary


@pytest.fixture
def world(sites: tuple[Website, Website]) -> Iterator[World]:
    site, canary = sites
    site.answers.clear()
    site.asked.clear()
    names = Names({"pictures.example": [[PUBLIC]]})
    yield World(site, canary, LeadingNetwork({PUBLIC: site.port}, canary.port), names)
    assert canary.asked == []
