"""The subject's own colour on its soft edge."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from pipelines.errors import ShapeError
from pipelines.matting import foreground as module
from pipelines.matting.foreground import estimate_foreground
from pipelines.matting.layers import estimate_layers
from tests.scenes import Scene, ball

Bytes = NDArray[np.uint8]
sides = st.integers(1, 24)
sizes = st.tuples(sides, sides)


def patterned(side: int, softness: float, seed: int = 0) -> Scene:
    """A wavy disc of one smooth pattern over another, with a known colour at every pixel."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
    radius = 0.3 + 0.03 * np.sin(9 * np.arctan2(y, x))
    matte = np.rint(np.clip((radius - np.hypot(x, y)) * side / softness + 0.5, 0, 1) * 255).astype(np.uint8)
    subject = waves(x, y, (230, 150, 60), seed)
    mixed = (
        subject * (matte / 255)[..., None]
        + waves(y, -x, (40, 110, 190), seed + 1) * (1 - matte / 255)[..., None]
    )
    return Scene(np.rint(mixed).astype(np.uint8), matte, np.rint(subject).astype(np.uint8))


def waves(
    x: NDArray[np.float32], y: NDArray[np.float32], colour: tuple[int, int, int], seed: int
) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, 3, (*x.shape, 3))
    ripple = 15 * np.sin(14 * x + 5 * y)[..., None]
    mixed = np.array(colour, np.float32) + ripple + 25 * y[..., np.newaxis] + noise
    return np.asarray(mixed.clip(0, 255), np.float32)


def edge_error(estimated: Bytes, scene: Scene) -> float:
    """Mean absolute colour error on the soft edge, 1 is full scale."""
    edge = (scene.matte > 5) & (scene.matte < 250)
    return float(np.abs(estimated[edge].astype(float) - scene.foreground[edge]).mean() / 255)


@pytest.mark.parametrize(
    ("side", "softness", "bound"),
    [(48, 4, 0.04), (200, 3, 0.03), (200, 25, 0.03), (500, 60, 0.03), (1500, 12, 0.025), (1500, 150, 0.03)],
)
def test_the_edge_is_freed_from_the_background(side: int, softness: float, bound: float) -> None:
    scene = patterned(side, softness)
    left_alone = edge_error(scene.pixels, scene)
    error = edge_error(estimate_foreground(scene.pixels, scene.matte), scene)
    assert error < bound
    assert error < left_alone / 5


def test_a_plain_ball_gets_its_colour_back() -> None:
    scene = ball(softness=8)
    assert edge_error(estimate_foreground(scene.pixels, scene.matte), scene) < 0.02


def test_single_hairs_get_their_colour_back() -> None:
    scene = patterned(400, 3)
    hairs = np.zeros((400, 400), np.uint8)
    for x in range(150, 250, 7):
        cv2.line(hairs, (x, 150), (2 * x - 200, 20), (200,), 1, cv2.LINE_AA)
    share = (hairs / 255)[..., None]
    pixels = np.rint(scene.foreground * share + scene.pixels * (1 - share)).astype(np.uint8)
    # Two coverings one over the other: what is left of the background is a product.
    matte = np.rint(255 - (255.0 - hairs) * (255.0 - scene.matte) / 255).astype(np.uint8)
    haired = Scene(pixels, matte, scene.foreground)
    assert edge_error(estimate_foreground(pixels, matte), haired) < 0.045


def test_at_least_as_good_as_the_published_implementation() -> None:
    from pymatting.foreground.estimate_foreground_ml import estimate_foreground_ml

    scene = patterned(160, 10)
    theirs = estimate_foreground_ml(scene.pixels / 255, scene.matte / 255)
    ours = estimate_foreground(scene.pixels, scene.matte)
    edge = (scene.matte > 25) & (scene.matte < 250)
    assert edge_error(ours, scene) <= edge_error(np.rint(theirs * 255).astype(np.uint8), scene)
    assert np.abs(ours[edge] / 255 - theirs[edge]).mean() < 0.03


