"""Names of a batch's results: no two photos get one place."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines import naming
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Names, Order, Variant
from pipelines.errors import RecipeError
from pipelines.export.bundle import names
from pipelines.product_table import ProductTable, Row
from pipelines.recipe import Recipe

TODAY = date(2026, 3, 9)
FOLDERS = st.sampled_from(["", "a", "A", "a/b", "b"])
STEMS = st.sampled_from(
    [
        *(
            "x",
            "X",
            "x-2",
            "x-2-2",
            "x-b",
            "1",
            "2",
            "12",
            "x1",
            "x12",
            "x 1",
            "\u00e9",
            "e\u0301",
            "IMG_0001",
        ),
        *(
            "SKU_1",
            "SKU-1",
            "SKU (1)",
            "sku.MAIN",
            "SKU_front_1",
            "x-8bit",
            "x-1-8bit",
            "con",
            ".",
            "a?",
            "a*",
        ),
    ]
)
PIECES = st.sampled_from(
    [
        *(
            "{stem}",
            "{sku}",
            "{view}",
            "{shot}",
            "{shot:2}",
            "{n}",
            "{n:3}",
            "{width}",
            "{height}",
            "{model}",
        ),
        *("{preset}", "{date}", "-", "_", "x", "1", "."),
    ]
)
PATTERNS = st.lists(PIECES, min_size=1, max_size=4).map("".join)


def order_of(*patterns: str, products: ProductTable | None = None, **output: Any) -> Order:
    recipes = [Recipe.read({"model": "fast", "output": {"name": name, **output}}) for name in patterns]
    return Order.of([Variant(f"v{number}", recipe) for number, recipe in enumerate(recipes)], products)


def give(order: Order, paths: list[str]) -> list[dict[str, str]]:
    given = Names(order, today=TODAY)
    return [given.give(PurePosixPath(path), number) for number, path in enumerate(paths, 1)]


def files(order: Order, places: list[dict[str, str]], sizes: list[tuple[int, int]]) -> list[str]:
    """The files that come out, as a file system sees them that holds much for equal."""
    found = []
    for place, (width, height) in zip(places, sizes, strict=True):
        for variant in order.variants:
            path = PurePosixPath(place[variant.name])
            stem = naming.safe(naming.filled(path.name, {"width": width, "height": height}))
            found += [(path.parent / name).as_posix() for name in names(stem, variant.recipe.output)]
    return [unicodedata.normalize("NFC", name).casefold() for name in found]


@example([("", "x-5"), ("", "x")], "{stem}-{width}-{view}", [(1, 1)] * 6)
@example([("", "x-2"), ("", "x"), ("a", "x"), ("a", "X")], "{stem}-{width}", [(2, 2)] * 6)
@example([("", "x"), ("", "x-8bit")], "{stem}", [(1, 1)] * 6)
@given(
    st.lists(st.tuples(FOLDERS, STEMS), unique=True, max_size=6),
    PATTERNS,
    st.lists(st.tuples(st.integers(10, 21), st.integers(10, 12)), min_size=6, max_size=6),
)
def test_no_two_photos_get_one_place(
    paths: list[tuple[str, str]], pattern: str, sizes: list[tuple[int, int]]
) -> None:
    try:
        order = order_of(pattern, "{stem}-x", also=["png8"])
    except RecipeError:
        return
    told = [(PurePosixPath(folder) / f"{stem}.jpg").as_posix() for folder, stem in paths]
    found = files(order, give(order, told), sizes[: len(told)])
    assert len(set(found)) == 4 * len(paths)


@pytest.mark.parametrize(
    ("pattern", "paths", "expected"),
    [
        ("{sku}", ["A_1.jpg", "A_2.jpg", "b/A_3.jpg"], ["A", "A-2", "b/A"]),
        ("{sku}-{shot:2}", ["A_9.jpg", "B_4.jpg", "A_2.jpg"], ["A-01", "B-01", "A-02"]),
        ("{sku}.{view}", ["A.MAIN.jpg", "A-PT01.jpg", "A.jpg"], ["A.MAIN", "A.PT01", "A"]),
        ("{sku}_{model}", ["A.jpg"], ["A_fast"]),
        ("{sku}_{width}", ["A_1.jpg", "A_2.jpg"], ["A_{width}", "A_{width}-b"]),
    ],
)
def test_names_by_product(pattern: str, paths: list[str], expected: list[str]) -> None:
    assert [places["v0"] for places in give(order_of(pattern), paths)] == expected


def test_a_table_goes_before_the_name() -> None:
    table = ProductTable.of([Row("IMG_0001", "X/1"), Row("b\\IMG_2.jpg", "Y", "back")])
    order = Order.read(order_of("{sku}-{view}", products=table).to_json())
    assert order.products == table
    assert [places["v0"] for places in give(order, ["IMG_0001.jpg", "b/IMG_2.jpg", "C_2.jpg"])] == [
        "X-1",
        "b/Y-back",
        "C-2",
    ]


def test_photos_that_come_later_are_counted_on() -> None:
    with Ledger(Path(":memory:")) as ledger:
        order = order_of("{sku}-{shot}")
        ledger.enter(order, {"A_1.jpg": "1"})
        ledger.enter(order, {"A_1.jpg": "1", "A_2.jpg": "1", "B_1.jpg": "1"})
        assert [item.places["v0"] for item in ledger.items()] == ["A-1", "A-2", "B-1"]
