"""The networks on pictures whose matte and colours are exactly known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.cutout import Cutout
from pipelines.photo import Photo
from pipelines.recipe import Recipe
from pipelines.service import CutoutService
from tests.scenes import Scene, ball, overlap

pytestmark = pytest.mark.weights

MODELS = {"u2netp": 0.55, "isnet-general-use": 0.8, "auto": 0.85}
"""How much of the error at the edge may be left; a matte that is too hard or too wide leaves more."""


@pytest.fixture(scope="module")
def scene() -> Scene:
    return ball(960, 640, softness=5)


@pytest.fixture(scope="module")
def photo(scene: Scene, service: CutoutService) -> Photo:
    return service.load(scene.pixels)


def edge_error(colours: NDArray[np.uint8], cutout: Cutout, scene: Scene) -> float:
    """Mean difference from the subject's true colour, 0..255, at the soft edge as far as we see it."""
    edge = (scene.matte > 25) & (scene.matte < 230) & (cutout.matte > 25)
    assert edge.sum() > 1000
    return float(np.abs(colours[edge].astype(float) - scene.foreground[edge]).mean())


@pytest.mark.parametrize("model", MODELS)
def test_the_matte_is_right(service: CutoutService, photo: Photo, scene: Scene, model: str) -> None:
    matte = service.cut(photo, Recipe(model=model)).matte
    assert overlap(matte, scene.matte) > 0.97
    assert np.abs(matte.astype(float) - scene.matte).mean() / 255 < 0.01


@pytest.mark.parametrize("model", MODELS)
def test_edges_are_freed_from_the_background(
    service: CutoutService, photo: Photo, scene: Scene, model: str
) -> None:
    cutout = service.cut(photo, Recipe(model=model))
    plain = service.cut(photo, Recipe(model=model, decontaminate=False))
    assert np.array_equal(plain.foreground, scene.pixels)
    assert np.array_equal(plain.matte, cutout.matte)
    before, after = (edge_error(one.foreground, one, scene) for one in (plain, cutout))
    assert after < MODELS[model] * before


def test_the_inside_keeps_its_colours(service: CutoutService, photo: Photo, scene: Scene) -> None:
    cutout = service.cut(photo, Recipe(model="u2netp"))
    inside = cutout.matte == 255
    assert inside.sum() > 10_000
    assert np.array_equal(cutout.rgba()[inside][:, :3], scene.pixels[inside])


def test_a_new_background_shows_no_seam(service: CutoutService, photo: Photo, scene: Scene) -> None:
    """On black, the true composite is dark at the rim; a halo of the old grey background is not."""
    truth = scene.foreground * (scene.matte[..., None] / 255)
    errors = {}
    for clean in (True, False):
        recipe = Recipe(model="u2netp", background="black", decontaminate=clean)
        rendered = service.cut(photo, recipe).render()
        rim = (scene.matte > 5) & (scene.matte < 250)
        errors[clean] = float(np.abs(rendered[rim] - truth[rim]).mean())
    assert errors[True] < 0.8 * errors[False]
