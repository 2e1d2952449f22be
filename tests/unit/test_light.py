"""Harmonising with the backdrop, and light wrap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.compose.harmonise import Look, harmonised, look_of, tones
from pipelines.compose.oklab import from_oklab, to_oklab
from pipelines.compose.patch import shares
from pipelines.compose.scene import lit
from pipelines.compose.subject import Subject
from pipelines.compose.wrap import wrapped
from pipelines.recipe import Light
from tests.figures import drawn
from tests.scenes import ball
from tests.unit.pictures_made import adobe_rgb

SKIN = np.array([[224, 172, 140], [198, 134, 100], [141, 85, 58], [92, 56, 40]], np.uint8)


def subject_with(colours: np.ndarray) -> Subject:
    """A block of stripes in some colours, black and white among them."""
    block = drawn(((100, 60, 300, 260),))
    stripes = np.concatenate([colours, [[0, 0, 0], [255, 255, 255], [120, 120, 120]]]).astype(np.uint8)
    rows = np.arange(300) // 4 % len(stripes)
    block.pixels[:] = stripes[rows][:, None]
    return block


def backdrop(color: tuple[int, int, int]) -> np.ndarray:
    shade = np.linspace(0.85, 1, 300)[:, None, None]
    return np.broadcast_to(np.array(color) * shade, (300, 400, 3)).astype(np.uint8)


@given(npst.arrays(np.uint8, (6, 3)))
def test_oklab_there_and_back(coded: np.ndarray) -> None:
    values = shares(coded)
    assert from_oklab(to_oklab(values)) == pytest.approx(values, abs=2e-3)


def test_oklab_of_known_colours() -> None:
    known = {
        (255, 255, 255): (1, 0, 0),
        (255, 0, 0): (0.628, 0.225, 0.126),
        (0, 0, 255): (0.452, -0.032, -0.312),
    }
    for rgb, lab in known.items():
        assert to_oklab(shares(np.array(rgb, np.uint8))) == pytest.approx(np.array(lab), abs=2e-3)


def test_colours_beyond_srgb_keep_their_hue() -> None:
    lab = np.array([0.6, -0.25, 0.1], np.float32)
    back = to_oklab(from_oklab(lab))
    assert np.arctan2(back[2], back[1]) == pytest.approx(np.arctan2(lab[2], lab[1]), abs=0.12)
    assert back[0] == pytest.approx(0.6, abs=0.02)


looks = st.builds(
    Look,
    lightness=st.floats(0, 1),
    contrast=st.floats(0, 0.5),
    tint=st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)),
)


@given(looks, looks, st.floats(0, 1))
def test_tones_keep_their_order_and_their_ends(own: Look, around: Look, amount: float) -> None:
    after = tones(own, around, amount, np.linspace(0, 1, 101, dtype=np.float32))
    assert (np.diff(after) >= 0).all()
    assert (after[0], after[-1]) == (0, 1)
    assert np.abs(after - np.linspace(0, 1, 101)).max() <= 0.35


@pytest.mark.parametrize(("color", "sign"), [((40, 45, 60), -1), ((250, 248, 244), 1)])
def test_exposure_moves_towards_the_backdrop(color: tuple[int, int, int], sign: int) -> None:
    subject = subject_with(SKIN)
    inner = np.s_[80:240, 120:280]
    before = to_oklab(shares(subject.pixels[inner]))[..., 0].mean()
    moves = [
        to_oklab(shares(harmonised(subject, backdrop(color), amount, None)[inner]))[..., 0].mean() - before
        for amount in (0.3, 1.0)
    ]
    assert 0 < sign * moves[0] < sign * moves[1] < 0.17


@pytest.mark.parametrize("color", [(40, 45, 60), (250, 248, 244), (60, 160, 60), (255, 120, 40)])
def test_nothing_is_clipped(color: tuple[int, int, int]) -> None:
    subject = subject_with(SKIN)
    inner = np.s_[80:240, 120:280]
    after = harmonised(subject, backdrop(color), 1, None)[inner]
    for end in (0, 255):
        assert ((after == end).any(axis=-1) <= (subject.pixels[inner] == end).any(axis=-1)).all()


def warmth(pixels: np.ndarray) -> np.ndarray:
    lab = to_oklab(shares(pixels))
    return np.asarray(lab[..., 1:].reshape(-1, 2).mean(axis=0))


def test_a_sunset_warms_and_a_night_cools() -> None:
    subject = subject_with(SKIN)
    inner = np.s_[80:240, 120:280]
    sunset, night = (
        warmth(harmonised(subject, backdrop(color), 0.7, None)[inner])[1]
        for color in ((255, 190, 110), (90, 120, 190))
    )
    assert night < warmth(subject.pixels[inner])[1] - 0.005
    assert sunset > warmth(subject.pixels[inner])[1] + 0.005


@pytest.mark.parametrize("color", [(60, 160, 60), (30, 90, 30), (120, 220, 90)])
def test_skin_does_not_go_green_on_a_lawn(color: tuple[int, int, int]) -> None:
    subject = subject_with(SKIN)
    skin = np.isin(np.arange(300) // 4 % (len(SKIN) + 3), range(len(SKIN)))
    after = harmonised(subject, backdrop(color), 0.6, None)[80:240][skin[80:240]][:, 120:280]
    red, green = after[..., 0].astype(int), after[..., 1].astype(int)
    assert (red - green).min() > 15


def test_a_photo_in_its_own_light_hardly_changes() -> None:
    scene = ball()
    subject = Subject(scene.foreground, scene.matte, None)
    assert harmonised(subject, scene.pixels, 1, None) is subject.pixels  # no box, no subject
    grey = subject_with(SKIN)
    same = harmonised(grey, grey.pixels, 1, None)
    assert np.abs(same.astype(int) - grey.pixels).mean() < 4


def test_outside_of_the_box_all_is_left_alone() -> None:
    subject = subject_with(SKIN)
    kept = subject.pixels.copy()
    after = harmonised(subject, backdrop((40, 45, 60)), 1, None)
    assert (subject.pixels == kept).all()
    assert (after[:50] == kept[:50]).all()


def test_a_wide_colour_space_is_kept() -> None:
    icc = adobe_rgb()
    subject = subject_with(np.array([[255, 0, 0], [10, 250, 10]], np.uint8))
    inner = np.s_[80:240, 120:280]
    after = harmonised(subject, backdrop((128, 128, 128)), 0.05, icc)[inner]
    assert np.abs(after.astype(int) - subject.pixels[inner]).max() < 16


def test_looks_need_something_to_look_at() -> None:
    assert look_of(np.zeros((5, 5, 3), np.uint8), np.zeros((5, 5), bool)) is None


def test_a_translucent_backdrop_counts_where_it_is() -> None:
    subject = subject_with(SKIN)
    layer = np.dstack([backdrop((40, 45, 60)), np.full((300, 400), 255, np.uint8)])
    layer[:, ::2] = (255, 255, 255, 0)
    assert harmonised(subject, layer, 1, None)[100:150, 200].sum() < subject.pixels[100:150, 200].sum()
    layer[..., 3] = 0
    assert harmonised(subject, layer, 1, None) is subject.pixels


def test_light_wraps_the_rim_only() -> None:
    block = drawn(((100, 60, 300, 260),))
    after = wrapped(block, block.pixels, np.full((300, 400, 3), 255, np.uint8), 1, 0.05).astype(int)
    change = (after - block.pixels).sum(axis=2)
    assert change[160, 102] > change[160, 106] > change[160, 110] > 0
    assert change[160, 200] == 0
    assert change[block.matte == 0].max() == 0
    assert (after >= block.pixels).all()


def test_light_wraps_in_its_colour() -> None:
    block = drawn(((100, 60, 300, 260),))
    block.pixels[:] = 60
    back = np.zeros((300, 400, 3), np.uint8)
    assert (wrapped(block, block.pixels, back, 1, 0.05) == block.pixels).all()
    back[..., 2] = 255
    rim = wrapped(block, block.pixels, back, 0.8, 0.05)[160, 102]
    assert rim[2] > 120
    assert (rim[:2] == 60).all()


def test_neutral_light_is_no_work() -> None:
    block = drawn(((100, 60, 300, 260),))
    assert lit(Light(), block, np.zeros((300, 400, 3), np.uint8), None) is block.pixels
