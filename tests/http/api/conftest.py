"""One API for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.http.api.api import Api, api


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with api(tmp_path_factory.mktemp("api")) as found:
        yield found
