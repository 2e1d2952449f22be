"""A batch of the command line as a job of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.batch.adopting import adopt
from pipelines.batch.jobs import Jobs
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Order, Variant
from pipelines.batch.places import Folders
from pipelines.errors import InputError
from pipelines.recipe import Recipe
from pipelines.settings import Settings

ORDER = Order.of([Variant("cutout", Recipe(model="fast"))])


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "shoes", tmp_path / "out")
    made.source.mkdir()
    with Ledger(made.ledger) as ledger:
        ledger.enter(ORDER, {"a.jpg": "1"})
        ledger.keep_source(made.source)
    return made


def end(folders: Folders) -> None:
    with Ledger(folders.ledger) as ledger:
        item = ledger.claim("x", suspects=False)
        assert item
        ledger.finish(item, "x", {"sha256": "d", "results": {}})


def test_a_batch_is_found_again_as_the_same_job(folders: Folders, tmp_path: Path) -> None:
    root = tmp_path / "jobs"
    first = adopt(folders.target, root, "me")
    assert (first.state, first.name) == ("cancelled", "shoes")  # something is left to do
    end(folders)
    again = adopt(folders.target, root, "me")
    assert (again.id, again.state) == (first.id, "done")
    jobs = Jobs(root, Settings())
    jobs.begin()
    try:
        (job,) = jobs.all("me")
        assert (job.state, job.counts.done, job.file.order) == ("done", 1, ORDER)
        assert jobs.folders(job.id) == folders
        assert jobs.decide(job.id, [1], "accepted") == [1]
    finally:
        jobs.close()
    with Ledger(folders.ledger) as ledger:
        assert [item.decision for item in ledger.items()] == ["accepted"]


def test_photos_that_are_elsewhere_by_now(folders: Folders, tmp_path: Path) -> None:
    moved = folders.source.rename(tmp_path / "moved")
    with pytest.raises(InputError, match=r"not in .*shoes any more\. Say where with --photos"):
        adopt(folders.target, tmp_path / "jobs", "me")
    assert adopt(folders.target, tmp_path / "jobs", "me", moved).source == moved


def test_a_batch_that_was_never_begun(tmp_path: Path) -> None:
    Ledger(Folders(tmp_path, tmp_path).ledger).close()
    with pytest.raises(InputError, match="never begun"):
        adopt(tmp_path, tmp_path / "jobs", "me")
