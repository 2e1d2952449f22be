"""Laying a subject over a backdrop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.compose.composite import composite, composite_over_translucent
from pipelines.errors import ShapeError

colour = npst.arrays(np.uint8, (5, 6, 3))
matte = npst.arrays(np.uint8, (5, 6))


@given(colour, matte, colour)
def test_equals_the_formula(front: np.ndarray, alpha: np.ndarray, back: np.ndarray) -> None:
    share = alpha[..., None] / 255
    expected = front * share + back * (1 - share)
    assert np.abs(composite(front, alpha, back) - expected).max() <= 0.5 + 1e-9


@given(colour, colour)
def test_the_ends_are_exact(front: np.ndarray, back: np.ndarray) -> None:
    assert (composite(front, np.full((5, 6), 255, np.uint8), back) == front).all()
    assert (composite(front, np.zeros((5, 6), np.uint8), back) == back).all()


@given(colour, matte, colour)
def test_inputs_are_left_alone(front: np.ndarray, alpha: np.ndarray, back: np.ndarray) -> None:
    kept = front.copy(), alpha.copy(), back.copy()
    composite(front, alpha, back)
    assert all((a == b).all() for a, b in zip(kept, (front, alpha, back), strict=True))


@given(colour, matte, colour)
def test_an_opaque_backdrop_gives_the_same_either_way(
    front: np.ndarray, alpha: np.ndarray, back: np.ndarray
) -> None:
    opaque = np.dstack([back, np.full((5, 6), 255, np.uint8)])
    over = composite_over_translucent(front, alpha, opaque)
    assert (over[..., 3] == 255).all()
    assert np.abs(over[..., :3].astype(int) - composite(front, alpha, back)).max() <= 1


@given(colour, matte, st.integers(0, 255))
def test_alpha_adds_up(front: np.ndarray, alpha: np.ndarray, level: int) -> None:
    layer = np.full((5, 6, 4), level, np.uint8)
    expected = alpha + level * (1 - alpha / 255)
    assert np.abs(composite_over_translucent(front, alpha, layer)[..., 3] - expected).max() <= 1


@pytest.mark.parametrize("shape", [(4, 6, 3), (5, 6, 4), (5, 6)])
def test_arrays_that_do_not_fit(shape: tuple[int, ...]) -> None:
    good = np.zeros((5, 6, 3), np.uint8)
    with pytest.raises(ShapeError, match="backdrop") as caught:
        composite(good, np.zeros((5, 6), np.uint8), np.zeros(shape, np.uint8))
    assert caught.value.actual == shape
