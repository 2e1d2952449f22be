"""Jobs with an engine that makes nothing: their line, their folder, and what goes wrong on the way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pipelines import save
from pipelines.batch import engine
from pipelines.batch.engine import Batch, scan
from pipelines.batch.items import Counts
from pipelines.batch.job import FILE, Job, Maker
from pipelines.batch.jobs import Jobs
from pipelines.batch.ledger import Ledger
from pipelines.batch.ledgers import OpenLedgers
from pipelines.batch.locks import Locks
from pipelines.batch.order import Order, Variant
from pipelines.batch.places import Folders
from pipelines.errors import (
    BatchPaused,
    Busy,
    CutawayError,
    ImageUnreadable,
    JobNotFound,
    OutputError,
    StorageFull,
    WrongJobState,
)
from pipelines.recipe import Recipe
from pipelines.settings import Settings
from tests.scenes import ball, encoded

ORDER = Order.of([Variant("cutout", Recipe(model="fast"))])
PHOTO = encoded(ball(40, 30).pixels)


@dataclass
class World:
    """Jobs, the ends that were told, and what the engine is to do.

    Attributes:
        root: of the jobs.
        ended: told so far.
        ran: ids of folders in the order they were run in.
        harm: raised by each run.
        hold: an engine waits for this, or for being stopped.
    """

    root: Path
    ended: list[Job] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    harm: Callable[[Batch], Exception | None] = lambda _batch: None
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()
        self.jobs = self.server()

    def server(self) -> Jobs:
        jobs = Jobs(self.root, Settings(home=self.root), self.ended.append)
        jobs.begin()
        return jobs

    def run(self, batch: Batch, told: Callable[[Counts], None], *, stop: threading.Event) -> Counts:
        self.ran.append(batch.folders.source.parent.name)
        with Ledger(batch.folders.ledger) as ledger:
            ledger.enter(batch.order, scan(batch.folders))
            while not self.hold.wait(0.01) and not stop.is_set():
                told(ledger.counts())
            error = self.harm(batch)
            if error is not None:
                raise error
            while not stop.is_set() and (item := ledger.claim("lease", suspects=False)):
                ledger.finish(item, "lease", {"sha256": "ab", "results": {}})
            return ledger.counts()

    def job(self, photos: int = 2, maker: Maker | None = None) -> str:
        job = self.jobs.create("shoes", ORDER, maker=maker)
        with self.jobs.adding(job.id) as intake:
            for number in range(photos):
                with (self.root / "photo.png").open("w+b") as file:
                    file.write(encoded(ball(40 + number, 30).pixels))
                    file.seek(0)
                    intake.take(f"{number}.png", file)
        return job.id

    def until(self, job_id: str, state: str) -> Job:
        deadline = time.monotonic() + 20
        while (job := self.jobs.get(job_id)).state != state:
            assert time.monotonic() < deadline, job
            time.sleep(0.005)
        return job


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path / "jobs")
    monkeypatch.setattr(engine, "run", made.run)
    yield made
    made.hold.set()
    made.jobs.close()


class TestRunning:
    def test_one_that_is_ordered_anew_as_it_ends_is_made_anew(self, world: World) -> None:
        job, other = world.job(), Order.of([Variant("print", Recipe(model="fast"))])

        def order_anew(batch: Batch) -> None:
            if batch.order.variants[0].name == "print":
                return
            with Ledger(batch.folders.ledger) as ledger:  # all is made, and the run about to end
                while item := ledger.claim("lease", suspects=False):
                    ledger.finish(item, "lease", {"sha256": "ab", "results": {}})
            world.jobs.cancel(job)
            world.jobs.reorder(job, other)
            world.jobs.start(job)

        world.harm = order_anew
        world.jobs.start(job)
        world.until(job, "done")
        assert world.ran == [job, job]
        with Ledger(world.jobs.folders(job).ledger) as ledger:
            made = ledger.made_of()
        assert made
        assert made[0] == other

    def test_a_full_disk_pauses_it_and_start_goes_on(self, world: World) -> None:
        world.harm = lambda batch: BatchPaused(f"No room to write {batch.folders.target}/a.png.")
        job = world.job()
        world.jobs.start(job)
        paused = world.until(job, "paused")
        assert paused.file.paused == "No room to write a.png."
        world.harm = lambda _batch: None
        world.jobs.start(job)
        done = world.until(job, "done")
        world.jobs.close()
        assert [one.state for one in world.ended] == ["paused", "done"]
        assert (done.counts.done, done.file.paused) == (2, None)

    def test_the_line_goes_on_where_not_even_that_can_be_written(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = world.job(), world.job()
        world.hold.clear()
        world.jobs.start(first)
        world.jobs.start(second)

        def full(*_: object) -> None:
            raise StorageFull("No room.")

        monkeypatch.setattr(save, "write_atomic", full)
        world.hold.set()
        world.until(second, "done")
        assert world.jobs.get(first).state == "done"
        with pytest.raises(StorageFull):
            world.jobs.create("another", ORDER)
        assert len(world.jobs.all()) == 2

    @pytest.mark.parametrize("harm", [lambda _batch: OSError("odd"), lambda _batch: ValueError("odd")])
    def test_what_nobody_foresaw_pauses_one_and_not_the_others(
        self, world: World, harm: Callable[[Batch], Exception]
    ) -> None:
        first, second = world.job(), world.job()
        world.harm = lambda batch: harm(batch) if batch.folders.source.parent.name == first else None
        world.jobs.start(first)
        world.jobs.start(second)
        world.until(second, "done")
        assert "foresaw" in str(world.until(first, "paused").file.paused)

    def test_whoever_is_told_can_do_no_harm(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_job: Job) -> None:
            raise RuntimeError("no such host")

        world = World(tmp_path)
        monkeypatch.setattr(engine, "run", world.run)
        world.jobs.close()
        world.jobs = Jobs(tmp_path, Settings(home=tmp_path), fail)
        world.jobs.begin()
        for job in (world.job(), world.job()):
            world.jobs.start(job)
            world.until(job, "done")
        world.jobs.close()

    def test_removed_while_it_runs(self, world: World) -> None:
        world.hold.clear()
        job, other = world.job(), world.job()
        world.jobs.start(job)
        world.until(job, "running")
        world.jobs.remove(job)
        with pytest.raises(JobNotFound):
            world.jobs.get(job)
        assert not (world.root / job).exists()
        world.jobs.start(other)
        world.hold.set()
        world.until(other, "done")
        world.jobs.close()
        assert [(one.id, one.state) for one in world.ended] == [(job, "cancelled"), (other, "done")]

    def test_cancelled_and_begun_again_before_it_has_stopped(self, world: World) -> None:
        world.hold.clear()
        job = world.job()
        world.jobs.start(job)
        world.until(job, "running")
        world.jobs.cancel(job)
        world.jobs.start(job)
        world.hold.set()
        assert world.until(job, "done").counts.done == 2

    def test_without_photos_there_is_nothing_to_start(self, world: World) -> None:
        job = world.job(0)
        with pytest.raises(WrongJobState, match="no photos yet"):
            world.jobs.start(job)
        assert world.jobs.get(job).state == "open"

    def test_it_never_seems_to_have_no_photos_while_it_begins(self, world: World) -> None:
        job = world.job()
        Ledger(world.jobs.folders(job).ledger).close()  # made, and nothing entered yet
        assert world.jobs.get(job).counts == Counts(queued=2)

    def test_a_folder_that_is_not_there_any_more(self, world: World, tmp_path: Path) -> None:
        source = tmp_path / "mounted"
        source.mkdir()
        (source / "a.png").write_bytes(PHOTO)
        job = world.jobs.create("shoes", ORDER, folders=Folders(source, tmp_path / "out")).id
        source.rename(tmp_path / "gone")
        world.jobs.start(job)
        assert "not there" in str(world.until(job, "paused").file.paused)
        (tmp_path / "gone").rename(source)
        world.jobs.start(job)
        assert world.until(job, "done").counts.done == 1

    def test_links_that_lead_out_of_a_folder_are_passed_over(self, world: World, tmp_path: Path) -> None:
        source, secret = tmp_path / "in", tmp_path / "secret.png"
        source.mkdir()
        for path in (source / "a.png", secret):
            path.write_bytes(PHOTO)
        (source / "b.png").symlink_to(source / "a.png")
        (source / "c.png").symlink_to(secret)
        job = world.jobs.create("shoes", ORDER, folders=Folders(source, tmp_path / "out")).id
        assert sorted(scan(world.jobs.folders(job))) == ["a.png", "b.png"]
        assert sorted(scan(Folders(source, tmp_path / "out"))) == ["a.png", "b.png", "c.png"]


class TestRemembering:
    def test_another_server_takes_the_same_jobs_only_when_the_first_is_gone(self, world: World) -> None:
        job = world.job()
        other = world.server()
        assert other.all() == []
        with pytest.raises(Busy):
            other.create("shoes", ORDER)
        other.close()
        world.jobs.close()
        world.jobs = world.server()
        assert world.jobs.get(job).counts.queued == 2

    def test_what_a_killed_server_left_is_swept_and_what_can_not_be_read_is_left_alone(
        self, world: World
    ) -> None:
        job, strange, later = world.job(), world.job(), world.job()
        (world.root / strange / FILE).write_text("{")
        told = json.loads((world.root / later / FILE).read_text())
        (world.root / later / FILE).write_text(json.dumps({**told, "plan": "[]"}))
        (world.root / ("x" * 22)).mkdir()
        (world.root / f"removed-{'1' * 16}").mkdir()
        (world.root / "upload-0_abcdef").mkdir()
        (world.root / "upload-0_abcdef" / "part").write_bytes(b"x")
        (world.root / job / f"incoming-{'1' * 16}").write_bytes(b"x")
        others = ("wedding_2024_originals", "upload-me", "removed-ones")
        for other in others:
            (world.root / other).mkdir()
            (world.root / other / "a.jpg").write_bytes(b"x")
        (world.root / "notes.txt").write_text("mine")
        world.jobs.close()
        world.jobs = world.server()
        assert [one.id for one in world.jobs.all()] == [job]
        kept = {path.name for path in world.root.iterdir()} - {"lock", "photo.png"}
        assert kept == {job, strange, later, "notes.txt", *others}
        assert not (world.root / job / f"incoming-{'1' * 16}").exists()
        assert world.jobs.get(job).counts.queued == 2

    def test_nobody_else_looks_into_it(self, world: World) -> None:
        assert world.root.stat().st_mode & 0o077 == 0

    def test_without_a_folder_the_server_runs_and_says_why_there_are_no_jobs(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("no folder")
        jobs = Jobs(tmp_path / "file" / "jobs", Settings(home=tmp_path))
        jobs.begin()
        assert jobs.all() == []
        with pytest.raises(OutputError, match="CUTAWAY_JOBS"):
            jobs.create("shoes", ORDER)
        jobs.close()

    def test_it_goes_when_it_was_kept_long_enough(self, world: World, tmp_path: Path) -> None:
        source = tmp_path / "in"
        source.mkdir()
        elsewhere = world.jobs.create("elsewhere", ORDER, folders=Folders(source, tmp_path / "out")).id
        old, fresh, waiting = world.job(), world.job(), world.job()
        world.hold.clear()
        world.jobs.start(waiting)
        world.until(waiting, "running")
        long_ago = time.time() - 8 * 86_400
        for job in (elsewhere, old, waiting):
            file = world.jobs.get(job).file
            world.jobs._files.keep(file.model_copy(update={"created": long_ago}))
        expires = world.jobs.expires(world.jobs.get(old))
        assert expires is not None
        assert expires < time.time()
        world.jobs.sweep()
        assert {job.id for job in world.jobs.all()} == {elsewhere, fresh, waiting}
        assert not (world.root / old).exists()

    def test_one_damaged_ledger_is_its_own_jobs_affair(self, world: World) -> None:
        job, other = world.job(), world.job()
        for each in (job, other):
            world.jobs.start(each)
            world.until(each, "done")
        world.jobs.close()
        for path in (world.root / job).rglob("batch.sqlite3*"):
            path.write_bytes(b"damage" * 1000)
        world.jobs = world.server()
        assert {one.id: one.counts.done for one in world.jobs.all()} == {job: 0, other: 2}
        with pytest.raises(CutawayError, match="damaged"):
            world.jobs.items(job)

    def test_errors_of_photos_name_no_place(self, world: World) -> None:
        job = world.job(1)
        with Ledger(world.jobs.folders(job).ledger) as ledger:
            ledger.enter(ORDER, scan(world.jobs.folders(job)))
            item = ledger.claim("lease", suspects=False)
            assert item is not None
            ledger.fail(item, "lease", ImageUnreadable(f"{world.jobs.folders(job).source}/0.png is damaged."))
        assert world.jobs.items(job)[0].message == "0.png is damaged."
        assert world.jobs.item(job, 1).message == "0.png is damaged."


class TestOnce:
    def test_the_same_request_finds_its_job_and_another_one_is_refused(self, world: World) -> None:
        word = "t"
        maker = Maker("me", token=word, asked="a")
        made: list[str] = []

        def ask() -> None:
            with world.jobs.once(maker) as known:
                made.append(known.id if known else world.job(1, maker))
                world.jobs.carried_out(made[-1])

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(made)) == 1
        half = replace(maker, token=f"{word} of a request that a kill ended")
        begun = world.job(1, half)
        with world.jobs.once(half) as known:
            assert known is None, "the server was killed before all its photos were in it"
        with pytest.raises(JobNotFound):
            world.jobs.get(begun)
        with world.jobs.once(Maker("somebody", token=word, asked="a")) as theirs:
            assert theirs is None
        with (
            pytest.raises(WrongJobState, match="Idempotency-Key"),
            world.jobs.once(Maker("me", token=word, asked="b")),
        ):
            pass


class TestLocks:
    def test_one_at_a_time_of_each_name_and_nothing_stays(self) -> None:
        locks, inside, most = Locks(), [0], [0]

        def work() -> None:
            with locks.hold("a"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.002)
                inside[0] -= 1

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        with locks.hold("b"):
            for thread in threads:
                thread.join()
        assert most == [1]
        assert (locks._locks, locks._users) == ({}, {})


class TestOpenLedgers:
    def test_few_stay_open_and_none_that_is_used_is_closed(self, tmp_path: Path) -> None:
        paths = [tmp_path / str(number) / "ledger" for number in range(5)]
        for path in paths:
            Ledger(path).close()
        ledgers = OpenLedgers(2)
        with ledgers.using(paths[0]) as first:
            for path in paths[1:]:
                with ledgers.using(path) as other:
                    assert other is not None
            ledgers.forget(paths[0])
            assert first is not None
            assert first.counts() == Counts()
        assert len(ledgers._open) <= 2
        ledgers.close()

    def test_one_that_was_replaced_is_opened_anew(self, tmp_path: Path) -> None:
        ledgers, path = OpenLedgers(), tmp_path / "ledger"
        with ledgers.using(path) as none:
            assert none is None
        for photos in (1, 2):
            with Ledger(tmp_path / "new") as made:
                made.enter(ORDER, {f"{number}.png": "1" for number in range(photos)})
            (tmp_path / "new").replace(path)
            with ledgers.using(path) as found:
                assert found is not None
                assert found.counts().queued == photos
        ledgers.close()
