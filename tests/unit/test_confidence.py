"""How far a cutout can be trusted: what must hold whatever the networks say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.matting.confidence import (
    GRID,
    TRUSTED,
    Confidence,
    away_from_contour,
    dispute_of,
    doubt_of,
    grid_of,
    heat_map,
    judge,
    score_of,
)

SHAPE = (40, 60)
mattes = npst.arrays(np.float32, (12, 18), elements=st.floats(0, 1, width=32))
disputes = st.floats(0, 10)


def block(
    left: float = 0.3, right: float = 0.7, level: float = 1.0, shape: tuple[int, int] = SHAPE
) -> np.ndarray:
    """A subject from one share of the width to another, over the middle of the height."""
    matte = np.zeros(shape, np.float32)
    height, width = shape
    matte[height // 4 : height * 3 // 4, round(left * width) : round(right * width)] = level
    return matte


def photo_of(matte: np.ndarray, contrast: int = 200) -> np.ndarray:
    return np.repeat((20 + matte[..., None] * contrast).astype(np.uint8), 3, axis=2)


def judged(coarse: np.ndarray, *looks: np.ndarray) -> Confidence:
    return judge(coarse, looks, np.rint(coarse * 255).astype(np.uint8), photo_of(coarse))


def test_equal_sure_looks_are_certain() -> None:
    found = judged(block(), block(), block(), block())
    assert found.score > 0.97
    assert found.trusted
    assert found.reasons == ()
    assert not found.doubt.any()


def test_the_score_falls_when_a_look_disagrees() -> None:
    scores = [judged(block(), block(), block(right=right)).score for right in (0.7, 0.75, 0.8, 0.95)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 0.7 < scores[0]


def test_the_doubt_is_where_the_looks_differ() -> None:
    doubt = judged(block(), block(), block(right=0.95)).doubt
    assert doubt[20, 50] == pytest.approx(128, abs=1)
    assert doubt[20, 25] == 0
    assert doubt[5, 5] == 0


def test_a_soft_contour_is_no_failure() -> None:
    soft = np.asarray(np.clip((20 - np.hypot(*(np.mgrid[:100, :100] - 50))) / 2 + 0.5, 0, 1), np.float32)
    assert judged(soft, soft, soft).trusted


def test_a_single_look_is_judged_by_its_own_greyness() -> None:
    scores = [judged(block(level=level)).score for level in (1.0, 0.9, 0.75, 0.6)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < TRUSTED < scores[0]
    assert judged(block(), block(level=0.6)).reasons[0].code == "unsure"


def test_no_looks_count_as_the_matte_alone() -> None:
    assert judged(block(level=0.8)).score == judged(block(level=0.8), block(level=0.8)).score


def test_a_low_score_never_stands_without_words() -> None:
    found = judged(block(), block(), block(right=0.95))
    assert not found.trusted
    assert [reason.code for reason in found.reasons] == ["disagreement"]
    assert found.reasons[0].text.endswith("most of all at the right")


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_nothing_found(looks: int) -> None:
    empty = np.zeros(SHAPE, np.float32)
    found = judged(empty, *[empty] * looks)
    assert found.score == 0
    assert [reason.text for reason in found.reasons] == ["no subject was found"]


def test_looks_that_agree_to_keep_everything_are_not_believed() -> None:
    full = np.ones(SHAPE, np.float32)
    found = judged(full, full, full)
    assert found.score == 0.5
    assert [reason.code for reason in found.reasons] == ["all_kept"]


@given(mattes, st.lists(mattes, max_size=5))
def test_whatever_comes_has_its_ranges(coarse: np.ndarray, looks: list[np.ndarray]) -> None:
    found = judged(coarse, *looks)
    assert 0 <= found.score <= 1
    assert (found.doubt.shape, found.doubt.dtype) == (coarse.shape, np.dtype(np.uint8))
    assert found.dispute >= 0


@given(mattes, st.lists(mattes, min_size=1, max_size=5))
def test_doubt_is_a_share(coarse: np.ndarray, looks: list[np.ndarray]) -> None:
    doubt = doubt_of((coarse > 0.5).astype(np.float32), looks)
    assert doubt.min() >= 0
    assert doubt.max() <= 1


@given(disputes, disputes, st.booleans())
def test_more_dispute_is_never_more_certain(one: float, other: float, alone: bool) -> None:
    low, high = sorted((one, other))
    assert 0 < score_of(high, alone=alone) <= score_of(low, alone=alone) < 1


def test_doubt_counts_less_at_the_contour_and_less_for_a_large_subject() -> None:
    decided = np.zeros((200, 200), np.float32)
    decided[50:150, 50:150] = 1
    rim, away = np.zeros_like(decided), np.zeros_like(decided)
    rim[50, 70:130] = away[100, 70:130] = 1
    assert dispute_of(rim, decided) == pytest.approx(dispute_of(away, decided) / 5)
    larger = np.zeros_like(decided)
    larger[:, 50:150] = 1
    assert dispute_of(away, larger) == pytest.approx(dispute_of(away, decided) / 2**0.65)
    assert dispute_of(rim, decided, alone=True) == 0 < dispute_of(away, larger, alone=True)


@given(disputes)
def test_a_second_opinion_is_worth_something(dispute: float) -> None:
    assert score_of(dispute, alone=True) < score_of(dispute)


def test_the_photos_size_hardly_matters() -> None:
    looks = [block(shape=(320, 320)), block(right=0.8, shape=(512, 512))]
    scores = []
    for shape in ((120, 180), (480, 720), (1600, 2400)):
        matte = block(shape=shape)
        found = judge(looks[0], looks, (matte * 255).astype(np.uint8), photo_of(matte))
        assert max(found.doubt.shape) <= GRID
        scores.append(found.score)
    assert max(scores) - min(scores) < 0.02


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_the_grid_has_the_photos_shape(height: int, width: int) -> None:
    rows, columns = grid_of((height, width))
    assert min(rows, columns) >= 1
    assert max(rows, columns) == min(GRID, max(height, width))


def test_without_a_contour_every_place_counts() -> None:
    assert (away_from_contour(np.ones((4, 5), np.float32)) == 1).all()


def test_the_heat_map_is_clear_where_there_is_no_doubt() -> None:
    picture = heat_map(np.array([[0, 60, 255]], np.uint8))
    assert picture.shape == (1, 3, 4)
    assert picture[0, 0, 3] == 0
    assert 0 < picture[0, 1, 3] < picture[0, 2, 3]
    assert picture[0, 2, 1] < picture[0, 1, 1]  # less green: nearer to red
