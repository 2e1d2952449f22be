"""A bounded way in for heavy work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import stages
from pipelines.errands import Errand, current
from pipelines.errors import Busy, ClientGone
from pipelines.gate import Gate, GateFacts, Turn


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
    gate = Gate(1, 1)
    first, second = gate.line_up(), gate.line_up()
    with pytest.raises(Busy) as told:
        gate.line_up()
    assert (told.value.retry_after or 0) >= 1
    assert (first.done(), second.done()) == (True, False)
    assert gate.facts() == GateFacts(working=1, waiting=1, refused=1, left=0)
    gate.leave(first)
    assert second.done()
    gate.leave(second)
    with gate.enter():
        assert gate.facts().working == 1
    assert gate.facts() == GateFacts(working=0, waiting=0, refused=1, left=0)


def test_a_failure_gives_its_turn_back() -> None:
    gate = Gate(1, 0)
    for _ in range(3):
        with pytest.raises(KeyError), gate.enter():
            raise KeyError


def test_what_is_done_in_a_turn_needs_no_other() -> None:
    gate = Gate(1, 0)
    with gate.enter(), gate.enter():
        assert gate.facts().working == 1
    assert gate.facts().working == 0


@contextmanager
def on_behalf(errand: Errand) -> Iterator[None]:
    token = current.set(errand)
    try:
        yield
    finally:
        current.reset(token)


def lined_up(gate: Gate, peer: str) -> Turn:
    with on_behalf(Errand(peer)):
        return gate.line_up()


def test_peers_take_turns() -> None:
    gate = Gate(1, 10)
    held = gate.line_up()
    turns = {name: lined_up(gate, name[0]) for name in ("a1", "a2", "a3", "b1", "c1", "b2")}
    order = []
    while any(not turn.done() for turn in turns.values()):
        gate.leave(held)
        (name,) = [name for name, turn in turns.items() if turn.done() and name not in order]
        order.append(name)
        held = turns[name]
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_who_leaves_the_line_makes_room() -> None:
    gate = Gate(1, 2)
    working, leaver, last = gate.line_up(), gate.line_up(), gate.line_up()
    leaver.cancel()
    gate.leave(leaver)
    assert gate.facts() == GateFacts(working=1, waiting=1, refused=0, left=1)
    gate.leave(working)
    assert last.done()
    gate.leave(last)
    assert gate.facts().working == 0


def test_a_turn_is_not_given_to_who_just_left() -> None:
    gate = Gate(1, 2)
    working, leaver, last = gate.line_up(), gate.line_up(), gate.line_up()
    leaver.cancel()  # and has not told the gate yet
    gate.leave(working)
    assert last.done()
    gate.leave(leaver)
    gate.leave(last)
    assert gate.facts() == GateFacts(working=0, waiting=0, refused=0, left=1)


def test_nobody_is_worked_for_who_left_while_waiting() -> None:
    gate, errand, began = Gate(1, 1), Errand(), threading.Event()
    held = gate.line_up()

    def wait() -> None:
        with on_behalf(errand), gate.enter():
            began.set()

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(wait)
        while not gate.facts().waiting:
            pass
        errand.drop()
        with pytest.raises(ClientGone):
            waiting.result()
    gate.leave(held)
    assert not began.is_set()
    assert gate.facts() == GateFacts(working=0, waiting=0, refused=0, left=1)


def test_waiting_is_measured() -> None:
    told: list[str] = []
    deaf = stages.listen(lambda stage, seconds: told.append(stage) if seconds >= 0 else None)
    with Gate(1, 0).enter():
        pass
    deaf()
    with Gate(1, 0).enter():
        pass
    assert told == ["wait"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["come", "work", "leave", "vanish"]), max_size=40), st.integers(1, 3))
def test_no_place_is_ever_lost(events: list[str], inside: int) -> None:
    gate, turns = Gate(inside, 4), list[Turn]()
    for event in events:
        working = [turn for turn in turns if turn.done()]
        waiting = [turn for turn in turns if not turn.done()]
        if event == "come":
            with suppress(Busy):
                turns.append(gate.line_up())
        elif (gone := working if event == "work" else waiting) and event != "vanish":
            turns.remove(gone[0])
            gate.leave(gone[0])
        elif event == "vanish" and waiting:
            waiting[-1].cancel()
            turns.remove(waiting[-1])
            gate.leave(waiting[-1])
        facts = gate.facts()
        assert facts.working == sum(turn.done() for turn in turns) <= inside
        assert facts.waiting == sum(not turn.done() for turn in turns) <= 4
        assert facts.working == inside or not facts.waiting
