"""Exposure and white balance over a set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipelines.compose import tones
from pipelines.compose.even import Measured, bent, curves, look_of, measure
from pipelines.photo import Matte8, Pixels
from pipelines.recipe import Even, Look

SIDE = 160


def product(stops: float = 0, red: float = 0, blue: float = 0, wall: float = 0.5) -> tuple[Pixels, Matte8]:
    """A blue thing before a grey wall, lit as is said."""
    rng = np.random.default_rng(3)
    light = np.full((SIDE, SIDE, 3), wall)
    light[40:120, 50:110] = (0.08, 0.16, 0.34)
    light *= rng.uniform(0.9, 1.1, (SIDE, SIDE, 1))
    light *= 2.0**stops * np.array([2.0**red, 1, 2.0**blue])
    matte = np.zeros((SIDE, SIDE), np.uint8)
    matte[40:120, 50:110] = 255
    return np.rint(tones.from_light(light)).astype(np.uint8), matte


def evened(pixels: Pixels, matte: Matte8, even: Even) -> Pixels:
    table = curves(even, measure(pixels, matte))
    return pixels if table is None else bent(pixels, table)


def mean(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(tones.to_oklab(tones.to_light(pixels[mask])).mean(0))


def test_what_is_measured_is_what_was_done() -> None:
    plain, other = measure(*product()), measure(*product(-1, 0.4, -0.5))
    assert plain.cast is not None
    assert other.cast is not None
    assert plain.light is not None
    assert other.light is not None
    assert np.allclose(plain.cast, 0, atol=0.05)
    assert np.allclose(other.cast, (0.4, -0.5), atol=0.06)
    assert np.log2(plain.light / other.light) == pytest.approx(0.97, abs=0.08)


LAMPS = st.floats(-0.5, 1.2)
"""How warm a lamp is, in stops along the line on which lamps lie."""


@given(st.floats(-1.2, 0.2), LAMPS)
def test_photos_of_one_thing_become_alike(stops: float, warm: float) -> None:
    pixels, matte = product()
    reference = look_of([measure(pixels, matte)])
    odd, _ = product(stops, 0.5 * warm, -0.866 * warm)
    assume(odd.max() < 236)  # lighter paper lies where the curve bends, and keeps some of its cast
    made = evened(odd, matte, Even(exposure=1, white=1, reference=reference))
    off = mean(made, matte == 255) - mean(pixels, matte == 255)
    assert abs(off[0]) < 0.03
    assert np.hypot(*off[1:]) < 0.012
    assert np.hypot(*mean(made, matte == 0)[1:]) < 0.012


@given(st.floats(0.25, 0.7), LAMPS)
def test_white_balance_makes_no_coloured_thing_grey(wall: float, warm: float) -> None:
    pixels, matte = product(wall=wall)
    odd, _ = product(0, 0.5 * warm, -0.866 * warm, wall=wall)
    assume(odd.max() < 253)
    made = evened(odd, matte, Even(white=1, reference=Look(light=0.2)))
    chroma = np.hypot(*mean(made, matte == 255)[1:]) / np.hypot(*mean(pixels, matte == 255)[1:])
    assert 0.85 < chroma < 1.15


def test_a_strong_cast_that_nothing_bears_out_is_left_alone() -> None:
    pixels, matte = product(wall=0.2)  # a beige wall, and before it a lighter thing without its colour
    light = tones.to_light(pixels)
    light[matte == 0] *= (1.3, 1.0, 0.55)
    light[matte == 255] = (0.45, 0.5, 0.6)
    assert measure(np.rint(tones.from_light(light)).astype(np.uint8), matte).cast is None


def test_a_green_cast_beyond_that_of_tubes_is_a_coloured_wall() -> None:
    assert measure(*product(0, -0.4, -0.4)).cast is None


def test_one_that_is_like_the_set_stays_as_it_is() -> None:
    pixels, matte = product()
    found = measure(pixels, matte)
    assert curves(Even(exposure=1, white=1, reference=look_of([found])), found) is None
    assert curves(Even(exposure=1, white=1), found) is None
    assert curves(Even(reference=Look(light=0.5)), found) is None


def test_a_coloured_wall_says_nothing_of_the_light() -> None:
    pixels, matte = product()
    pixels[matte == 0] = (40, 140, 60)
    assert measure(pixels, matte).cast is None


def test_a_wall_that_is_burnt_out_is_white() -> None:
    pixels, matte = product()
    pixels[matte == 0] = 255
    assert measure(pixels, matte).cast == (0, 0)


def test_without_a_subject_there_is_no_light_to_bring_to_the_sets() -> None:
    pixels, matte = product()
    assert measure(pixels, np.zeros_like(matte)).light is None
    assert look_of([Measured(None, (0.1, 0.2))]) is None


@given(
    st.floats(0.001, 0.999),
    st.floats(0.001, 0.999),
    st.tuples(st.floats(-4, 4), st.floats(-4, 4)),
    st.floats(0, 1),
)
def test_nothing_is_cut_off_and_no_order_turned_round(
    light: float, aim: float, cast: tuple[float, float], amount: float
) -> None:
    even = Even(exposure=amount, white=amount, reference=Look(light=aim))
    table = curves(even, Measured(light, cast))
    if table is not None:
        steps = np.diff(table[0].astype(int), axis=0)
        assert (steps >= 0).all()
        assert table[0, 0].tolist() == [0, 0, 0]
        assert table[0, 255].tolist() == [255, 255, 255]
        assert table[0, :255].max() < 255


@given(st.floats(-1.5, 1.5))
def test_highlights_neither_break_into_specks_nor_run_together(stops: float) -> None:
    """Sky that is nearly burnt out has burnt spots in it: beside them nothing may look like a hole."""
    even = Even(exposure=1, reference=Look(light=0.3 * 2**stops))
    table = curves(even, Measured(0.3, None))
    if table is not None:
        tones_out = table[0, :, 0].astype(int)
        assert np.diff(tones_out[200:]).max() <= 5
        assert tones_out[245] >= 210
        assert tones_out[245] - tones_out[200] >= 3
        assert tones_out[1] <= 4  # two stops, in the shadows
