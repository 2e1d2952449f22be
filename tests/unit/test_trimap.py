"""What a coarse matte is sure of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from pipelines.errors import ShapeError
from pipelines.matting.trimap import BACKGROUND, SUBJECT, UNKNOWN, make_trimap

Floats = NDArray[np.float32]
sides = st.integers(1, 12)
mattes = npst.arrays(np.float32, st.tuples(sides, sides), elements=st.floats(0, 1, width=32))


def step(side: int = 32) -> Floats:
    """Subject on the right half, with no doubt."""
    return np.repeat((np.arange(side) >= side // 2)[np.newaxis], side, axis=0).astype(np.float32)


def test_a_sure_edge_is_unknown_within_a_coarse_pixel() -> None:
    trimap = make_trimap(step(), (320, 320))
    assert (trimap[:, 150:170] == UNKNOWN).all()
    assert (trimap[:, :140] == BACKGROUND).all()
    assert (trimap[:, 180:] == SUBJECT).all()


def test_the_band_is_as_wide_as_the_doubt() -> None:
    coarse = step()
    coarse[:, 10:22] = 0.5
    unknown = make_trimap(coarse, (320, 320))[160] == UNKNOWN
    assert unknown[100:220].all()
    assert 120 <= unknown.sum() < 150


def test_haze_is_no_doubt() -> None:
    hazy = step() * np.float32(0.95) + np.float32(0.02)
    assert (make_trimap(hazy, (320, 320)) == make_trimap(step(), (320, 320))).mean() > 0.98


@pytest.mark.parametrize(("value", "kind"), [(0.0, BACKGROUND), (0.5, UNKNOWN), (1.0, SUBJECT)])
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (70, 3), (500, 400)])
def test_flat_mattes(value: float, kind: int, size: tuple[int, int]) -> None:
    trimap = make_trimap(np.full((16, 16), value, np.float32), size)
    assert trimap.shape == size
    assert (trimap == kind).all()


@settings(deadline=None)
@given(mattes, sides, sides)
def test_only_three_values_whatever_the_sizes(coarse: Floats, height: int, width: int) -> None:
    trimap = make_trimap(coarse, (height, width))
    assert trimap.shape == (height, width)
    assert trimap.dtype == np.uint8
    assert np.isin(trimap, (BACKGROUND, UNKNOWN, SUBJECT)).all()


@settings(deadline=None)
@given(mattes)
def test_the_opposite_matte_never_contradicts(coarse: Floats) -> None:
    straight = make_trimap(coarse, (24, 24))
    turned = make_trimap(np.subtract(1, coarse, dtype=np.float32), (24, 24))
    assert not ((straight == SUBJECT) & (turned == SUBJECT)).any()
    assert not ((straight == BACKGROUND) & (turned == BACKGROUND)).any()


def test_the_opposite_matte_has_the_opposite_trimap() -> None:
    y, x = np.mgrid[0:12, 0:12].astype(np.float32)
    coarse = np.asarray(1 / (1 + np.exp(np.hypot(x - 5.3, y - 6.1) * 2 - 7)), np.float32)
    straight = make_trimap(coarse, (48, 48))
    turned = make_trimap(np.subtract(1, coarse, dtype=np.float32), (48, 48))
    assert (straight == SUBJECT).any()
    # One pixel in a hundred may sit on a limit, where rounding decides.
    assert ((straight == SUBJECT) != (turned == BACKGROUND)).mean() < 0.01


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4, 1), np.float32), np.zeros((4, 4)), np.zeros((0, 4), np.float32)]
)
def test_what_is_no_matte_is_refused(wrong: Floats) -> None:
    with pytest.raises(ShapeError, match="coarse matte"):
        make_trimap(wrong, (8, 8))
