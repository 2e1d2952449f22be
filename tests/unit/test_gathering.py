"""A network that is shown several threads' pictures together gives each its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.models.gathering import Gathering
from pipelines.models.predict import Tensor

WAIT = 30
"""Seconds until a test that hangs fails."""

BAD, INTERRUPTS = -1, -2


def picture(value: float, side: int = 2) -> Tensor:
    return np.full((1, 3, side, side), value, np.float32)


@dataclass
class Doubling:
    """Says twice what it is shown; notes its runs, and may be held up.

    Attributes:
        runs: how many pictures each had.
        most: runs at the same time.
        gate: open lets runs through.
        largest: pictures that its memory holds.
    """

    runs: list[int] = field(default_factory=list)
    now: int = 0
    most: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)
    largest: int = 99

    def get_inputs(self) -> Sequence[Any]:
        return [SimpleNamespace(name="x", shape=["pictures", 3, "h", "w"])]

    def get_outputs(self) -> Sequence[Any]:
        return [SimpleNamespace(name="y")]

    def run(self, names: Sequence[str], inputs: Mapping[str, Tensor]) -> list[Tensor]:
        assert names == ["y"]
        tensor = inputs["x"]
        with self.guard:
            self.runs.append(len(tensor))
            self.now += 1
            self.most = max(self.most, self.now)
        assert self.gate.wait(WAIT)
        with self.guard:
            self.now -= 1
        if INTERRUPTS in tensor:
            raise KeyboardInterrupt
        if BAD in tensor:
            raise ValueError("bad")
        if len(tensor) > self.largest:
            raise MemoryError
        return [tensor * 2]


def ask(gathering: Gathering, value: float, side: int = 2) -> float:
    (raw,) = gathering.run(["y"], {"x": picture(value, side)})
    assert raw.shape == (1, 3, side, side)
    return float(raw.max())


def waiting(gathering: Gathering, number: int) -> None:
    """Until so many wait for a run."""
    with gathering._change:
        assert gathering._change.wait_for(lambda: len(gathering._waiting) == number, WAIT)


@dataclass
class Crowd:
    """Threads that ask while the first run is held up, in order."""

    runner: Doubling
    gathering: Gathering
    pool: ThreadPoolExecutor

    def ask(self, *pictures: tuple[float, int]) -> list[Future[float]]:
        first = self.pool.submit(ask, self.gathering, 0)
        while not self.runner.runs:
            threading.Event().wait(0.001)
        asked = []
        for number, (value, side) in enumerate(pictures, 1):
            asked.append(self.pool.submit(ask, self.gathering, value, side))
            waiting(self.gathering, number)
        self.runner.gate.set()
        assert first.result(WAIT) == 0
        return asked


@pytest.fixture
def crowd() -> Callable[..., Crowd]:
    def made(**options: Any) -> Crowd:
        runner = Doubling(largest=options.pop("largest", 99))
        return Crowd(runner, Gathering(runner, wait=0, **options), ThreadPoolExecutor(12))

    return made


def test_a_picture_alone_is_shown_at_once() -> None:
    runner = Doubling()
    runner.gate.set()
    gathering = Gathering(runner, most=8, wait=WAIT)
    before = threading.active_count()
    assert ask(gathering, 3) == 6
    assert runner.runs == [1]
    assert threading.active_count() == before


def test_what_waits_is_shown_together_in_few_sizes(crowd: Callable[..., Crowd]) -> None:
    made = crowd(most=4)
    asked = made.ask(*((value, 2) for value in range(7)))
    assert [one.result(WAIT) for one in asked] == [2 * value for value in range(7)]
    assert made.runner.runs == [1, 4, 2, 1]
    assert made.runner.most == 1


def test_pictures_of_other_sizes_are_shown_apart(crowd: Callable[..., Crowd]) -> None:
    made = crowd(most=8)
    asked = made.ask((1, 2), (2, 3), (3, 2), (4, 3))
    assert [one.result(WAIT) for one in asked] == [2, 4, 6, 8]
    assert sorted(made.runner.runs) == [1, 2, 2]


def test_a_bad_picture_fails_alone(crowd: Callable[..., Crowd]) -> None:
    made = crowd(most=4)
    good, bad, *rest = made.ask((1, 2), (BAD, 2), (2, 2), (3, 2))
    assert [one.result(WAIT) for one in (good, *rest)] == [2, 4, 6]
    with pytest.raises(ValueError, match="bad"):
        bad.result(WAIT)


def test_what_does_not_fit_into_memory_together_is_shown_in_smaller_runs(crowd: Callable[..., Crowd]) -> None:
    made = crowd(most=4, largest=2)
    asked = made.ask(*((value, 2) for value in range(4)))
    assert [one.result(WAIT) for one in asked] == [0, 2, 4, 6]
    assert made.gathering.most == 2


def test_who_is_interrupted_leaves_nobody_waiting(crowd: Callable[..., Crowd]) -> None:
    made = crowd(most=2)
    stopped, other, later = made.ask((INTERRUPTS, 2), (1, 2), (2, 2))
    with pytest.raises(KeyboardInterrupt):
        stopped.result(WAIT)
    with pytest.raises(InterruptedError):
        other.result(WAIT)
    assert later.result(WAIT) == 4


def test_no_more_runs_at_once_than_allowed() -> None:
    runner = Doubling()
    gathering = Gathering(runner, at_once=2)
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, gathering, value) for value in range(6)]
        waiting(gathering, 4)
        runner.gate.set()
        assert [one.result(WAIT) for one in asked] == [0, 2, 4, 6, 8, 10]
    assert runner.most == 2
    assert runner.runs == [1] * 6


def test_one_waits_for_another_that_is_about_to_ask() -> None:
    runner = Doubling()
    runner.gate.set()
    gathering = Gathering(runner, most=8, wait=WAIT)
    with ThreadPoolExecutor(1) as pool:
        with gathering.coming():
            other = pool.submit(ask, gathering, 1)
            waiting(gathering, 1)
            assert runner.runs == []
        assert ask(gathering, 2) == 4
        assert other.result(WAIT) == 2


def test_one_that_does_not_ask_after_all_keeps_nobody_waiting() -> None:
    runner = Doubling()
    runner.gate.set()
    gathering = Gathering(runner, most=8, wait=WAIT)
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(OSError, match="unreadable"), gathering.coming():
            other = pool.submit(ask, gathering, 1)
            waiting(gathering, 1)
            raise OSError("unreadable")
        assert other.result(WAIT) == 2


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(BAD, 5), st.integers(1, 2)), max_size=24),
    st.integers(1, 9),
    st.integers(1, 3),
)
def test_each_gets_its_own(pictures: list[tuple[int, int]], most: int, at_once: int) -> None:
    runner = Doubling()
    runner.gate.set()
    gathering = Gathering(runner, most=most, at_once=at_once, wait=0.001)

    def one(asked: tuple[int, int]) -> float | None:
        with gathering.coming():
            value, side = asked
        try:
            return ask(gathering, value, side)
        except ValueError:
            return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, pictures))
    assert answers == [None if value == BAD else 2 * value for value, _ in pictures]
    assert runner.most <= at_once
    assert not gathering._waiting
