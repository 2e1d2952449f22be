"""Stages are timed without those within them, and not begun for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import stages
from pipelines.errands import Errand, current
from pipelines.errors import ClientGone
from pipelines.recipe import Recipe
from pipelines.stages import Stage, stage
from tests.scenes import ball, encoded
from tests.unit.fakes import fake_service


@pytest.fixture
def told() -> Iterator[list[tuple[Stage, float]]]:
    told: list[tuple[Stage, float]] = []
    deaf = stages.listen(lambda stage, seconds: told.append((stage, seconds)))
    yield told
    deaf()


def test_time_is_counted_once(told: list[tuple[Stage, float]], monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 10.0, 13.0, 20.0])  # encode begins, compose begins and ends, encode ends
    with monkeypatch.context() as patch:
        patch.setattr("time.perf_counter", lambda: next(ticks))
        with stage("encode"), stage("compose"):
            pass
    assert told == [("compose", 3.0), ("encode", 17.0)]


def test_a_failure_is_timed_too(told: list[tuple[Stage, float]]) -> None:
    with pytest.raises(KeyError), stage("load"):
        raise KeyError
    assert [name for name, _ in told] == ["load"]


def test_nothing_is_begun_for_nobody(told: list[tuple[Stage, float]]) -> None:
    errand = Errand()
    token = current.set(errand)
    try:
        with stage("load"):
            errand.drop()
        with pytest.raises(ClientGone), stage("predict"):
            raise AssertionError
    finally:
        current.reset(token)
    assert [name for name, _ in told] == ["load"]


def test_who_listens_late_is_told_at_once() -> None:
    errand, heard = Errand(), list[int]()
    errand.listen(lambda: heard.append(1))
    errand.drop()
    errand.drop()
    errand.listen(lambda: heard.append(2))
    assert heard == [1, 2]


def test_a_cutout_passes_every_stage(told: list[tuple[Stage, float]], tmp_path: Path) -> None:
    service = fake_service(tmp_path).service
    photo = encoded(ball(320, 240).pixels)
    service.cut(photo, Recipe(model="u2netp", background="white")).encode()
    assert {name for name, _ in told} == {"model", "load", "predict", "refine", "compose", "encode"}
    told.clear()
    cutout = service.cut(photo, Recipe(model="u2netp", background="white"))
    assert [name for name, _ in told] == ["load", "refine"]  # what the network said is remembered
    told.clear()
    cutout.made_of(cutout.recipe.changed(also_presets=["etsy", "walmart"])).encode()
    assert [name for name, _ in told].count("encode") == 3  # each of several files is timed
