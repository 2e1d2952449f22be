"""What a cutout can be made into."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipelines.cutout import Cutout
from pipelines.errors import AssetNotFound, LicenceNotAccepted, UnknownModel, WeightsUnavailable
from pipelines.recipe import Output, Recipe
from pipelines.service import CutoutService
from tests.scenes import ball, encoded

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def cutout(service: CutoutService) -> Cutout:
    return service.cut(ball().pixels, Recipe(model="u2netp"))


def on(service: CutoutService, background: object) -> Cutout:
    return service.cut(ball().pixels, Recipe.read({"model": "u2netp", "background": background}))


def decoded(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_png_is_what_it_was_made_from(cutout: Cutout) -> None:
    assert np.array_equal(decoded(cutout.encode()), cutout.rgba())
    assert cutout.rgba()[cutout.matte == 0].max() == 0


def test_webp_keeps_the_alpha(cutout: Cutout) -> None:
    assert np.array_equal(decoded(cutout.encode(Output(format="webp")))[..., 3], cutout.matte)


@pytest.mark.parametrize("wanted", ["png", "webp"])
def test_only_the_matte(cutout: Cutout, wanted: str) -> None:
    data = cutout.encode(Output.model_validate({"format": wanted, "alpha_only": True}))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data)).convert("L")), cutout.matte)


def test_jpeg_is_on_white(cutout: Cutout) -> None:
    result = decoded(cutout.encode(Output(format="jpg")))
    assert result.shape == (480, 640, 3)
    assert (result[cutout.matte == 0] > 250).mean() > 0.99
    assert (result[:40] == 255).all()


@pytest.mark.parametrize(
    ("background", "color"),
    [("white", (255, 255, 255)), ("#123456", (18, 52, 86)), ("hsl(120,100%,25%)", (0, 128, 0))],
)
def test_a_colour_is_exact(service: CutoutService, background: str, color: tuple[int, int, int]) -> None:
    cutout = on(service, background)
    result = cutout.render()
    assert result.shape == (480, 640, 3)
    assert (result[cutout.matte == 0] == color).all()
    full = cutout.matte == 255
    assert np.array_equal(result[full], ball().pixels[full])


def test_a_translucent_colour(service: CutoutService) -> None:
    cutout = on(service, "#ff000080")
    result = cutout.render()
    assert (result[cutout.matte == 0] == (255, 0, 0, 128)).all()
    assert (result[cutout.matte == 255][:, 3] == 255).all()


def test_a_picture_covers(service: CutoutService, tmp_path: Path) -> None:
    path = tmp_path / "behind.png"
    halves = np.zeros((30, 80, 3), np.uint8)
    halves[:, :40], halves[:, 40:] = (200, 10, 10), (10, 10, 200)
    path.write_bytes(encoded(halves))
    result = on(service, {"kind": "image", "source": str(path)}).render()
    assert (tuple(result[2, 2]), tuple(result[2, -3])) == ((200, 10, 10), (10, 10, 200))


def test_a_picture_that_is_not_there(service: CutoutService) -> None:
    with pytest.raises(AssetNotFound):
        on(service, {"kind": "image", "source": "nowhere.png"})


def test_a_blurred_background_holds_no_subject(service: CutoutService) -> None:
    layer = on(service, "blur").backdrop()
    assert layer is not None
    grey = layer.astype(int).max(2) - layer.min(2)
    assert grey.max() < 40  # the ball is red, the sweep behind it grey


def test_another_background_needs_no_network(cutout: Cutout, service: CutoutService) -> None:
    from pipelines.assets import NoAssets
    from pipelines.recipe import ColorBackdrop

    changed = cutout.made(Recipe(background=ColorBackdrop(color="navy")), NoAssets())
    assert np.array_equal(changed.render(), on(service, "navy").render())
    assert changed.matte is cutout.matte


def test_licences_need_a_yes(service: CutoutService) -> None:
    with pytest.raises(LicenceNotAccepted, match="not free for commercial use"):
        service.cut(ball().pixels, Recipe(model="bria-rmbg"))
    with pytest.raises(WeightsUnavailable):
        service.cut(ball().pixels, Recipe(model="bria-rmbg", noncommercial=True))


def test_models_there_are_not(service: CutoutService) -> None:
    with pytest.raises(UnknownModel, match="Did you mean"):
        service.cut(ball().pixels, Recipe(model="u2nett"))
