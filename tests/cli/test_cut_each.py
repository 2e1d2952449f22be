"""One picture after another, with a service that is not real."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from commands.cut import cut_each
from commands.destinations import Item
from pipelines.cutout import Cutout
from pipelines.errors import ImageUnreadable
from pipelines.limits import Limits
from pipelines.models.network import NetworkFacts
from pipelines.recipe import Recipe
from pipelines.service import CutoutService
from tests.unit.cutouts_made import ball_cutout


@dataclass
class Odd:
    """Fails on some names, in ways foreseen and not."""

    limits: Limits = field(default_factory=Limits)
    warning: str | None = None

    @property
    def pool(self) -> SimpleNamespace:
        facts = NetworkFacts("u2netp", "0", "cpu", 1, self.warning)
        return SimpleNamespace(loaded=lambda: {"u2netp": facts})

    def load(self, source: Path) -> SimpleNamespace:
        if source.name == "bad":
            raise ImageUnreadable("It is damaged.")
        return SimpleNamespace(name=source.name, size=(4, 3))

    def cut(self, photo: SimpleNamespace, _recipe: Recipe) -> Cutout:
        if photo.name == "odd":
            raise ValueError("no reason")
        return ball_cutout()


def run(names: list[str], folder: Path, service: Odd | None = None) -> int:
    items = [Item(Path(name), folder / "deep" / name) for name in names]
    return cut_each(cast(CutoutService, service or Odd()), items, Recipe())


def test_what_nobody_foresaw_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["a", "odd", "b"], tmp_path) == 1
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["a", "b"]
    said = capsys.readouterr().err
    assert said.startswith("cutaway: odd: this failed in a way that nobody foresaw (ValueError: no reason)")


def test_each_failure_is_told_with_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bad", "a", "bad"], tmp_path) == 2
    assert capsys.readouterr().err == "cutaway: bad: It is damaged.\n" * 2


def test_failures_are_told_in_the_order_of_the_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"{number}/{'odd' if number % 3 else 'bad'}" for number in range(30)]
    assert run(names, tmp_path) == 30
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("cutaway: ")]
    assert [line.split(": ")[1] for line in said] == names


def test_a_device_that_is_not_used_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["a", "b"], tmp_path, Odd(warning="CUDA was asked for.")) == 0
    assert capsys.readouterr().err == "cutaway: CUDA was asked for.\n"
