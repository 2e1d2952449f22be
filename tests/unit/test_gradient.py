"""Gradients: their ends, their way, and that no bands show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.compose.gradient import gradient, table
from pipelines.recipe import GradientBackdrop, parse_backdrop

opaque = st.tuples(*[st.integers(0, 255)] * 3).map(lambda c: "#{:02x}{:02x}{:02x}".format(*c))
translucent = st.tuples(*[st.integers(0, 255)] * 4).map(lambda c: "#{:02x}{:02x}{:02x}{:02x}".format(*c))


def made(word: str, size: tuple[int, int] = (120, 200)) -> np.ndarray:
    wanted = parse_backdrop(word)
    assert isinstance(wanted, GradientBackdrop)
    return gradient(wanted, size)


def channels(text: str) -> np.ndarray:
    return np.array([int(text[at : at + 2], 16) for at in range(1, len(text), 2)])


@given(st.lists(opaque, min_size=2, max_size=5), st.floats(-360, 360), st.integers(1, 50), st.integers(1, 50))
def test_any_size_and_opaque_where_its_colours_are(
    colors: list[str], angle: float, height: int, width: int
) -> None:
    layer = gradient(GradientBackdrop(colors=colors, angle=angle), (height, width))
    assert layer.shape == (height, width, 3)


@given(st.lists(opaque, min_size=2, max_size=5))
def test_each_colour_lies_at_its_place(colors: list[str]) -> None:
    values = table(GradientBackdrop(colors=colors)) / 256
    places = np.rint(np.linspace(0, 1, len(colors)) * (len(values) - 1)).astype(int)
    # Between two far colours a step of the table may be a part of a value.
    assert np.abs(values[places] - [channels(color) for color in colors]).max() <= 0.5


@given(opaque)
def test_between_equal_colours_is_that_colour(color: str) -> None:
    assert (gradient(GradientBackdrop(colors=(color, color)), (9, 13)) == channels(color)).all()


@given(translucent, translucent)
def test_alpha_is_straight_and_even(first: str, last: str) -> None:
    values = table(GradientBackdrop(colors=(first, last))) / 256
    ends = [(channels(color)[3] if len(color) > 7 else 255) for color in (first, last)]
    if ends != [255, 255]:
        expected = np.linspace(ends[0], ends[1], len(values))
        assert np.abs(values[:, 3] - expected).max() < 0.02


def test_what_is_transparent_lends_no_colour() -> None:
    layer = made("gradient:#ff0000-#0000ff00@90", (4, 256))
    red = layer[:, :200, :3].reshape(-1, 3)
    assert red[:, 0].min() >= 254
    assert red[:, 1:].max() <= 1
    assert (np.diff(layer[..., 3].astype(int).mean(axis=0)) <= 0.5).all()


@pytest.mark.parametrize(
    ("angle", "first", "last"),
    [
        (0, (-1, 0), (0, 0)),
        (90, (0, 0), (0, -1)),
        (180, (0, 0), (-1, 0)),
        (270, (0, -1), (0, 0)),
        (45, (-1, 0), (0, -1)),
    ],
)
def test_angles_are_those_of_css(angle: float, first: tuple[int, int], last: tuple[int, int]) -> None:
    layer = made(f"gradient:black-white@{angle}", (300, 500))
    assert layer[first].max() <= 2
    assert layer[last].min() >= 253


@given(st.floats(0, 360), st.sampled_from(["linear", "radial"]))
def test_greys_stay_grey_and_never_turn_back(angle: float, shape: str) -> None:
    wanted = GradientBackdrop(colors=("#101010", "#e0e0e0"), angle=angle, shape=shape)
    values = table(wanted).astype(int)
    assert (np.diff(values, axis=0) >= 0).all()
    layer = gradient(wanted, (90, 130))
    assert (layer == layer[..., :1]).all()


def test_radial_reaches_the_farthest_corner() -> None:
    layer = made("radial:white-black@0.25,0.5", (200, 400))
    assert layer[100, 100].min() >= 253
    assert layer[0, -1].max() <= 2
    assert layer[100, 0].min() > layer[100, -1].max()


def test_no_bands() -> None:
    """Twelve values over six hundred columns: each column's average follows the ramp, not a staircase."""
    layer = made("gradient:#303030-#3c3c3c@90", (192, 600))
    columns = layer[..., 0].astype(float).mean(axis=0)
    ramp = np.interp(np.arange(600), [0, 599], [columns[:3].mean(), columns[-3:].mean()])
    assert np.abs(cv2.blur(columns[None], (9, 1))[0] - ramp)[8:-8].max() < 0.2
    assert np.abs(np.diff(layer[..., 0].astype(int), axis=1)).max() <= 1


def test_blue_to_white_is_not_violet_on_its_way() -> None:
    red, green, _ = made("gradient:blue-white@90", (1, 400))[0, 200].astype(int)
    assert green >= red - 12


def test_the_same_at_any_size() -> None:
    word = "gradient:#1e3a8a-#60a5fa 30%-white@30"
    small = cv2.resize(made(word, (1000, 1600)), (400, 250), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - made(word, (250, 400))).max() <= 2
