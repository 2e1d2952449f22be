"""Several models on one photo, with made-up networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from components.handlers import comparing
from components.handlers.comparing import MOST
from pipelines.shelf import Shelf
from pipelines.workbench import Workbench
from tests.unit.fakes import FakeService, fake_service
from tests.unit.test_workbench import picture


@pytest.fixture
def photo(bench: Workbench) -> str:
    return bench.receive(picture(), "lamp.png").id


def result(bench: Workbench, photo: str, asked: Any, **fields: Any) -> dict[str, Any]:
    return comparing.result(bench, photo, {"model": "fast", **fields}, asked)


def names(told: dict[str, Any], *, ticked: bool = False) -> list[str]:
    return [one["name"] for one in told["choices"] if one["checked"] or not ticked]


def test_what_is_here_can_be_chosen(bench: Workbench) -> None:
    told = comparing.choices(bench, {"model": "fast"})
    assert told["current"] == "fast"
    assert names(told) == ["auto", "fast", "modnet", "best", "u2netp", "isnet-general-use"]
    assert names(told, ticked=True) == ["auto", "fast", "isnet-general-use"]


def test_the_model_in_use_is_among_the_first(bench: Workbench) -> None:
    ticked = names(comparing.choices(bench, {"model": "best"}), ticked=True)
    assert "best" in ticked
    assert len(ticked) < MOST


def test_of_what_is_not_here_nothing_is_offered(tmp_path: Path) -> None:
    bench = Workbench(fake_service(tmp_path, ("u2netp",)).service, Shelf(60, parent=tmp_path))
    assert names(comparing.choices(bench, {"model": "auto"})) == ["auto", "fast", "best", "u2netp"]
    bench.close()


def test_licences_are_asked_for_before(tmp_path: Path) -> None:
    bench = Workbench(fake_service(tmp_path, ("u2netp", "bria-rmbg")).service, Shelf(60, parent=tmp_path))
    assert "bria-rmbg" not in names(comparing.choices(bench, {"model": "auto"}))
    assert "bria-rmbg" in names(comparing.choices(bench, {"model": "auto", "noncommercial": True}))
    bench.close()


def test_each_gives_what_using_it_would(bench: Workbench, photo: str, fake: FakeService) -> None:
    for name in ("fast", "modnet"):
        told = result(bench, photo, {"model": name, "round": 3}, background="plum")
        assert (told["action"], told["model"], told["round"]) == ("result", name, 3)
        recipe = comparing.with_model({"model": "fast", "background": "plum"}, name)
        assert told["image"] == bench.preview(photo, recipe).image
        assert (told["behind"]["kind"], told["behind"]["color"]) == ("color", "#dda0dd")
        assert told["text"].startswith("0.")
        assert "%" in told["text"]
    result(bench, photo, {"model": "fast", "round": 4}, background="none")
    assert {name: len(network.runs) for name, network in fake.networks.items()} == {"u2netp": 1, "modnet": 1}


def test_what_is_behind_lies_in_the_photos_own_frame(bench: Workbench, photo: str) -> None:
    told = result(bench, photo, {"model": "fast"}, background="blur", framing={"size": [40, 40]})
    kept = bench.shelf.get(told["behind"]["image"])
    with Image.open(kept.path) as shown:
        assert shown.size == (90, 60)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"model": "birefnet-general"}, "not on this machine"),
        ({"model": "/etc/passwd"}, "passwd"),
        ({"model": 7}, "'7'"),
        ({}, ""),
        (None, ""),
        ("fast", ""),
    ],
)
def test_what_can_not_be_had_is_said(bench: Workbench, photo: str, asked: Any, said: str) -> None:
    told = result(bench, photo, asked)
    assert told["action"] == "failed"
    assert said in told["text"]


def test_unknown_photos_are_said(bench: Workbench) -> None:
    for photo in ("", "never-was"):
        assert result(bench, photo, {"model": "fast"})["action"] == "failed"
