"""The panels and the Recipe: what they show is what they stand for."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from components.backdrop_panel import shows_through
from components.model_panel import chosen_model
from components.panels import Panels
from components.studio import lay_out
from pipelines.recipe import Edges, Output, Recipe, Stroke, parse_backdrop
from pipelines.shelf import Shelf
from pipelines.workbench import Workbench
from tests.unit.fakes import fake_service

# Gradio leaves an event loop open when a page is built; collecting it here keeps it out of other tests.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)


@pytest.fixture(scope="module")
def panels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panels]:
    folder: Path = tmp_path_factory.mktemp("studio")
    bench = Workbench(fake_service(folder).service, Shelf(60, parent=folder))
    page: gr.Blocks
    with gr.Blocks() as page:
        panels = lay_out(bench)
    yield panels
    bench.close()
    del page
    gc.collect()


def read_back(panels: Panels, recipe: Recipe) -> Recipe:
    values = [value for panel in panels.controls() for value in panel.show(recipe)]
    photo, fields = panels.read(["id", *values])
    assert photo == "id"
    return Recipe.read(fields)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(model="fast"),
        Recipe(model="bria-rmbg", noncommercial=True),
        Recipe.read({"background": "#ff8800"}),
        Recipe.read({"background": "blur:disc@0.05"}),
        Recipe.read({"background": "radial:white-tan 30%-#54380080@0.2,0.7"}),
        Recipe.read({"background": "studio:marble,seed=7,color=tan"}),
        Recipe.read(
            {"background": {"kind": "image", "source": "x", "fit": "tile", "scale": 1.5, "blur": 0.01}}
        ),
        Recipe(
            decontaminate=0.5,
            edges=Edges(shift=1.5, feather=2, contrast=0.35, holes="fill", translucency="fill"),
        ),
        Recipe(edges=Edges(subjects="picked", picked=((0.2, 0.3),), region=(0.1, 0.1, 0.9, 0.8))),
        Recipe(output=Output(format="webp")),
        Recipe.read({"framing": {"crop": "subject", "margin": "10% 5%", "ratio": "4:5", "share": 0.8}}),
        Recipe.read({"framing": {"size": "900x600", "align": "0.2,0.7", "straighten": 93.5, "snap": False}}),
        Recipe.read({"shadows": ["drop:opacity=0.333,offset=0.1/-0.2,softness=0.125,navy"]}),
        Recipe.read({"shadows": ["cast:direction=300,length=1.5,fade=0.2", "contact:opacity=0.3"]}),
        Recipe.read({"shadows": ["reflection:length=0.7", "contact"], "glow": "0.1,gold,opacity=0.5"}),
        Recipe.read({"shadows": ["car:spread=0.1", "car", "own"], "outline": "0.02,red"}),
        Recipe.read({"shadows": ["own:opacity=0.8"], "light": {"harmonise": 0.6, "wrap_width": 0.05}}),
        Recipe(output=Output(format="psd", clipping_path=True, dpi=300, name="{stem} {n}")),
        Recipe(output=Output(also=("webp", "png8"), colors=64, quality=70, max_kb=240, lossless=True)),
        Recipe(output=Output(luma=True, profile="srgb", metadata="credit")),
        Recipe(output=Output(format="svg", embed_photo=True)),
        Recipe(output=Output(alpha_only=True)),
        Recipe(strokes=(Stroke(mode="erase", points=((0.1, 0.2), (0.3, 0.4)), size=0.1, smart=True),)),
    ],
    ids=lambda recipe: recipe.model_dump_json(exclude_defaults=True),
)
def test_what_is_shown_is_what_is_read(panels: Panels, recipe: Recipe) -> None:
    assert read_back(panels, recipe) == recipe


def test_what_the_page_starts_with_is_the_neutral_recipe(panels: Panels) -> None:
    values = [one.value for panel in panels.controls() for one in panel.inputs()]
    assert Recipe.read(panels.read(["", *values])[1]) == Recipe()


def test_no_two_panels_stand_for_the_same_field(panels: Panels) -> None:
    named = [name for panel in panels.controls() for name in panel.read(panel.show(Recipe()))]
    assert len(named) == len({*named})


@pytest.mark.parametrize(
    ("choice", "other", "name"), [("auto", "sam", "auto"), ("more", "sam", "sam"), ("more", None, "auto")]
)
def test_the_two_model_controls(choice: str, other: str | None, name: str) -> None:
    assert chosen_model(choice, other) == name


@pytest.mark.parametrize(
    ("word", "through"),
    [
        ("none", True),
        ("white", False),
        ("#ffffff80", True),
        ("gradient:white-tan", False),
        ("gradient:white-#d2b48c00", True),
        ("studio:paper", False),
        ("blur", False),
        ("beach.jpg", False),
    ],
)
def test_what_shows_through(word: str, through: bool) -> None:
    assert shows_through(parse_backdrop(word).model_dump()) == through


@pytest.mark.parametrize(
    ("part", "through"),
    [
        ({"kind": "image", "source": "x", "fit": "contain"}, True),
        ({"kind": "image", "source": "x", "fit": "cover", "scale": 0.5}, True),
        ({"kind": "image", "source": "x", "fit": "tile", "scale": 0.5}, False),
        ({"kind": "image", "source": "x", "scale": "much"}, True),
        ("<script>", True),
    ],
)
def test_what_shows_through_of_pictures_and_nonsense(part: Any, through: bool) -> None:
    assert shows_through(part) == through


def test_a_backdrop_that_is_nonsense_is_none(panels: Panels) -> None:
    wrong: list[Any] = ["<script>"]
    assert panels.backdrop.read(wrong) == {"background": {"kind": "none"}}
