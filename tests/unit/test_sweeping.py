"""What the server does now and then."""

from __future__ import annotations

import asyncio
import logging

import pytest

from server.application import sweeping
from tests.running import in_a_loop


def test_one_failure_does_not_end_the_sweeping(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("fails")
        raise OSError("the disk is gone")

    async def some_rounds() -> None:
        sweep = asyncio.create_task(sweeping((fails, lambda: done.append("works")), 0.001))
        while len(done) < 4:
            assert not sweep.done()
            await asyncio.sleep(0.001)
        sweep.cancel()

    with caplog.at_level(logging.ERROR, "cutaway"):
        in_a_loop(some_rounds())
    assert done[:4] == ["fails", "works"] * 2
    assert "sweeping failed" in caplog.text
