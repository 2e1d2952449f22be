"""Shadows, light, outline and glow in the finished picture, with made-up networks."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from pipelines.compose.composite import Veil, veiled
from pipelines.compose.framing import Placement
from pipelines.compose.scene import plain, render
from pipelines.photo import Photo
from pipelines.recipe import Recipe
from pipelines.workbench import PREVIEW_SIDE, Workbench
from tests.figures import TABLE, drawn
from tests.scenes import encoded
from tests.unit.fakes import FakeService

ALL: dict[str, Any] = {
    "shadows": ["own", "drop", "contact", "cast", "car", "reflection"],
    "light": {"harmonise": 0.5, "wrap": 0.5},
    "outline": "0.02,white",
    "glow": "0.05,gold",
}


def stool(width: int, height: int) -> np.ndarray:
    """A bright stool on black, taken for the subject."""
    small = np.zeros((480, 720, 3), np.uint8)
    for left, top, right, bottom in ((240, 120, 480, 200), (260, 200, 290, 400), (430, 200, 460, 380)):
        cv2.rectangle(small, (left, top), (right, bottom), (240, 230, 200), -1)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def recipe(**fields: Any) -> Recipe:
    return Recipe().changed(model="u2netp", **fields)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def scene(**fields: Any) -> np.ndarray:
    """The table on its canvas, finished."""
    table = drawn(TABLE)
    place = Placement((400, 300))
    return render(recipe(**fields), Photo(table.pixels), table, None, place)


@pytest.mark.parametrize("part", ALL)
def test_each_part_makes_more_than_a_plain_scene(part: str) -> None:
    assert plain(recipe())
    assert not plain(recipe(**{part: ALL[part]}))
    assert recipe(**ALL).cut() == recipe().cut()


def test_neutral_parts_change_nothing() -> None:
    neutral = {"shadows": [], "light": {"wrap_width": 0.012}, "outline": "none", "glow": "none"}
    assert plain(recipe(**neutral))
    assert (scene(background="white", **neutral) == scene(background="white")).all()


def test_what_lies_over_what() -> None:
    """From the lowest up: shadows, glow, outline, subject, each seen where nothing is above it."""
    layers: dict[str, Any] = {
        "shadows": [
            "reflection:opacity=1,length=1,softness=0",
            "drop:offset=0/0.05,softness=0,opacity=1,color=#00ff00",
        ],
        "glow": "size=0.4,opacity=1,color=#0000ff",
        "outline": "width=0.04,color=#ff00ff",
    }
    everything = scene(background="white", **layers).astype(int)
    assert tuple(everything[100, 200]) == (200, 40, 40)  # the plate itself
    assert everything[77, 200] == pytest.approx((255, 0, 255), abs=6)  # the line round it
    assert everything[150, 200][2] > 200  # the glow over the shadow below the plate
    assert everything[150, 200][1] < 80
    unglowing = scene(background="white", **(layers | {"glow": "none", "outline": "none"})).astype(int)
    assert unglowing[146, 200] == pytest.approx((0, 255, 0), abs=3)
    assert unglowing[245, 130] == pytest.approx((40, 180, 60), abs=6)  # the mirrored leg over the drop shadow


def test_without_a_backdrop_shadows_are_translucent_pixels() -> None:
    picture = scene(shadows=["contact", "drop:color=#102030"]).astype(int)
    assert picture.shape[2] == 4
    assert 20 < picture[144, 210, 3] < 200
    assert picture[144, 210, :3] == pytest.approx((16, 32, 48), abs=2)
    assert tuple(picture[5, 5]) == (0, 0, 0, 0)
    assert tuple(picture[100, 200]) == (200, 40, 40, 255)


def test_a_translucent_picture_looks_as_on_a_backdrop() -> None:
    fields: dict[str, Any] = {"shadows": ["drop", "contact", "cast", "reflection"], "glow": "0.1,gold"}
    loose, fixed = scene(**fields).astype(float), scene(background="#3070a0", **fields)
    share = loose[..., 3:] / 255
    laid = loose[..., :3] * share + np.array([0x30, 0x70, 0xA0]) * (1 - share)
    assert np.abs(laid - fixed).max() <= 4


def test_light_comes_from_the_backdrop_alone() -> None:
    light = {"light": {"harmonise": 1, "wrap": 1}}
    assert (scene(**light) == scene()).all()
    dim = scene(background="#181820", **light)
    assert dim[100, 200].sum() < 250
    shaded = scene(background="#181820", shadows=["drop:opacity=1,offset=0/0,color=white"], **light)
    assert (shaded[90:130, 130:270] == dim[90:130, 130:270]).all()


def test_the_backdrops_picture_is_left_alone() -> None:
    table = drawn(TABLE)
    beach = Photo(np.full((300, 400, 3), 180, np.uint8))
    wanted = recipe(background={"kind": "image", "source": "beach"}, **ALL)
    render(wanted, Photo(table.pixels), table, beach, Placement((400, 300)))
    assert (beach.pixels == 180).all()


@pytest.mark.parametrize("channels", [3, 4])
def test_a_veil_over_every_layer(channels: int) -> None:
    random = np.random.default_rng(1)
    layer = random.integers(0, 256, (40, 50, channels), np.uint8)
    alpha = random.integers(0, 256, (20, 30), np.uint8)
    below = layer[10:30, 5:35].astype(float)
    share = alpha[..., None] / 255
    back = (below[..., 3:] / 255 if channels == 4 else 1.0) * (1 - share)
    expected = (np.array([200, 10, 90]) * share + below[..., :3] * back) / np.maximum(share + back, 1e-9)
    kept = layer.copy()
    veiled(layer, Veil((200, 10, 90), alpha, (5, 10)))
    there = (share + back)[..., 0] > 0
    assert np.abs(layer[10:30, 5:35, :3] - expected)[there].max() <= 1.5
    if channels == 4:
        assert np.abs(layer[10:30, 5:35, 3:] - (share + back) * 255).max() <= 1
    layer[10:30, 5:35] = kept[10:30, 5:35]
    assert (layer == kept).all()


@pytest.mark.parametrize("background", ["#b0c4d0", "none"])
@pytest.mark.parametrize("framing", [{}, {"ratio": "1:1", "share": 0.5}, {"straighten": 7}], ids=str)
def test_the_preview_is_the_download_made_smaller(
    bench: Workbench, background: str, framing: dict[str, Any]
) -> None:
    taken = bench.receive(encoded(stool(3600, 2400)), "stool.png")
    wanted = recipe(background=background, framing=framing, **ALL)
    shown, whole = (
        np.asarray(opened(bench.shelf.get(file).path.read_bytes()).convert("RGBA"))
        for file in (bench.scene(taken.id, wanted).image, bench.render(taken.id, wanted))
    )
    assert max(shown.shape) <= PREVIEW_SIDE < max(whole.shape)
    small, large = (
        cv2.resize(one * (one[..., 3:] / np.float32(255)), (300, 220), interpolation=cv2.INTER_AREA)
        for one in (shown, whole)
    )
    difference = np.abs(small - large)
    assert difference.mean() < 1.5
    assert np.percentile(difference, 99.5) < 16


def test_the_shadow_follows_the_subject_on_the_canvas(bench: Workbench) -> None:
    taken = bench.receive(encoded(stool(720, 480)), "stool.png")
    framing = {"size": "1000x1000", "share": 0.4, "align": "left"}
    scene = bench.scene(taken.id, recipe(shadows=["contact"], framing=framing))
    alpha = np.asarray(opened(bench.shelf.get(scene.image).path.read_bytes()).getchannel("A"))
    for x, y in ((275, 400), (445, 380)):
        column, row = np.array(scene.place.matrix) @ (x * scene.photo[0] / 720, y * scene.photo[1] / 480, 1)
        assert 90 < alpha[round(row) + 4, round(column)] < 255
    assert alpha[:, 600:].max() == 0


def test_a_jpeg_has_the_shadow_on_white(fake: FakeService) -> None:
    wanted = recipe(shadows=["drop:offset=0/0.1"], output={"format": "jpg"})
    picture = np.asarray(opened(fake.service.cut(stool(720, 480), wanted).encode()))
    assert picture[5, 5] == pytest.approx((255, 255, 255), abs=2)
    assert 120 < picture[212, 360, 0] < 220
