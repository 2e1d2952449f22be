"""Jobs with real networks: one after the other, cancelled, gone on with, changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.batch.job import Job
from pipelines.batch.jobs import Jobs
from pipelines.batch.order import Order, Variant
from pipelines.errors import JobNotFound, PhotoNotFound
from pipelines.recipe import Recipe
from pipelines.settings import load_settings
from tests.scenes import ball, encoded

ORDER = Order.of([Variant("cutout", Recipe(model="u2netp", refine=False))])
_LONG = 90


@pytest.fixture
def ended() -> list[Job]:
    return []


@pytest.fixture
def jobs(tmp_path: Path, ended: list[Job]) -> Iterator[Jobs]:
    made = Jobs(tmp_path, load_settings(), ended.append)
    made.begin()
    yield made
    made.close()


def job_with(jobs: Jobs, photos: int) -> str:
    job = jobs.create("shoes", ORDER)
    for number in range(photos):
        path = jobs.folders(job.id).source / f"{number}.png"
        path.write_bytes(encoded(ball(200 + number, 160).pixels))
    return job.id


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONG
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_they_run_in_turn_and_a_change_makes_one_photo_again(jobs: Jobs, ended: list[Job]) -> None:
    first, second = job_with(jobs, 3), job_with(jobs, 2)
    assert [(job.state, job.counts.queued) for job in jobs.all()] == [("open", 2), ("open", 3)]
    jobs.start(first)
    jobs.start(second)
    until(lambda: len(ended) == 2)
    states = [(job.id, job.state, job.counts.done) for job in ended]
    assert states == [(first, "done", 3), (second, "done", 2)]
    results = jobs.folders(first).target
    before = {path.name: path.read_bytes() for path in results.glob("*.png")}
    assert set(before) == {"0.png", "1.png", "2.png"}
    assert jobs.decide(first, [1, 2], "accepted") == [1, 2]
    assert jobs.change(first, [2], {"edges": {"shift": -0.01}}) == [2]
    until(lambda: len(ended) == 3)
    after = {path.name: path.read_bytes() for path in results.glob("*.png")}
    assert [name for name in after if after[name] != before[name]] == ["1.png"]
    assert [item.decision for item in jobs.items(first)] == ["accepted", None, None]
    assert jobs.photo(first, 1) == (jobs.folders(first).source / "0.png").read_bytes()
    with pytest.raises(PhotoNotFound):
        jobs.photo(first, 9)
    jobs.remove(first)
    with pytest.raises(JobNotFound):
        jobs.items(first)
    assert not (jobs.root / first).exists()


def test_one_that_is_cancelled_goes_on_when_asked_and_one_under_way_by_itself(
    jobs: Jobs, ended: list[Job], tmp_path: Path
) -> None:
    job = job_with(jobs, 24)
    jobs.start(job)
    until(lambda: jobs.get(job).counts.done > 0)
    jobs.cancel(job)
    until(lambda: len(ended) == 1)
    (end,) = ended
    assert end.state == "cancelled"
    assert end.counts.leased == 0
    assert 0 < end.counts.left < 24
    jobs.start(job)
    until(lambda: jobs.get(job).counts.done > end.counts.done)
    jobs.close()  # the server stops on the way
    assert len(ended) == 1
    again = Jobs(tmp_path, load_settings(), ended.append)
    again.begin()
    assert again.get(job).state in ("waiting", "running")
    until(lambda: len(ended) == 2)
    assert (ended[1].state, ended[1].counts.done) == ("done", 24)
    again.close()
