"""The short part of ``make torture``: how a real server behaves, not how fast this machine is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from benchmarks.torture.backpressure import crowded
from benchmarks.torture.bodies import too_large
from benchmarks.torture.isolation import isolation
from benchmarks.torture.leaving import leaving
from benchmarks.torture.loop import event_loop
from benchmarks.torture.odd import odd_pictures
from benchmarks.torture.parameters import any_parameters
from benchmarks.torture.rows import Finding, Plan

pytestmark = pytest.mark.weights

LARGER_HERE = "peak above idle"
"""What else a test's machine does shows in what a server holds: left to the real measurement."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    plan = Plan(tmp_path_factory.mktemp("torture"), quick=True)
    yield plan
    plan.close()


@pytest.mark.parametrize(
    "measure",
    [any_parameters, crowded, event_loop, isolation, leaving, odd_pictures, too_large],
    ids=lambda one: one.__name__,
)
def test_a_server_bears_it(measure: Callable[[Plan], list[Finding]], plan: Plan) -> None:
    findings = [one for one in measure(plan) if not one.timed and LARGER_HERE not in one.what]
    assert findings
    assert [one for one in findings if not one.reached] == []
