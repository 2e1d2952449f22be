"""Edges at full resolution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from pipelines.errors import ShapeError
from pipelines.matting.evidence import weigh_evidence
from pipelines.matting.refine import enlarged, refine_matte
from pipelines.matting.trimap import UNKNOWN, make_trimap
from tests.scenes import Scene, ball

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
sides = st.integers(1, 24)
mattes = npst.arrays(np.float32, st.tuples(sides, sides), elements=st.floats(0, 1, width=32))


def coarse_of(matte: Bytes, side: int, blur: float = 0) -> Floats:
    """A matte as a network gives it: small, square and blurred by so many of its pixels."""
    small = cv2.resize(matte, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(small, (0, 0), blur) if blur else small, np.float32)


def error(found: Bytes, scene: Scene) -> float:
    """Mean absolute error of a matte where it matters: on the band of the coarsest one used here."""
    band = make_trimap(coarse_of(scene.matte, 40, 1), found.shape) == UNKNOWN
    return float(np.abs(found[band].astype(float) - scene.matte[band]).mean() / 255)


def lines(side: int = 800, thick: int = 3, count: int = 24) -> Scene:
    """Spokes from the middle, on a grained backdrop."""
    matte = np.zeros((side, side), np.uint8)
    for angle in np.linspace(0, 2 * np.pi, count, endpoint=False):
        end = side / 2 + side * 0.42 * np.array([np.cos(angle), np.sin(angle)])
        centre = np.full(2, side / 2)
        ends = [tuple(np.rint(point * 16).astype(int).tolist()) for point in (centre, end)]
        cv2.line(matte, ends[0], ends[1], (255,), thick, cv2.LINE_AA, 4)
    cv2.circle(matte, (side // 2, side // 2), side // 8, (255,), -1, cv2.LINE_AA)
    noise = np.random.default_rng(5).normal(0, 3, (side, side, 3))
    share = (matte / 255)[..., np.newaxis]
    mixed = share * (40, 45, 60) + (1 - share) * (190, 180, 160) + noise
    foreground = np.full((side, side, 3), (40, 45, 60), np.uint8)
    return Scene(np.rint(mixed).clip(0, 255).astype(np.uint8), matte, foreground)


@pytest.mark.parametrize("side", [60, 120])
@pytest.mark.parametrize("blur", [0.0, 1.0])
def test_a_product_edge_gets_sharp_again(side: int, blur: float) -> None:
    scene = ball(1200, 900)
    coarse = coarse_of(scene.matte, side, blur)
    before = error(enlarged(coarse, scene.matte.shape), scene)
    assert error(refine_matte(scene.pixels, coarse), scene) < before / 3


def test_thin_spokes_come_back() -> None:
    scene = lines()
    coarse = coarse_of(scene.matte, 160)
    before = error(enlarged(coarse, scene.matte.shape), scene)
    assert error(refine_matte(scene.pixels, coarse), scene) < before / 2


@pytest.mark.parametrize("seed", [1, 2])
def test_colours_that_tell_nothing_change_nothing(seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    coarse = coarse_of(ball(400, 300).matte, 40, 1)
    change = refine_matte(pixels, coarse).astype(int) - enlarged(coarse, (300, 400))
    assert np.abs(change).mean() < 1


def test_subject_and_background_of_one_colour_keep_the_coarse_matte() -> None:
    pixels = np.full((300, 400, 3), (90, 120, 60), np.uint8)
    coarse = coarse_of(ball(400, 300).matte, 40, 1)
    assert (refine_matte(pixels, coarse) == enlarged(coarse, (300, 400))).all()


def test_a_true_matte_at_full_size_stays() -> None:
    scene = ball(600, 600)
    refined = refine_matte(scene.pixels, np.float32(1 / 255) * scene.matte)
    assert np.abs(refined.astype(int) - scene.matte).mean() < 0.5


def furry(side: int = 600, *, seed: int = 3) -> Scene:
    """A round subject with a soft edge; both layers have the same grained texture, little apart."""
    random = np.random.default_rng(seed)
    scene = ball(side, side, softness=4)
    grain = cv2.GaussianBlur(random.normal(0, 1, (side, side, 3)).astype(np.float32), (0, 0), 1.5) * 90
    share = (scene.matte / np.float32(255))[..., np.newaxis]
    mixed = share * (150, 120, 90) + (1 - share) * (105, 110, 95) + grain
    return Scene(np.rint(mixed).clip(0, 255).astype(np.uint8), scene.matte, scene.foreground)


@pytest.mark.parametrize("side", [150, 300, 600])
def test_colours_that_err_on_sure_pixels_harm_no_good_matte(side: int) -> None:
    scene = furry()
    coarse = coarse_of(scene.matte, side)
    before = error(enlarged(coarse, scene.matte.shape), scene)
    assert error(refine_matte(scene.pixels, coarse), scene) < before + 0.008


def test_a_grey_region_is_not_decided_by_its_colour() -> None:
    random = np.random.default_rng(4)
    grain = cv2.GaussianBlur(random.normal(0, 1, (600, 600, 3)).astype(np.float32), (0, 0), 2) * 110
    pixels = np.full((600, 600, 3), (175, 165, 150), np.float32)
    pixels[:, 300:] = (60, 55, 60)
    pixels[200:320, 240:300] = (80, 75, 75)
    matte = np.repeat((np.arange(600) >= 300)[np.newaxis], 600, axis=0).astype(np.uint8) * 255
    coarse = coarse_of(matte, 300)
    coarse[100:160, 120:150] = 0.4
    shadow = refine_matte((pixels + grain).clip(0, 255).astype(np.uint8), coarse)[215:305, 250:290]
    assert np.abs(shadow.astype(int) - 102).mean() < 5


def test_a_straight_product_edge_is_sharp_and_in_place() -> None:
    matte = np.zeros((800, 1200), np.uint8)
    cv2.fillConvexPoly(matte, np.array([[300, 150], [930, 150], [930, 650], [300, 650]], np.int32), (255,))
    share = (matte / 255)[..., np.newaxis]
    noise = np.random.default_rng(8).normal(0, 2, (800, 1200, 3))
    mixed = share * (45, 70, 120) + (1 - share) * (240, 240, 240) + noise
    refined = refine_matte(np.rint(mixed).clip(0, 255).astype(np.uint8), coarse_of(matte, 320, 1))
    rows = refined[250:550, 250:350]
    assert (np.abs(np.argmax(rows > 127, axis=1) - 50) <= 1).all()
    assert (((rows > 12) & (rows < 243)).sum(axis=1) <= 2).all()


@settings(deadline=None)
@given(mattes, sides, sides, st.integers(0, 2**32 - 1))
def test_sure_regions_are_untouched(coarse: Floats, height: int, width: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    refined = refine_matte(pixels, coarse)
    sure = make_trimap(coarse, (height, width)) != UNKNOWN
    assert refined.shape == (height, width)
    assert refined.dtype == np.uint8
    assert (refined[sure] == enlarged(coarse, (height, width))[sure]).all()


@pytest.mark.parametrize("value", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (300, 1), (40, 50), (2, 40_000)])
def test_pictures_without_sure_subject_or_background(value: float, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (*size, 3), dtype=np.uint8)
    refined = refine_matte(pixels, np.full((32, 32), value, np.float32))
    assert (refined == round(value * 255)).all()


@settings(deadline=None)
@given(mattes, sides, sides, npst.arrays(np.uint8, 3))
def test_a_photo_of_one_colour_tells_nothing(coarse: Floats, height: int, width: int, colour: Bytes) -> None:
    pixels = np.full((height, width, 3), colour, np.uint8)
    change = refine_matte(pixels, coarse).astype(int) - enlarged(coarse, (height, width))
    assert np.abs(change).max() <= 1


def test_one_photo_at_two_sizes_gives_nearly_the_same_matte() -> None:
    large = ball(3000, 2000, softness=8)
    size = (1000, 1500)
    small = np.asarray(cv2.resize(large.pixels, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    coarse = coarse_of(large.matte, 320, 1)
    full = refine_matte(large.pixels, coarse)
    shrunk = cv2.resize(full, size[::-1], interpolation=cv2.INTER_AREA)
    difference = np.abs(refine_matte(small, coarse).astype(int) - shrunk)
    assert difference.mean() < 0.2
    assert np.percentile(difference, 99.9) < 12


def test_a_square_matte_fits_a_long_photo() -> None:
    scene = ball(1600, 400)
    coarse = coarse_of(scene.matte, 64)
    assert error(refine_matte(scene.pixels, coarse), scene) < error(enlarged(coarse, (400, 1600)), scene) / 2


@pytest.fixture
def any_threads() -> Iterator[None]:
    before = cv2.getNumThreads()
    yield
    cv2.setNumThreads(before)


@pytest.mark.usefixtures("any_threads")
def test_the_number_of_threads_changes_nothing() -> None:
    scene = ball(1301, 997, softness=6)
    coarse = coarse_of(scene.matte, 80, 1)
    results = []
    for threads in (1, 2, 5):
        cv2.setNumThreads(threads)
        results.append(refine_matte(scene.pixels, coarse).astype(int))
    assert np.abs(results[0] - results[1]).max() <= 2
    assert np.abs(results[0] - results[2]).max() <= 2


def test_views_and_read_only_arrays_give_the_same() -> None:
    scene = ball(90, 70)
    coarse = coarse_of(scene.matte, 16)
    reference = refine_matte(scene.pixels, coarse)
    pixels, matte = np.asfortranarray(scene.pixels), np.asfortranarray(coarse)
    pixels.flags.writeable = matte.flags.writeable = False
    assert (refine_matte(pixels, matte) == reference).all()


def test_evidence_is_no_larger_than_its_grid() -> None:
    pixels = np.zeros((3000, 4000, 3), np.uint8)
    evidence = weigh_evidence(pixels, np.zeros((320, 320), np.float32))
    assert evidence.trust.size <= 201_000
    assert evidence.lines.shape == (4, *evidence.trust.shape)


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_photo_is_refused(wrong: Any) -> None:
    with pytest.raises(ShapeError, match="pixels"):
        refine_matte(wrong, np.zeros((4, 4), np.float32))


def test_what_is_no_matte_is_refused() -> None:
    with pytest.raises(ShapeError, match="coarse matte"):
        refine_matte(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4, 2), np.float32))
