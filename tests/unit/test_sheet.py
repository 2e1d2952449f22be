"""Print sheets: how many copies, where, and at what size."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipelines.compose.sheet import layout, page_size, sheet_of
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe, Sheet
from pipelines.recipe.sheets import PAPERS
from pipelines.rules.checking import check_cutout
from tests.unit.fakes import fake_service


def sheet(**fields: object) -> Sheet:
    return Sheet.model_validate({"photo_mm": (35, 45), **fields})


@pytest.mark.parametrize(
    ("paper", "photo", "count", "lying"),
    [
        ("10x15", (35, 45), 8, True),
        ("10x15", (51, 51), 2, False),
        ("a4", (35, 45), 32, True),
        ("letter", (51, 51), 20, False),
        ("9x13", (50, 70), 2, True),
    ],
)
def test_as_many_as_fit(paper: str, photo: tuple[int, int], count: int, lying: bool) -> None:
    laid = layout(sheet(paper=paper, photo_mm=photo))
    assert (len(laid.places), laid.page[0] > laid.page[1]) == (count, lying)


@given(
    paper=st.sampled_from([*PAPERS]),
    photo=st.tuples(st.floats(15, 70), st.floats(15, 70)),
    gap=st.floats(0, 10),
    copies=st.none() | st.integers(1, 4),
)
def test_copies_lie_apart_and_on_the_page(
    paper: str, photo: tuple[float, float], gap: float, copies: int | None
) -> None:
    wanted = sheet(paper=paper, photo_mm=photo, gap_mm=gap, copies=copies)
    try:
        laid = layout(wanted)
    except RecipeError:
        return
    assert copies in (None, len(laid.places))
    for index, (x, y) in enumerate(laid.places):
        assert x > 2.9
        assert y > 2.9
        assert x + photo[0] < laid.page[0] - 2.9
        assert y + photo[1] < laid.page[1] - 2.9
        for u, v in laid.places[:index]:
            assert abs(x - u) > photo[0] + gap - 1e-6 or abs(y - v) > photo[1] + gap - 1e-6


def test_what_does_not_fit_says_how_many_do() -> None:
    with pytest.raises(RecipeError, match="8 fit on 10x15 paper, and 9 are wanted"):
        layout(sheet(copies=9))
    with pytest.raises(RecipeError, match="0 fit"):
        layout(sheet(photo_mm=(150, 150)))


def test_copies_are_the_picture_itself_and_marks_point_at_their_edges() -> None:
    picture = np.random.default_rng(1).integers(0, 200, (531, 413, 3), np.uint8)
    wanted = sheet(marks=True)
    page = sheet_of(picture, wanted)
    assert (page.shape[1], page.shape[0]) == page_size(wanted, (413, 531)) == (1770, 1180)
    per_mm = 531 / 45
    columns: set[int] = set()
    for x, y in layout(wanted).places:
        left, top = round(x * per_mm), round(y * per_mm)
        assert (page[top : top + 531, left : left + 413] == picture).all()
        columns |= {left, left + 413}
    marks = np.flatnonzero((page[: round(layout(wanted).places[0][1] * per_mm) - 14] < 255).any(axis=(0, 2)))
    assert all(min(abs(marks - column)) <= 2 for column in columns)
    assert (sheet_of(picture, sheet(marks=False)) != 255).any(axis=2).sum() == 8 * 413 * 531


def test_the_file_prints_at_the_right_size(tmp_path: Path) -> None:
    recipe = Recipe(model="u2netp").changed(
        framing={"size": "413x531"}, background="white", sheet={"photo_mm": (35, 45), "paper": "10x15"}
    )
    bright = np.full((300, 300, 3), 200, np.uint8)
    recipe = recipe.changed(output={"format": "jpg", "max_kb": 20})
    cutout = fake_service(tmp_path).service.cut(bright, recipe)
    image = Image.open(io.BytesIO(cutout.encode()))
    assert image.info["dpi"][0] == pytest.approx(531 / 45 * 25.4, abs=1)
    assert image.width / image.info["dpi"][0] * 25.4 == pytest.approx(150, abs=0.3)
    assert image.height / image.info["dpi"][1] * 25.4 == pytest.approx(100, abs=0.3)


def test_a_copy_is_checked_and_not_the_sheet(tmp_path: Path) -> None:
    recipe = Recipe(model="u2netp", preset="id-us").changed(
        framing={"size": "600x600"},
        background="white",
        sheet={"photo_mm": (51, 51)},
        output={"format": "jpg"},
    )
    service = fake_service(tmp_path).service
    service.faces = lambda _photo: ()  # type: ignore[assignment]
    cutout = service.cut(np.full((300, 300, 3), 200, np.uint8), recipe)
    report = check_cutout(cutout, cutout.encode())
    assert report is not None
    passed = {finding.rule for finding in report.of("pass")}
    assert {"ratios", "longer", "shorter"} <= passed