@settings(deadline=None)
@given(npst.arrays(np.uint8, sizes), st.integers(0, 255), st.integers(0, 2**32 - 1))
def test_pixels_off_the_edge_are_untouched(matte: Bytes, flat: int, seed: int) -> None:
    matte[matte > 200], matte[matte < 60] = 255, 0
    pixels = np.random.default_rng(seed).integers(0, 256, (*matte.shape, 3), dtype=np.uint8)
    pixels[: len(pixels) // 2] = flat
    kept = pixels.copy(), matte.copy()
    result = estimate_foreground(pixels, matte)
    sure = (matte == 0) | (matte == 255)
    assert result.shape == pixels.shape
    assert result.dtype == np.uint8
    assert (result[sure] == pixels[sure]).all()
    assert (pixels == kept[0]).all()
    assert (matte == kept[1]).all()


@settings(deadline=None)
@given(npst.arrays(np.uint8, sizes), npst.arrays(np.uint8, 3))
def test_one_colour_stays_one_colour(matte: Bytes, colour: Bytes) -> None:
    pixels = np.full((*matte.shape, 3), colour, np.uint8)
    assert np.abs(estimate_foreground(pixels, matte).astype(int) - colour).max() <= 1


@settings(deadline=None)
@given(
    npst.arrays(np.uint8, st.tuples(st.integers(16, 40), st.integers(16, 40))),
    st.sampled_from((1, 2, 4, 8, 16)),
)
def test_layers_are_colours_at_every_scale(matte: Bytes, scale: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*matte.shape, 3), dtype=np.uint8)
    layers = estimate_layers(pixels, matte, scale)
    assert layers.shape == (2, 3, matte.shape[0] // scale, matte.shape[1] // scale)
    assert layers.min() >= 0
    assert layers.max() <= 255


@pytest.mark.parametrize("scale", [2, 4, 8, 16])
def test_the_photo_is_explained_whatever_the_scale(scale: int) -> None:
    scene = patterned(320, 30)
    fine, coarse = (estimate_layers(scene.pixels, scene.matte, side)[0] for side in (1, scale))
    inside = cv2.resize(scene.matte, coarse.shape[:0:-1], interpolation=cv2.INTER_AREA) > 25
    means = np.stack([cv2.resize(plane, coarse.shape[:0:-1], interpolation=cv2.INTER_AREA) for plane in fine])
    assert np.abs(coarse - means)[:, inside].mean() < 6


@pytest.mark.parametrize("value", [0, 1, 128, 254, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (300, 1), (40, 50), (2, 40_000), (1300, 1300)])
def test_flat_mattes_of_any_shape(value: int, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (*size, 3), dtype=np.uint8)
    result = estimate_foreground(pixels, np.full(size, value, np.uint8))
    assert result.shape == pixels.shape
    assert (result == pixels).all() or 0 < value < 255


@pytest.mark.parametrize(("soft", "sure"), [(0.2, 0), (0.5, 0), (0.9, 0), (0.5, 255), (0.8, 255)])
def test_a_layer_never_seen_alone_is_still_found(soft: float, sure: int) -> None:
    matte = np.full((90, 120), sure, np.uint8)
    matte[20:60, 30:90] = round(soft * 255)
    share = matte[..., None] / 255
    pixels = np.rint(share * (200, 40, 40) + (1 - share) * (60, 90, 200)).astype(np.uint8)
    result = estimate_foreground(pixels, matte)
    assert np.abs(result[20:60, 30:90] - np.array((200.0, 40, 40))).mean() < 2


def test_no_edge_gives_a_new_copy_of_the_photo() -> None:
    scene = patterned(60, 4)
    hard = np.where(scene.matte > 127, 255, 0).astype(np.uint8)
    result = estimate_foreground(scene.pixels, hard)
    assert (result == scene.pixels).all()
    assert not np.shares_memory(result, scene.pixels)


@pytest.fixture
def any_threads() -> Iterator[None]:
    before = cv2.getNumThreads()
    yield
    cv2.setNumThreads(before)


@pytest.mark.usefixtures("any_threads")
def test_the_number_of_threads_changes_nothing() -> None:
    scene = patterned(1301, 40)
    results = []
    for threads in (1, 2, 5):
        cv2.setNumThreads(threads)
        results.append(estimate_foreground(scene.pixels, scene.matte).tobytes())
    assert results[0] == results[1] == results[2]


def test_views_and_read_only_arrays_give_the_same() -> None:
    scene = patterned(90, 8)
    reference = estimate_foreground(scene.pixels, scene.matte)
    pixels, matte = np.asfortranarray(scene.pixels), np.asfortranarray(scene.matte)
    pixels.flags.writeable = matte.flags.writeable = False
    assert (estimate_foreground(pixels, matte) == reference).all()
    scene.pixels.flags.writeable = scene.matte.flags.writeable = False
    assert (estimate_foreground(scene.pixels, scene.matte) == reference).all()


def test_mirrored_photos_give_mirrored_colours() -> None:
    scene = patterned(128, 12)
    straight = estimate_foreground(scene.pixels, scene.matte).astype(int)
    mirrored = estimate_foreground(scene.pixels[:, ::-1], scene.matte[:, ::-1])[:, ::-1]
    assert np.abs(straight - mirrored).mean() < 0.1


@pytest.mark.parametrize(
    ("height", "width", "soft", "scale"),
    [
        (1, 1, 1, 1),
        (1000, 1000, 50_000, 1),
        (1000, 1000, 300_000, 2),
        (3000, 4000, 500_000, 4),
        (6000, 8000, 2_000_000, 8),
        (6000, 8000, 48_000_000, 16),
        (90, 65_000, 100, 2),
        (90, 70_000, 100, 4),
        (2, 400_000, 800_000, 1),
    ],
)
def test_the_grid_is_as_fine_as_its_limits_allow(height: int, width: int, soft: int, scale: int) -> None:
    assert module._scale(height, width, soft) == scale


@pytest.mark.parametrize(
    ("pixels", "matte"),
    [
        (np.zeros((4, 5, 3), np.uint8), np.zeros((5, 4), np.uint8)),
        (np.zeros((4, 5, 4), np.uint8), np.zeros((4, 5), np.uint8)),
        (np.zeros((4, 5, 3), np.float32), np.zeros((4, 5), np.uint8)),
        (np.zeros((4, 5, 3), np.uint8), np.zeros((4, 5), np.float32)),
        (np.zeros((4, 5, 3), np.uint8), np.zeros((4, 5, 1), np.uint8)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(pixels: Bytes, matte: Bytes) -> None:
    with pytest.raises(ShapeError):
        estimate_foreground(pixels, matte)
