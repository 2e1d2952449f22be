"""The pipeline from photo to file, with made-up networks."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from pipelines.assets import NoAssets
from pipelines.compose.subject import subject_box
from pipelines.cutout import Cutout, full_matte, preview_photo
from pipelines.errors import AssetNotFound, LicenceNotAccepted, UnknownModel, WeightsUnavailable
from pipelines.photo import Photo
from pipelines.recipe import ColorBackdrop, Output, Recipe
from tests.scenes import ball
from tests.unit.fakes import FakeService


def lamp(height: int = 64, width: int = 96) -> np.ndarray:
    """A bright square on black: what the made-up network takes for the subject."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4] = (255, 240, 200)
    return pixels


def cut(fake: FakeService, **fields: object) -> Cutout:
    return fake.service.cut(lamp(), Recipe().changed(model="u2netp", **fields))


def test_a_cutout_has_all_its_facts(fake: FakeService) -> None:
    cutout = cut(fake)
    assert cutout.matte.shape == (64, 96)
    assert cutout.foreground.shape == (64, 96, 3)
    assert [facts.name for facts in cutout.model] == ["u2netp"]
    assert set(cutout.timings) == {"load", "predict", "matte", "foreground", "confidence"}
    assert cutout.box is not None
    assert np.abs(np.array(cutout.box) - (24, 16, 72, 48)).max() <= 4


def test_a_cutout_tells_how_far_it_can_be_trusted(fake: FakeService) -> None:
    confidence = cut(fake).confidence
    assert confidence.score > 0.9
    assert confidence.reasons == ()
    assert confidence.doubt.shape == (64, 96)


def test_what_a_user_does_to_the_edge_is_no_reason_for_doubt(fake: FakeService) -> None:
    plain, changed = cut(fake), cut(fake, edges={"shift": 6, "feather": 3})
    assert changed.confidence.score == plain.confidence.score


def test_transparent_pixels_hold_no_colour(fake: FakeService) -> None:
    rgba = cut(fake).rgba()
    assert rgba.shape == (64, 96, 4)
    assert not rgba[rgba[..., 3] == 0].any()


def test_a_colour_shows_where_the_subject_does_not(fake: FakeService) -> None:
    picture = cut(fake, background="#336699").render()
    assert picture.shape == (64, 96, 3)
    assert tuple(picture[0, 0]) == (0x33, 0x66, 0x99)


def test_a_translucent_colour_gives_a_translucent_result(fake: FakeService) -> None:
    assert tuple(cut(fake, background="#33669980").render()[0, 0]) == (0x33, 0x66, 0x99, 0x80)


@pytest.mark.parametrize(
    ("name", "pillow", "mode"), [("png", "PNG", "RGBA"), ("webp", "WEBP", "RGBA"), ("jpg", "JPEG", "RGB")]
)
def test_every_format(fake: FakeService, name: str, pillow: str, mode: str) -> None:
    picture = Image.open(io.BytesIO(cut(fake, output={"format": name}).encode()))
    assert (picture.format, picture.mode, picture.size) == (pillow, mode, (96, 64))


def test_jpeg_without_a_background_is_on_white(fake: FakeService) -> None:
    picture = Image.open(io.BytesIO(cut(fake).encode(Output(format="jpg"))))
    assert min(picture.convert("RGB").getpixel((0, 0))) >= 253  # type: ignore[arg-type]  # an RGB pixel is a tuple


def test_alpha_only_is_the_matte(fake: FakeService) -> None:
    cutout = cut(fake, output={"alpha_only": True})
    picture = Image.open(io.BytesIO(cutout.encode()))
    assert picture.mode == "L"
    assert (np.asarray(picture) == cutout.matte).all()


def test_another_backdrop_runs_no_network(fake: FakeService) -> None:
    cutout = cut(fake)
    other = cutout.made(Recipe(background=ColorBackdrop(color="red")), NoAssets())
    assert tuple(other.render()[0, 0]) == (255, 0, 0)
    assert len(fake.networks["u2netp"].runs) == 1


def test_the_same_photo_is_asked_about_once(fake: FakeService) -> None:
    for background in ("none", "white", "blur"):
        cut(fake, background=background)
    assert len(fake.networks["u2netp"].runs) == 1


def test_auto_asks_several_networks_and_reuses_the_first(fake: FakeService) -> None:
    cut(fake)
    cutout = fake.service.cut(lamp(), Recipe())
    assert [facts.name for facts in cutout.model] == ["u2netp", "modnet", "isnet-general-use"]
    assert len(fake.networks["u2netp"].runs) == 1


def test_a_backdrop_picture_that_is_missing_fails_before_any_network(fake: FakeService) -> None:
    with pytest.raises(AssetNotFound, match=r"nowhere\.jpg"):
        cut(fake, background="./nowhere.jpg")
    assert fake.networks == {}


@pytest.mark.parametrize(
    ("model", "error"),
    [("bria-rmbg", LicenceNotAccepted), ("u2nett", UnknownModel), ("u2net", WeightsUnavailable)],
)
def test_models_that_can_not_be_used(fake: FakeService, model: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        fake.service.cut(lamp(), Recipe(model=model))


def test_a_pictures_own_transparency_is_kept(fake: FakeService) -> None:
    alpha = np.zeros((64, 96), np.uint8)
    alpha[:, :48] = 255
    matte = full_matte(np.ones((8, 8), np.float32), Photo(lamp(), alpha=alpha))
    assert (matte == alpha).all()


def test_edges_follow_the_photo_unless_told_not_to(fake: FakeService) -> None:
    scene = ball(480, 360)
    truth, errors = scene.matte.astype(int), {}
    for refine in (True, False):
        coarse = cv2.resize(scene.matte, (32, 32), interpolation=cv2.INTER_AREA) / np.float32(255)
        matte = full_matte(coarse.astype(np.float32), Photo(scene.pixels), refine=refine)
        errors[refine] = np.abs(matte - truth).mean()
    assert errors[True] < errors[False] / 3
    cut_mattes = [fake.service.cut(scene.pixels, Recipe(refine=refine)).matte for refine in (True, False)]
    assert (cut_mattes[0] != cut_mattes[1]).any()


def test_an_empty_matte_has_no_box() -> None:
    assert subject_box(np.full((4, 4), 10, np.uint8)) is None


def test_previews_are_bounded_and_small_photos_kept() -> None:
    assert preview_photo(Photo(lamp(400, 300)), 100).size == (75, 100)
    assert preview_photo(Photo(lamp()), 1000).size == (96, 64)
