"""The figures by which the confidence is judged, on numbers whose answers are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.confidence import (
    Case,
    fit,
    left_out,
    measure,
    rank_correlation,
    reliability,
    roc_area,
    summary,
)
from pipelines.matting.confidence import FLOOR
from tests.scenes import encoded
from tests.unit.fakes import fake_service

values = st.lists(st.integers(0, 5), min_size=2, max_size=20)


def cases(groups: int = 3, count: int = 40) -> list[Case]:
    """Photos that fail the oftener, the more is in dispute."""
    random = np.random.default_rng(5)
    made = []
    for number in range(groups * count):
        dispute = float(np.exp(random.uniform(-6, 0)))
        iou = float(np.clip(1 - dispute * random.uniform(0, 1.5), 0, 1))
        made.append(Case(f"set {number % groups}", str(number), 1 - dispute, dispute, iou, 100 * (1 - iou)))
    return made


@pytest.mark.parametrize(
    ("scores", "area"), [([0.1, 0.2, 0.8, 0.9], 1.0), ([0.9, 0.8, 0.2, 0.1], 0.0), ([0.5] * 4, 0.5)]
)
def test_the_area_under_the_curve(scores: list[float], area: float) -> None:
    assert roc_area(np.array(scores), np.array([True, True, False, False])) == area


def test_no_area_without_a_failure() -> None:
    assert np.isnan(roc_area(np.ones(3), np.zeros(3, bool)))


@given(values)
def test_ranks_follow_any_rising_curve(numbers: list[int]) -> None:
    first = np.array(numbers, float)
    if np.ptp(first):
        assert rank_correlation(first, np.exp(first)) == pytest.approx(1)
        assert rank_correlation(first, -(first**3)) == pytest.approx(-1)
    else:
        assert np.isnan(rank_correlation(first, first))


def test_the_constants_behind_made_up_photos_are_found_again() -> None:
    disputes = np.exp(np.random.default_rng(1).uniform(-6, 0, 5000))
    chance = 1 / (1 + np.exp(1.2 * np.log(disputes + FLOOR) + 2))
    level, slope = fit(disputes, 0.6 + 0.35 * chance)
    assert (level, slope) == pytest.approx((-2, 1.2), abs=0.02)


def test_a_fit_without_failures_stays_finite() -> None:
    assert np.isfinite(fit(np.linspace(0.01, 0.5, 20), np.ones(20))).all()


def test_a_sets_own_photos_have_no_part_in_its_scores() -> None:
    made = cases()
    groups = [case.group for case in made]
    disputes, ious = np.array([c.dispute for c in made]), np.array([c.iou for c in made])
    changed = np.where(np.array(groups) == "set 1", 0.0, ious)
    here = np.array(groups) == "set 1"
    assert (left_out(groups, disputes, ious)[here] == left_out(groups, disputes, changed)[here]).all()
    assert (left_out(groups, disputes, ious)[~here] != left_out(groups, disputes, changed)[~here]).all()


def test_the_table_counts_every_photo() -> None:
    scores = np.array([0.0, 0.49, 0.5, 0.9, 0.95, 1.0])
    rows = reliability(scores, np.array([0.1, 0.9, 0.9, 0.9, 0.9, 0.9])).splitlines()[1:]
    assert sum(int(row.split()[3]) for row in rows) == len(scores)
    assert rows[0].split()[5] == "0.50"


def test_a_summary_of_made_up_photos() -> None:
    text = summary("auto", cases())
    assert text.startswith("auto: 120 photos")
    assert "set left out" in text
    assert "  set 2" in text


def test_a_set_is_measured(tmp_path: Path) -> None:
    for folder in ("im", "gt"):
        (tmp_path / folder).mkdir()
    photo = np.zeros((60, 80, 3), np.uint8)
    photo[20:40, 20:50] = 255
    (tmp_path / "im" / "a.png").write_bytes(encoded(photo))
    (tmp_path / "gt" / "a.png").write_bytes(encoded(photo))
    (case,) = measure(fake_service(tmp_path).service, tmp_path, "u2netp")
    assert (case.photo, case.group) == ("a", tmp_path.name)
    assert case.iou > 0.8
    assert case.score > 0.8
