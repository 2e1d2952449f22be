"""The flags of ``cut`` for the edge: what a Recipe's ``edges`` say, at the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from commands.edge_flags import EdgeFlags
from commands.recipes import build_recipe
from pipelines import Recipe
from pipelines import cut as cut_in_python
from pipelines.recipe import Edges
from tests.cli.shell import cut, cutaway, picture
from tests.scenes import Scene

ALL_FLAGS = (
    *("--shift", "-2.5", "--feather", "1.5", "--harden", "0.4", "--decontaminate", "0.5", "--no-refine"),
    *(
        "--fill-holes",
        "--fill-translucent",
        "--subject",
        "0.5,0.5",
        "--subject",
        "0.4,0.6",
        "--region",
        "0.1,0,0.9,1",
    ),
)
ALL = Recipe(
    model="u2netp",
    refine=False,
    decontaminate=0.5,
    edges=Edges(
        shift=-2.5,
        feather=1.5,
        contrast=0.4,
        holes="fill",
        translucency="fill",
        subjects="picked",
        picked=((0.5, 0.5), (0.4, 0.6)),
        region=(0.1, 0, 0.9, 1),
    ),
)


def recipe_of(path: Path | None, **flags: Any) -> Recipe:
    """The Recipe of some edge flags over a file."""
    return build_recipe(path, EdgeFlags(**flags).wishes())


@pytest.mark.weights
def test_all_flags_are_a_recipe(photo: Path, tmp_path: Path) -> None:
    assert cut(photo, *ALL_FLAGS, "-o", tmp_path / "a.png").status == 0
    assert (tmp_path / "a.png").read_bytes() == cut_in_python(photo, ALL).encode()


@pytest.mark.weights
def test_nothing_outside_the_region(photo: Path, scene: Scene, tmp_path: Path) -> None:
    assert cut(photo, "--region", "0,0,0.5,1", "--alpha-only", "-o", tmp_path / "half.png").status == 0
    matte = np.asarray(picture(tmp_path / "half.png"))
    middle = matte.shape[1] // 2
    assert matte[:, :middle].max() == 255
    assert matte[:, middle + 2 :].max() == 0


@pytest.mark.weights
def test_help_names_them() -> None:
    said = cutaway("cut", "--help", settings={"COLUMNS": "120"}).text
    flags = {flag for flag in ALL_FLAGS if flag.startswith("--")}
    assert {flag for flag in flags if flag not in said} == set()


def test_flags_change_only_their_own_fields(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(ALL.to_json())
    assert recipe_of(path) == ALL
    edges = recipe_of(path, feather=3, fill_holes=False).edges
    assert edges == ALL.edges.model_copy(update={"feather": 3, "holes": "keep"})


@pytest.mark.parametrize("word", ["all", "largest"])
def test_a_word_wins_over_the_points_of_a_file(tmp_path: Path, word: str) -> None:
    path = tmp_path / "shop.json"
    path.write_text(ALL.to_json())
    edges = recipe_of(path, subject=[word]).edges
    assert (edges.subjects, edges.picked) == (word, ())
