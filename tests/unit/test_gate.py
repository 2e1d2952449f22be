"""A bounded way in for heavy work."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipelines.errors import Busy
from pipelines.gate import Gate


def test_no_more_than_allowed_work_at_once() -> None:
    gate, guard, now, most = Gate(2, 50), threading.Lock(), 0, 0

    def work(_: int) -> None:
        nonlocal now, most
        with gate.enter():
            with guard:
                now += 1
                most = max(most, now)
            threading.Event().wait(0.005)
            with guard:
                now -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(40)))
    assert most == 2


def test_who_finds_no_place_is_told_at_once() -> None:
    gate = Gate(1, 0)
    with gate.enter(), pytest.raises(Busy), gate.enter():
        pass
    with gate.enter():
        pass


def test_a_failure_gives_its_turn_back() -> None:
    gate = Gate(1, 0)
    for _ in range(3):
        with pytest.raises(KeyError), gate.enter():
            raise KeyError
