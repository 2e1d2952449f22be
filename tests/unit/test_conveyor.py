"""The conveyor: order, bounds, failures, and how it stops."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import conveyor
from pipelines.conveyor import ROOM, Room, best_under_way, in_order, room_for, share_cores
from pipelines.settings import Settings

WAIT = 30
"""Seconds until a test that hangs fails."""


@given(st.lists(st.integers(), max_size=30), st.integers(1, 4))
def test_results_come_in_the_order_of_the_items(items: list[int], under_way: int) -> None:
    done = list(in_order(items, lambda number: number * 2, under_way))
    assert done == [(number, number * 2) for number in items]


@pytest.mark.parametrize("under_way", [2, 3])
def test_so_many_are_under_way_at_once(under_way: int) -> None:
    meeting = threading.Barrier(under_way)
    done = in_order(range(under_way * 2), lambda _: meeting.wait(WAIT) >= 0, under_way)
    assert all(met for _, met in done)


def test_one_at_a_time_stays_in_this_thread() -> None:
    done = in_order([1, 2], lambda _: threading.current_thread(), 1)
    assert {thread for _, thread in done} == {threading.current_thread()}


def test_items_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        for number in itertools.count():
            taken.append(number)
            yield number

    done = in_order(endless(), str, 2)
    assert [next(done) for _ in range(50)] == [(number, str(number)) for number in range(50)]
    done.close()
    assert len(taken) < 50 + 10


@pytest.mark.parametrize("under_way", [1, 3])
def test_what_work_raises_comes_out_in_its_turn(under_way: int) -> None:
    done = in_order([1, 0, 1], lambda number: 1 // number, under_way)
    assert next(done) == (1, 1)
    with pytest.raises(ZeroDivisionError):
        next(done)


def test_when_the_caller_stops_the_begun_is_finished_and_nothing_else_begins() -> None:
    begun, finished = [], []
    go_on = threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        if number:
            assert go_on.wait(WAIT)
        finished.append(number)

    done = in_order(range(100), work, 2)
    next(done)
    threading.Timer(0.05, go_on.set).start()
    done.close()
    assert sorted(finished) == sorted(begun)
    assert len(begun) <= 5


class Crowd:
    """Enters a room from many threads, and tells how full it ever was."""

    def __init__(self, capacity: int) -> None:
        self.room = Room(capacity)
        self.inside: dict[int, int] = {}
        self.most, self.fullest = 0, 0
        self.guard = threading.Lock()

    def visit(self, visitor: tuple[int, int]) -> None:
        name, pixels = visitor
        with self.room.hold(pixels):
            with self.guard:
                self.inside[name] = pixels
                if len(self.inside) > 1:
                    self.fullest = max(self.fullest, sum(self.inside.values()))
                self.most = max(self.most, len(self.inside))
            with self.guard:
                del self.inside[name]


@given(st.lists(st.integers(1, 150), min_size=1, max_size=40))
def test_a_room_is_never_overfull(pixels: list[int]) -> None:
    crowd = Crowd(100)
    done = in_order(enumerate(pixels), crowd.visit, 4)
    assert len(list(done)) == len(pixels)
    assert crowd.fullest <= 100


def test_the_largest_is_let_in_alone() -> None:
    room = Room(10)
    entered = threading.Event()

    def large() -> None:
        with room.hold(50):
            entered.set()

    with room.hold(1):
        thread = threading.Thread(target=large)
        thread.start()
        assert not entered.is_set()
    assert entered.wait(WAIT)
    thread.join(WAIT)


def test_a_failure_inside_gives_the_room_back() -> None:
    room = Room(10)
    with pytest.raises(ValueError, match="inside"), room.hold(10):
        raise ValueError("inside")
    with room.hold(10):
        pass


@pytest.mark.parametrize(("cores", "each"), [(1, 1), (2, 1), (4, 2), (16, 6)])
def test_pictures_under_way_share_the_cores(cores: int, each: int) -> None:
    before = cv2.getNumThreads()
    try:
        assert share_cores(Settings(threads=cores)).thread_count() == each
        assert cv2.getNumThreads() == each
    finally:
        cv2.setNumThreads(before)


@pytest.mark.parametrize(("cores", "pictures", "threads"), [(1, 3, 1), (2, 3, 1), (4, 5, 1), (16, 8, 2)])
def test_as_many_pictures_as_keep_all_cores_busy(cores: int, pictures: int, threads: int) -> None:
    settings, before = Settings(threads=cores), cv2.getNumThreads()
    try:
        assert best_under_way(settings) == pictures
        assert share_cores(settings, pictures).thread_count() == threads
        assert share_cores(settings, 1).thread_count() == cores
    finally:
        cv2.setNumThreads(before)


def test_more_pictures_get_more_room_as_far_as_memory_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [room_for(pictures) >= ROOM for pictures in (1, 3, 8)] == [True] * 3
    monkeypatch.setattr(conveyor, "_memory", lambda: 64 * 10**9)
    assert [room_for(pictures) for pictures in (1, 3, 6)] == [ROOM, ROOM, 2 * ROOM]
    monkeypatch.setattr(conveyor, "_memory", lambda: 2 * 10**9)
    assert room_for(8) == ROOM
