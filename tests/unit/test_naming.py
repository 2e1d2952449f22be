"""Names of the files that come out."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import naming
from pipelines.errors import RecipeError
from pipelines.export import bundle
from pipelines.recipe import Output, Recipe
from tests.unit.cutouts_made import ball_cutout

TODAY = date(2026, 3, 9)


def named(pattern: str, number: int = 1, **photo: Any) -> str:
    return bundle.stem_of(ball_cutout(**photo), Output(name=pattern), number, TODAY)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{stem}", "ball"),
        ("{stem}-{width}x{height}", "ball-160x120"),
        ("{date} {n}", "2026-03-09 7"),
        ("{n:3}", "007"),
        ("{n:03}_{model}", "007_auto"),
        ("shop/{stem}", "shop-ball"),
        ("..", "cutout"),
        ("con", "_con"),
        ("nul.{stem}", "_nul.ball"),
        ("a\x00b:c*?", "a-b-c-"),
    ],
)
def test_patterns(pattern: str, name: str) -> None:
    assert named(pattern, 7) == name


def test_names_of_any_script_are_kept() -> None:
    assert named("{stem} – frei", name="Blumen für 猫") == "Blumen für 猫 – frei"


def test_what_a_photo_is_called_is_never_read_as_a_pattern() -> None:
    assert named("{stem}", name="{width}") == "(width)"


@pytest.mark.parametrize("pattern", ["{preset}x{", "{nonsense}", "}", "{n:0}", "{}", "{stem"])
def test_wrong_patterns_are_told(pattern: str) -> None:
    with pytest.raises(RecipeError, match=r"output\.name"):
        Recipe.read({"output": {"name": pattern}})


@given(st.text(max_size=400))
def test_every_name_is_safe(text: str) -> None:
    name = naming.safe(text)
    assert name
    assert name == naming.safe(name)
    assert PurePosixPath(name).name == name
    assert PureWindowsPath(name).name == name
    assert not PureWindowsPath(name).is_reserved()
    assert name[-1] not in " ."
    assert len(name.encode()) <= 200


@given(st.text(max_size=40))
def test_a_pattern_is_either_refused_or_filled(text: str) -> None:
    try:
        pattern = naming.checked(text)
    except ValueError:
        return
    filled = naming.filled(pattern, dict.fromkeys(naming.PLACES, "x"))
    assert "{" not in filled
    assert "}" not in filled


def test_what_is_not_known_yet_waits() -> None:
    first = naming.filled("{stem}-{width}-{n:2}", {"stem": "a", "n": 3})
    assert first == "a-{width}-03"
    assert naming.filled(first, {"width": 9}) == "a-9-03"
