"""Pictures that are tiny, long, flat, or transparent already. Any warning is an error here."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipelines.recipe import Recipe
from pipelines.service import CutoutService
from tests.scenes import ball, overlap

pytestmark = pytest.mark.weights

RANDOM = np.random.default_rng(5)
ODD = {
    "one pixel": np.full((1, 1, 3), 77, np.uint8),
    "1 x 4000": RANDOM.integers(0, 256, (1, 4000, 3), dtype=np.uint8),
    "4000 x 1": RANDOM.integers(0, 256, (4000, 1, 3), dtype=np.uint8),
    "2 x 3": RANDOM.integers(0, 256, (2, 3, 3), dtype=np.uint8),
    "noise": RANDOM.integers(0, 256, (90, 120, 3), dtype=np.uint8),
}
FLAT = {"white": 255, "black": 0, "grey": 128}


@pytest.mark.parametrize("model", ["u2netp", "modnet"])
@pytest.mark.parametrize("name", ODD)
def test_any_shape_is_cut(service: CutoutService, name: str, model: str) -> None:
    pixels = ODD[name]
    recipe = Recipe(model=model, background="blur")
    cutout = service.cut(pixels, recipe)
    coarse = service.coarse(cutout.photo, recipe).matte
    assert np.isfinite(coarse).all()
    assert 0 <= coarse.min() <= coarse.max() <= 1
    assert (cutout.matte.shape, cutout.rgba().shape) == (pixels.shape[:2], (*pixels.shape[:2], 4))
    assert cutout.render().shape == pixels.shape
    for name_of_format in ("png", "webp", "jpg"):
        output = recipe.output.model_copy(update={"format": name_of_format})
        image = Image.open(io.BytesIO(cutout.encode(output)))
        assert image.size == (pixels.shape[1], pixels.shape[0])


@pytest.mark.parametrize(
    ("name", "model"),
    [*((name, model) for name in FLAT for model in ("u2netp", "modnet")), ("white", "isnet-general-use")],
)
def test_where_there_is_nothing_nothing_is_found(service: CutoutService, name: str, model: str) -> None:
    pixels = np.full((120, 160, 3), FLAT[name], np.uint8)
    cutout = service.cut(pixels, Recipe(model=model))
    assert cutout.matte.mean() / 255 < 0.005


def with_alpha(alpha: NDArray[np.uint8]) -> bytes:
    """The ball as a PNG that is transparent in part."""
    stream = io.BytesIO()
    Image.fromarray(np.dstack([ball().pixels, alpha])).save(stream, "PNG")
    return stream.getvalue()


def test_transparency_that_was_there_stays(service: CutoutService) -> None:
    """The right half of the ball was cut away before; the left half is seen at three quarters."""
    alpha = np.full((480, 640), 191, np.uint8)
    alpha[:, 340:] = 0
    cutout = service.cut(with_alpha(alpha), Recipe(model="u2netp"))
    assert (cutout.matte <= alpha).all()
    assert cutout.matte[:, 340:].max() == 0
    assert overlap(np.where(cutout.matte > 95, 255, 0).astype(np.uint8), ball().matte * (alpha > 0)) > 0.9
    assert cutout.matte[240, 280] == pytest.approx(191, abs=6)
    assert not cutout.rgba()[:, 340:].any()


def test_hidden_colours_are_not_seen(service: CutoutService) -> None:
    """A subject that is wholly transparent is not found, and its colours are not written."""
    cutout = service.cut(with_alpha(np.zeros((480, 640), np.uint8)), Recipe(model="u2netp"))
    assert cutout.matte.max() == 0
    assert not cutout.rgba().any()
    assert cutout.box is None


def test_opaque_alpha_changes_nothing(service: CutoutService) -> None:
    plain = service.cut(ball().pixels, Recipe(model="u2netp"))
    opaque = service.cut(with_alpha(np.full((480, 640), 255, np.uint8)), Recipe(model="u2netp"))
    assert np.array_equal(plain.rgba(), opaque.rgba())
