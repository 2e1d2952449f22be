"""The measures of the quality benchmark, on mattes whose worth is known."""

from __future__ import annotations

from math import nan
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.quality import Row, Scores, pairs, score, table


def square(level: int = 255) -> np.ndarray:
    """A square of 40x40 in a picture of 100x100."""
    matte = np.zeros((100, 100), np.uint8)
    matte[30:70, 30:70] = level
    return matte


def test_the_truth_is_perfect() -> None:
    assert score(square(), square()) == Scores(0, 0, 0, 0, 1, 1)


def test_an_empty_matte_misses_all_of_the_subject() -> None:
    scores = score(np.zeros((100, 100), np.uint8), square())
    assert scores.mae == pytest.approx(160)
    assert scores.mse == pytest.approx(160)
    assert scores.iou == scores.biou == 0


def test_half_transparent_counts_half() -> None:
    scores = score(square(51), square())
    assert scores.mae == pytest.approx(160 * 0.8)
    assert scores.mse == pytest.approx(160 * 0.64)


def test_an_error_far_from_the_contour_is_not_in_the_band() -> None:
    wrong = square()
    wrong[5:10, 5:10] = 255
    scores = score(wrong, square())
    assert scores.mae == pytest.approx(2.5)
    assert scores.edge == 0
    assert scores.biou == 1


def test_a_shifted_edge_costs_in_the_band() -> None:
    scores = score(np.roll(square(), 1, axis=1), square())
    assert scores.mae == pytest.approx(8)
    assert scores.edge > 5 * scores.mae
    assert scores.grad > 0


def test_unjudged_pixels_do_not_count() -> None:
    truth = square()
    truth[:20] = 128
    wrong = square()
    wrong[:20] = 255
    assert score(wrong, truth).mae == 0


def test_grey_is_judged_in_a_soft_truth() -> None:
    truth = square()
    truth[0, :3] = (10, 128, 200)
    assert score(square(), truth).mae > 0


def test_nothing_and_everything_have_no_contour() -> None:
    empty = np.zeros((10, 10), np.uint8)
    assert score(empty, empty) == Scores(0, 0, 0, 0, 1, 1)
    assert score(255 - empty, 255 - empty) == Scores(0, 0, 0, 0, 1, 1)


def test_photos_and_truths_meet_by_stem(tmp_path: Path) -> None:
    for folder, names in (("im", ("a.jpg", "b.png")), ("gt", ("a.png", "c.png"))):
        (tmp_path / folder).mkdir()
        for name in names:
            Image.new("L", (4, 4)).save(tmp_path / folder / name)
    assert [(photo.name, truth.name) for photo, truth in pairs(tmp_path)] == [("a.jpg", "a.png")]


def test_the_table_compares_with_the_best_single_network() -> None:
    rows = {
        name: Row(Scores(mae, 0, 0, 0, 1, 1), 0.9, 1)
        for name, mae in (("u2netp", 40), ("modnet", 20), ("auto", 15))
    }
    *_, last = table(rows).splitlines()
    assert last.endswith("-25%")


def test_where_rembg_ran_its_best_is_what_counts() -> None:
    rows = {
        name: Row(Scores(mae, 0, 0, 0, 1, 1), sure, 1)
        for name, mae, sure in (("rembg u2netp", 60, nan), ("u2netp", 40, 0.9), ("auto", 15, 0.9))
    }
    _, theirs, single, auto = table(rows).splitlines()
    assert (single.split()[-1], auto.split()[-1]) == ("-33%", "-75%")
    assert "nan" not in theirs
