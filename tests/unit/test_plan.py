"""Which networks a name stands for, and how their mattes become one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.models.known import MODELS
from pipelines.models.plan import NICKNAMES, fuse, members

mattes = npst.arrays(np.float32, (4, 4), elements=st.floats(0, 1, width=32))


def test_names_stand_for_catalogue_entries() -> None:
    for name in ("auto", *NICKNAMES, *MODELS):
        assert set(members(name)) <= set(MODELS)


def test_a_model_stands_for_itself() -> None:
    assert members("modnet") == ("modnet",)
    assert members("fast") == ("u2netp",)


def test_the_quickest_comes_first() -> None:
    assert members("auto")[0] == "u2netp"


@given(mattes, mattes)
def test_fusing_stays_in_range(first: np.ndarray, second: np.ndarray) -> None:
    fused = fuse([first, second])
    assert fused.min() >= 0
    assert fused.max() <= 1


@given(mattes)
def test_one_matte_is_left_alone(matte: np.ndarray) -> None:
    assert fuse([matte]) is matte


def test_agreement_is_kept_and_doubt_decided() -> None:
    sure, unsure = np.ones((2, 2), np.float32), np.full((2, 2), 0.7, np.float32)
    assert (fuse([sure, sure]) == 1).all()
    assert (fuse([sure, unsure]) > 0.95).all()


def test_the_largest_size_wins() -> None:
    assert fuse([np.zeros((4, 4), np.float32), np.zeros((8, 8), np.float32)]).shape == (8, 8)
