"""Sharing networks: one load each, bounded, and a failed load can be tried again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest

from pipelines.errors import ModelFailed
from pipelines.models.network import NetworkFacts
from pipelines.models.sessions import ModelChoice, SessionPool
from pipelines.photo import Matte, Photo


@dataclass
class FakeNetwork:
    facts: NetworkFacts

    def matte(self, photo: Photo, side: int | None = None) -> Matte:
        return np.zeros((side, side) if side else photo.size, np.float32)


@dataclass
class FakeLoader:
    failures: int = 0
    loads: list[str] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, choice: ModelChoice) -> FakeNetwork:
        with self.guard:
            self.loads.append(choice.name)
            failing = len(self.loads) <= self.failures
        time.sleep(0.02)
        if failing:
            raise ModelFailed("no")
        return FakeNetwork(NetworkFacts(choice.name, "0", "cpu", 1))


def test_many_threads_share_one_load() -> None:
    loader = FakeLoader()
    pool = SessionPool(loader, capacity=2)
    with ThreadPoolExecutor(8) as threads:
        networks = list(threads.map(lambda _: pool.get(ModelChoice("a")), range(8)))
    assert loader.loads == ["a"]
    assert all(network is networks[0] for network in networks)


def test_the_least_recently_used_goes_first() -> None:
    loader = FakeLoader()
    pool = SessionPool(loader, capacity=2)
    for name in ("a", "b", "a", "c"):
        pool.get(ModelChoice(name))
    assert [choice.name for choice in pool.loaded()] == ["a", "c"]
    pool.get(ModelChoice("a"))
    assert loader.loads == ["a", "b", "c"]


def test_a_failed_load_is_tried_again() -> None:
    pool = SessionPool(FakeLoader(failures=1), capacity=2)
    with pytest.raises(ModelFailed):
        pool.get(ModelChoice("a"))
    assert pool.get(ModelChoice("a")).facts.name == "a"


def test_a_closed_pool_holds_nothing() -> None:
    pool = SessionPool(FakeLoader(), capacity=2)
    pool.get(ModelChoice("a"))
    pool.close()
    assert pool.loaded() == {}


@pytest.mark.parametrize(("name", "own"), [("u2netp", False), ("./mine.ONNX", True)])
def test_own_files_are_told_by_their_ending(name: str, own: bool) -> None:
    assert ModelChoice(name).own_file is own
