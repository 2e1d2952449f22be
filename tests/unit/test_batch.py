"""A batch: its order, its ledger, and one photo after the other."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.batch import ledger as ledger_module
from pipelines.batch import worker
from pipelines.batch.items import Counts, Item
from pipelines.batch.keys import matte_key, result_key
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Order, Variant
from pipelines.batch.places import Folders
from pipelines.batch.report import written
from pipelines.batch.work import PhotoWork
from pipelines.errors import BatchPaused, LedgerUnusable, RecipeError, SourceUnavailable
from pipelines.recipe import Recipe
from tests.scenes import ball, encoded
from tests.unit.fakes import FakeService, fake_service

PLAIN = Order.of([Variant("cutout", Recipe(model="fast"))])


def variant(name: str, **fields: Any) -> Variant:
    return Variant(name, Recipe.read({"model": "fast", **fields}))


TWO = Order.of([variant("shop", background="white", output={"format": "jpg"}), variant("print")])


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "own" / "batch.sqlite3")


class TestOrder:
    def test_comes_back_from_its_text(self) -> None:
        assert Order.read(TWO.to_json()) == TWO

    @pytest.mark.parametrize(
        ("variants", "said"),
        [
            ([], "what is to be made"),
            ([variant("a"), variant("A")], "called"),
            ([variant("a"), variant("b", refine=False)], "one matte"),
            ([variant("a", output={"name": "photo"})], "every photo's"),
            ([variant("a", also_presets=["ebay"])], "further presets"),
        ],
    )
    def test_what_can_not_be_carried_out(self, variants: list[Variant], said: str) -> None:
        with pytest.raises(RecipeError, match=said):
            Order.of(variants)


class TestLedger:
    def test_many_open_a_new_one_at_once(self, tmp_path: Path) -> None:
        together = threading.Barrier(8)

        def opened(path: Path) -> Counts:
            together.wait()
            with Ledger(path) as ledger:
                return ledger.counts()

        with ThreadPoolExecutor(together.parties) as pool:
            for number in range(20):
                path = tmp_path / f"{number}" / "batch.sqlite3"
                assert list(pool.map(opened, [path] * together.parties)) == [Counts()] * together.parties

    def test_photos_are_claimed_once_and_in_order(self, ledger: Ledger) -> None:
        ledger.enter(PLAIN, {"b.jpg": "1", "a.jpg": "1"})
        found = [ledger.claim(lease, suspects=False) for lease in "xyz"]
        assert [item and item.path for item in found] == ["b.jpg", "a.jpg", None]
        first = found[0]
        assert first is not None
        assert not ledger.finish(first, "y", {})  # another's lease
        assert ledger.finish(first, "x", {"sha256": "d"})
        assert not ledger.finish(first, "x", {})
        assert ledger.counts() == Counts(leased=1, done=1)

    @given(st.lists(st.binary(min_size=1).filter(lambda name: b"\0" not in name), unique=True, max_size=5))
    def test_names_are_kept_though_they_are_no_unicode(self, names: list[bytes]) -> None:
        paths = list(dict.fromkeys(PurePosixPath(os.fsdecode(name)).as_posix() for name in names))
        with Ledger(Path(":memory:")) as ledger:
            for stamp in "12":  # the second time, what was kept is known again
                ledger.enter(PLAIN, dict.fromkeys(paths, stamp))
                assert [item.path for item in ledger.items()] == paths
            for item in ledger.items():
                ledger.keep_result("key", item.places["cutout"], [], item.path)
                assert ledger.find_result("key", item.places["cutout"]) == ([], item.path)
            for ending in (".csv", ".html"):
                assert written(ledger.items(), Path("report" + ending), Path())

    def test_what_a_dead_worker_held_waits_again(self, ledger: Ledger) -> None:
        ledger.enter(PLAIN, {"a.jpg": "1"})
        for _ in range(5):
            assert ledger.claim("x", suspects=False)
            ledger.take_back()
        assert ledger.counts() == Counts(queued=1)

    def test_a_photo_that_workers_die_over_fails_alone(self, ledger: Ledger) -> None:
        ledger.enter(PLAIN, {"bad.jpg": "1", "good.jpg": "1"})
        for lease in "xy":
            assert ledger.claim(lease, suspects=False)
        ledger.blame()
        assert ledger.claim("x", suspects=False) is None
        suspect = ledger.claim("x", suspects=True)
        assert suspect is not None
        ledger.blame()
        other = ledger.claim("x", suspects=True)
        assert other is not None
        assert ledger.finish(other, "x", {})
        states = {item.path: (item.state, item.code) for item in ledger.items()}
        assert states == {"bad.jpg": ("failed", "photo_crashes"), "good.jpg": ("done", None)}

    def test_one_that_takes_the_machine_down_is_not_tried_for_ever(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ledger_module, "MOST_STARTS", 3)
        ledger.enter(PLAIN, {"a.jpg": "1"})
        for _ in range(3):
            assert ledger.claim("x", suspects=False)
            ledger.take_back()
        assert ledger.counts() == Counts(failed=1)

    def test_what_waits_again_keeps_what_is_known_of_it(self, ledger: Ledger) -> None:
        ledger.enter(PLAIN, {"a.jpg": "1"})
        for end in ("done", "given back"):
            item = ledger.claim("x", suspects=False)
            assert item
            if end == "done":
                ledger.finish(item, "x", {"sha256": "ab"})
                ledger.queue_again(["a.jpg"])
            else:
                ledger.give_back(item, "x")
        (waiting,) = ledger.items()
        assert (waiting.state, waiting.facts) == ("queued", {"sha256": "ab"})

    def test_photos_wait_when_the_folder_of_all_of_them_goes_away(
        self, ledger: Ledger, tmp_path: Path
    ) -> None:
        folders = Folders(tmp_path / "in", tmp_path / "out")
        folders.source.mkdir()
        (folders.source / "b.jpg").write_bytes(b"1")
        ledger.enter(PLAIN, {"a.jpg": "1", "b.jpg": "1"})

        def lost(_item: Item) -> dict[str, Any]:
            raise SourceUnavailable("a.jpg is not there.")

        first = ledger.claim("x", suspects=False)
        assert first
        worker._one(folders, ledger, lost, first, "x")
        (folders.source / "b.jpg").unlink()
        second = ledger.claim("x", suspects=False)
        assert second
        with pytest.raises(BatchPaused, match="folder of the photos"):
            worker._one(folders, ledger, lost, second, "x")
        assert [item.state for item in ledger.items()] == ["failed", "queued"]

    def test_a_folder_and_an_order_that_change(self, ledger: Ledger) -> None:
        ledger.enter(PLAIN, {"a.jpg": "1", "b.jpg": "1", "c.jpg": "1"})
        for _ in range(3):
            item = ledger.claim("x", suspects=False)
            assert item
            ledger.finish(item, "x", {})
        ledger.enter(PLAIN, {"a.jpg": "1", "b.jpg": "2", "d.jpg": "1"})
        states = {item.path: item.state for item in ledger.items()}
        assert states == {"a.jpg": "done", "b.jpg": "queued", "d.jpg": "queued"}
        ledger.enter(TWO, {"a.jpg": "1"})
        (only,) = ledger.items()
        assert (only.state, set(only.places)) == ("queued", {"shop", "print"})

    def test_each_step_is_written_through(self, tmp_path: Path) -> None:
        with Ledger(tmp_path / "l.sqlite3") as ledger:
            assert tuple(ledger._base.rows("PRAGMA synchronous")[0]) == (2,)
            assert tuple(ledger._base.rows("PRAGMA journal_mode")[0]) == ("wal",)

    def test_a_file_that_is_damaged_meanwhile_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "l.sqlite3"
        with Ledger(path) as ledger:
            ledger.enter(PLAIN, {f"{number}.jpg": "1" for number in range(500)})
        with Ledger(path) as ledger:
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.seek(4096)
                file.write(b"\xa5" * (size - 4096))
            with pytest.raises(LedgerUnusable):
                ledger.items()
            with pytest.raises(LedgerUnusable):
                ledger.claim("x", suspects=False)


class Bench:
    """A folder with photos, and work on them over made-up networks."""

    def __init__(self, tmp_path: Path) -> None:
        self.folders = Folders(tmp_path / "in", tmp_path / "out")
        self.folders.source.mkdir()
        (tmp_path / "home").mkdir()
        self.fake: FakeService = fake_service(tmp_path / "home")
        self.ledger = Ledger(self.folders.ledger)
        for number, name in enumerate(("a", "b")):
            scene = ball(90 + 10 * number, 60)
            (self.folders.source / f"{name}.png").write_bytes(encoded(scene.pixels))

    def inferences(self) -> int:
        return sum(len(network.runs) for network in self.fake.networks.values())

    def run(self, order: Order) -> list[Item]:
        self.ledger.enter(order, {"a.png": "1", "b.png": "1"})
        work = PhotoWork(self.fake.service, order, self.folders.with_notes(self.ledger))
        while (item := self.ledger.claim("x", suspects=False)) is not None:
            self.ledger.finish(item, "x", work(item))
        return self.ledger.items()

    def files(self) -> dict[str, bytes]:
        target = self.folders.target
        found = [path for path in target.rglob("*") if path.is_file() and ".cutaway" not in path.parts]
        return {path.relative_to(target).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


class TestWork:
    def test_one_matte_makes_all_results(self, bench: Bench) -> None:
        bench.run(TWO)
        assert bench.inferences() == 2
        files = bench.files()
        assert set(files) == {"shop/a.jpg", "shop/b.jpg", "print/a.png", "print/b.png"}
        alone = bench.fake.service.cut(bench.folders.source / "b.png", TWO.variants[1].recipe)
        assert files["print/b.png"] == alone.encode()

    def test_what_is_there_is_not_made_again(self, bench: Bench) -> None:
        bench.run(PLAIN)
        before = bench.files()
        bench.ledger.enter(TWO, {})  # as another run with another order in between would leave it
        items = bench.run(PLAIN)
        assert bench.inferences() == 2
        assert [item.facts and item.facts["made"] for item in items] == [0, 0]
        assert bench.files() == before

    def test_another_recipe_runs_no_network(self, bench: Bench) -> None:
        bench.run(PLAIN)
        blue = Order.of([variant("cutout", background="blue")])
        bench.run(blue)
        assert bench.inferences() == 2
        made = bench.files()["a.png"]
        assert (
            made == bench.fake.service.cut(bench.folders.source / "a.png", blue.variants[0].recipe).encode()
        )

    def test_a_damaged_result_is_made_again(self, bench: Bench) -> None:
        bench.run(PLAIN)
        before = bench.files()
        (bench.folders.target / "a.png").write_bytes(before["a.png"][:-9])
        bench.ledger.enter(TWO, {})
        bench.run(PLAIN)
        assert bench.files() == before
        assert bench.inferences() == 2

    def test_a_changed_photo_is_cut_anew(self, bench: Bench) -> None:
        bench.run(PLAIN)
        (bench.folders.source / "a.png").write_bytes(encoded(ball(120, 60).pixels))
        bench.ledger.enter(PLAIN, {"a.png": "2", "b.png": "1"})
        work = PhotoWork(bench.fake.service, PLAIN, bench.folders.with_notes(bench.ledger))
        item = bench.ledger.claim("x", suspects=False)
        assert item is not None
        assert item.path == "a.png"
        work(item)
        assert bench.inferences() == 3


def test_keys_tell_apart_what_gives_other_pixels() -> None:
    plain = Recipe()
    keys = {
        matte_key("photo", ("net:1",), plain),
        matte_key("other", ("net:1",), plain),
        matte_key("photo", ("net:2",), plain),
        matte_key("photo", ("net:1",), plain.changed(refine=False)),
    }
    assert len(keys) == 4
    assert matte_key("photo", ("net:1",), plain) == matte_key(
        "photo", ("net:1",), plain.changed(background="red")
    )
    assert result_key("m", plain) != result_key("m", plain.changed(background="red"))


def test_a_backdrop_counts_by_its_content(tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    recipe = Recipe.read({"background": {"kind": "image", "source": str(picture)}})
    with pytest.raises(RecipeError, match="can't be read"):
        result_key("m", recipe)
    keys = set()
    for value in (0, 255):
        picture.write_bytes(cv2.imencode(".png", np.full((9, 9, 3), value, np.uint8))[1].tobytes())
        keys.add(result_key("m", recipe))
    assert len(keys) == 2
