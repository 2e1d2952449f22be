"""Several mattes as one: the properties that must hold whatever the networks say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.models.fusion import CANVAS, Sight, agreement, canvas_of, contrast, enlarged, fuse, says

CANVAS_SIZE = (6, 5)
mattes = npst.arrays(np.float32, CANVAS_SIZE, elements=st.floats(0, 1, width=32))


def disc(radius: float, centre: float = 32) -> np.ndarray:
    """A soft-edged disc on 64x64."""
    rows, columns = np.mgrid[:64, :64]
    return np.asarray(np.clip(radius - np.hypot(rows - centre, columns - centre), 0, 1), np.float32)


def fused(*sights: Sight) -> np.ndarray:
    return fuse(sights, (64, 64))


@given(mattes)
def test_equal_mattes_give_that_matte(matte: np.ndarray) -> None:
    together = fuse([Sight(matte), Sight(matte, say=2), Sight(matte, people=True)], CANVAS_SIZE)
    assert np.abs(together - matte).max() <= 1e-6


@given(mattes, mattes, mattes)
def test_nothing_goes_beyond_what_a_network_says(
    first: np.ndarray, second: np.ndarray, third: np.ndarray
) -> None:
    together = fuse([Sight(first), Sight(second), Sight(third, people=True)], CANVAS_SIZE)
    assert (together <= np.maximum(np.maximum(first, second), third)).all()
    assert (together >= np.minimum(np.minimum(first, second), third)).all()


@given(mattes, mattes)
def test_mirrored_mattes_give_the_mirrored_matte(first: np.ndarray, second: np.ndarray) -> None:
    plain = fuse([Sight(first), Sight(second)], CANVAS_SIZE)
    turned = fuse([Sight(first[:, ::-1]), Sight(second[:, ::-1])], CANVAS_SIZE)
    assert np.abs(plain[:, ::-1] - turned).max() <= 1e-6


@given(mattes, mattes)
def test_agreement_has_no_sides(first: np.ndarray, second: np.ndarray) -> None:
    assert agreement(first, second) == pytest.approx(agreement(second, first))
    assert 0 <= agreement(first, second) <= 1
    assert agreement(first, first) == pytest.approx(1)


def test_empty_mattes_agree() -> None:
    assert agreement(np.zeros((3, 3), np.float32), np.zeros((3, 3), np.float32)) == 1
    assert not fused(Sight(disc(0)), Sight(disc(0))).any()


def test_what_draws_something_else_does_no_harm() -> None:
    """A network for people, on a picture without any, is not heard at all."""
    subject, nonsense = disc(20), 1 - disc(20)
    assert np.array_equal(fused(Sight(subject), Sight(nonsense, people=True)), fused(Sight(subject)))


def test_a_network_for_people_that_stands_apart_is_not_heard() -> None:
    """It draws nearly what two others draw alike: a plain thing with its shadow, say."""
    thing, wider = disc(26), disc(27)
    assert agreement(thing, wider) > 0.9
    alone = says([Sight(thing), Sight(wider, people=True)], [thing, wider])
    beside = says([Sight(thing), Sight(thing), Sight(wider, people=True)], [thing, thing, wider])
    assert alone[1] > 1
    assert beside[2] < alone[1] / 3


def test_on_people_their_network_leads() -> None:
    rough, fine = disc(20), disc(20.8)
    together = fused(Sight(rough), Sight(fine, people=True))
    assert np.abs(together - fine).mean() < np.abs(together - rough).mean()


def test_two_that_agree_outvote_one() -> None:
    shares = says([Sight(disc(25))] * 3, [disc(25), disc(24.5), disc(6)])
    assert shares[1] > 0.8
    assert shares[2] < 0.1


def test_a_finer_network_is_heard_on_little_subjects() -> None:
    small, large = np.zeros((32, 32), np.float32), np.zeros((64, 64), np.float32)
    little, other = disc(4, 16), disc(4, 44)
    assert says([Sight(small), Sight(large)], [little, other])[1] == 1
    assert says([Sight(large), Sight(small)], [little, other])[1] == 0


@given(mattes)
def test_contrast_keeps_sides_and_ends(matte: np.ndarray) -> None:
    harder = contrast(matte, 2)
    assert ((harder > 0.5) == (matte > 0.5)).all()
    assert contrast(matte, 1) is matte
    assert harder.min() >= 0
    assert harder.max() <= 1


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_the_canvas_is_bounded(width: int, height: int) -> None:
    rows, columns = canvas_of((width, height))
    assert 1 <= rows <= min(height, CANVAS)
    assert 1 <= columns <= min(width, CANVAS)


def test_sizes_may_differ() -> None:
    assert enlarged(disc(20), (10, 20)).shape == (10, 20)
    assert fuse([Sight(disc(20)), Sight(enlarged(disc(20), (128, 128)))], (50, 70)).shape == (50, 70)
