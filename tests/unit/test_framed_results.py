"""Framed cutouts as files and as previews, with made-up networks."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from pipelines.errors import OutputTooLarge, RecipeError
from pipelines.fitting import shrunk
from pipelines.limits import Limits
from pipelines.photo import Photo
from pipelines.recipe import Recipe
from pipelines.workbench import PREVIEW_SIDE, Workbench
from tests.scenes import encoded
from tests.unit.fakes import FakeService


def lamp(width: int, height: int) -> np.ndarray:
    """A bright shape on black, taken for the subject: an egg on a stick that reaches the bottom."""
    small = np.zeros((480, 720, 3), np.uint8)
    cv2.ellipse(small, (300, 200), (70, 110), 20, 0, 360, (255, 240, 190), -1, cv2.LINE_AA)
    cv2.rectangle(small, (290, 200), (330, 480), (190, 210, 255), -1)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def recipe(background: str = "none", **framing: Any) -> Recipe:
    return Recipe().changed(model="u2netp", framing=framing, background=background)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


FRAMINGS: list[dict[str, Any]] = [
    {"ratio": "1:1"},
    {"crop": "subject", "margin": "10%"},
    {"crop": "subject", "margin": "60px", "ratio": "4:5"},
    {"size": "2000x2000", "share": 0.85},
    {"size": "300x150", "align": "left"},
    {"straighten": 4.5},
    {"straighten": -94, "flip": "vertical", "crop": "subject"},
    {"flip": "horizontal", "ratio": "16:9"},
    {"max_megapixels": 0.5},
    {"crop": "subject", "max_megapixels": 0.3},
]


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
def test_the_preview_is_the_download_made_smaller(bench: Workbench, framing: dict[str, Any]) -> None:
    taken = bench.receive(encoded(lamp(3600, 2400)), "lamp.png")
    wanted = recipe("#204060", **framing)
    scene = bench.scene(taken.id, wanted)
    shown = np.asarray(opened(bench.shelf.get(scene.image).path.read_bytes()).convert("RGB"))
    whole = np.asarray(opened(bench.shelf.get(bench.render(taken.id, wanted)).path.read_bytes()))
    scale = min(1, PREVIEW_SIDE / max(whole.shape))
    assert np.abs(np.array(shown.shape[:2]) - np.array(whole.shape[:2]) * scale).max() <= 1.5
    smaller = cv2.resize(whole, (shown.shape[1], shown.shape[0]), interpolation=cv2.INTER_AREA)
    difference = np.abs(shown.astype(int) - smaller.astype(int)).max(axis=2)
    assert difference.mean() < 2.5
    # Only the edges differ, and they lie within two pixels of one another.
    far = cv2.erode((difference > 60).astype(np.uint8), np.ones((5, 5), np.uint8))
    assert not far.any()


def test_the_photo_lies_under_the_scene_where_the_subject_does(bench: Workbench) -> None:
    taken = bench.receive(encoded(lamp(2400, 1600)), "lamp.png")
    scene = bench.scene(taken.id, recipe(straighten=10, flip="horizontal", ratio=1))
    shown = np.asarray(opened(bench.shelf.get(scene.image).path.read_bytes()))
    corner = np.array([300 / 720, 200 / 480, 1]) * (*scene.photo, 1)  # the middle of the egg
    x, y = np.array(scene.place.matrix) @ corner
    assert shown[round(y), round(x), 3] > 200
    assert shown[round(y), round(x), :3].astype(int) == pytest.approx((230, 226, 220), abs=45)


def test_the_matte_alone_is_framed_too(fake: FakeService) -> None:
    wanted = recipe(crop="subject", straighten=90)
    cutout = fake.service.cut(lamp(180, 120), wanted)
    rgba = opened(cutout.encode())
    grey = opened(cutout.encode(wanted.output.model_copy(update={"alpha_only": True})))
    assert (grey.mode, grey.size) == ("L", rgba.size)
    assert (np.asarray(grey) == np.asarray(rgba.getchannel("A"))).all()


@pytest.mark.parametrize("framing", [{"flip": "horizontal"}, {"ratio": "1:1"}, {"crop": "subject"}], ids=str)
def test_a_frame_that_resamples_nothing_keeps_the_colours(fake: FakeService, framing: dict[str, Any]) -> None:
    plain = np.asarray(opened(fake.service.cut(lamp(180, 120), recipe()).encode()))
    framed = np.asarray(opened(fake.service.cut(lamp(180, 120), recipe(**framing)).encode()))
    kept = {tuple(pixel) for pixel in plain.reshape(-1, 4)}
    assert {tuple(pixel) for pixel in framed.reshape(-1, 4)} <= kept
    assert framed[..., 3].astype(int).sum() == pytest.approx(plain[..., 3].astype(int).sum(), rel=0.02)


def test_only_so_many_pixels_are_a_smaller_photo_cut_out(fake: FakeService, bench: Workbench) -> None:
    wanted = recipe(max_megapixels=0.25)
    cutout = fake.service.cut(lamp(1800, 1200), wanted)
    assert (cutout.photo.size, cutout.photo.full, cutout.placement().canvas) == (
        (612, 408),
        (1800, 1200),
        (612, 408),
    )
    assert np.array_equal(np.asarray(opened(cutout.encode())), cutout.rgba())
    taken = bench.receive(encoded(lamp(1800, 1200)), "lamp.png")
    delivered = opened(bench.shelf.get(bench.render(taken.id, wanted)).path.read_bytes())
    assert np.array_equal(np.asarray(delivered), cutout.rgba())


def test_so_many_pixels_of_a_crop_are_reduced(fake: FakeService) -> None:
    cutout = fake.service.cut(lamp(1800, 1200), recipe(crop="subject", max_megapixels=0.1))
    assert cutout.photo.size == (1800, 1200)
    width, height = opened(cutout.encode()).size
    assert 0.098e6 < width * height <= 0.1e6
    large = cutout.made(recipe(crop="subject"), fake.service.files).placement().canvas
    assert width / height == pytest.approx(large[0] / large[1], rel=0.01)


def test_lengths_of_the_edge_follow_the_smaller_photo(fake: FakeService) -> None:
    shifted = recipe(max_megapixels=0.25).changed(edges={"shift": 12})
    small = fake.service.cut(lamp(1800, 1200), shifted)
    large = fake.service.cut(lamp(1800, 1200), shifted.changed(framing={}))
    shrunk_matte = cv2.resize(large.matte, small.photo.size, interpolation=cv2.INTER_AREA)
    assert (shrunk_matte > 127).mean() == pytest.approx((small.matte > 127).mean(), rel=0.01)
    assert small.recipe == shifted


def test_a_canvas_beyond_the_limits_is_refused(fake: FakeService, bench: Workbench) -> None:
    fake.service.limits = Limits(max_pixels=100_000)
    with pytest.raises(RecipeError, match="400 x 400 pixels; at most 100 kP"):
        fake.service.cut(lamp(180, 120), recipe(size="400x400"))
    assert fake.networks == {}
    cutout = fake.service.cut(lamp(180, 120), recipe(ratio="0.05"))
    with pytest.raises(RecipeError, match="180 x 3600"):
        cutout.encode()
    taken = bench.receive(encoded(lamp(180, 120)), "lamp.png")
    with pytest.raises(RecipeError, match="180 x 3600"):
        bench.scene(taken.id, recipe(ratio="0.05"))


def test_a_canvas_that_the_format_can_not_hold(fake: FakeService) -> None:
    fake.service.limits = Limits(max_side=20_000)
    wanted = recipe(size="17000x10").changed(output={"format": "webp"})
    with pytest.raises(OutputTooLarge, match="WebP"):
        fake.service.cut(lamp(180, 120), wanted).encode()


def test_an_empty_photo_is_framed_itself(fake: FakeService) -> None:
    night = np.zeros((100, 200, 3), np.uint8)
    cutout = fake.service.cut(night, recipe("white", crop="subject", ratio=1, margin="10%"))
    assert opened(cutout.encode()).size == (200, 200)


def test_smaller_copies_know_the_whole() -> None:
    photo = Photo(lamp(360, 240), alpha=np.full((240, 360), 200, np.uint8))
    assert shrunk(photo, 360) is photo
    copy = shrunk(shrunk(photo, 100), 50)
    assert (copy.size, copy.full) == ((50, 34), (360, 240))
    assert copy.alpha is not None
    assert (copy.alpha == 200).all()
