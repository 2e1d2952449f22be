"""What the tests of clusters share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.store import serving


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty bucket of an S3 server on this machine; the environment says where that is."""
    log = tmp_path_factory.mktemp("s3") / "requests.log"
    with serving(log) as (environment, address), pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield address
