"""Which product a photo shows: from its name, or from a table."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import RecipeError
from pipelines.product_table import ProductTable, Row, read_table
from pipelines.products import Shown, shown_by, told_by


@pytest.mark.parametrize(
    ("stem", "sku", "view"),
    [
        ("SKU_1", "SKU", "1"),
        ("SKU-02", "SKU", "02"),
        ("SKU (3)", "SKU", "3"),
        ("SKU_front", "SKU", "front"),
        ("SKU.MAIN", "SKU", "MAIN"),
        ("SKU.PT01", "SKU", "PT01"),
        ("B000123456", "B000123456", ""),
        ("4006381333931_2", "4006381333931", "2"),
        ("AB-12-RED", "AB-12-RED", ""),
        ("AB-12-RED-1", "AB-12-RED", "1"),
        ("SHOE-42", "SHOE-42", ""),
        ("AB.1234", "AB.1234", ""),
        ("TS-M Front", "TS-M", "Front"),
        ("bag_red", "bag", "red"),
        ("bag_red_front", "bag_red", "front"),
        ("bag_front_2", "bag", "front_2"),
        ("bag-front (2)", "bag", "front-2"),
        ("front", "front", ""),
        ("1", "1", ""),
        ("SAM-12", "SAM", "12"),
    ],
)
def test_what_sellers_call_their_photos(stem: str, sku: str, view: str) -> None:
    assert told_by(stem) == Shown(sku, view)


@pytest.mark.parametrize(
    "stem",
    [
        *("IMG_1234", "DSC0001", "_DSC1234", "_MG_1234", "P1010001", "PXL_20230101_123456", "photo (3)"),
        *("IMG-20230101-WA0001", "20230101_120000", "WhatsApp Image 2023-01-01 at 10.00", "untitled", ""),
    ],
)
def test_what_cameras_call_them_tells_nothing(stem: str) -> None:
    assert told_by(stem) is None
    assert shown_by(stem) == Shown(stem)


@given(st.text(max_size=60))
def test_nothing_of_a_name_is_made_up(stem: str) -> None:
    shown = told_by(stem)
    if shown is not None:
        assert shown.sku
        assert stem.strip().startswith(shown.sku)
        assert shown.view == "" or shown.view.split("-")[-1] in stem


def table(tmp_path: Path, data: bytes) -> ProductTable:
    path = tmp_path / "products.csv"
    path.write_bytes(data)
    return read_table(path)


TEXT = "file,sku\na.jpg,X1\nb/c.png,\u00dc 2\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace(",", ";").replace("\n", "\r\n").encode("cp1252"),
        TEXT.replace(",", "\t").encode("utf-16"),
        ("sep=;\n" + TEXT.replace(",", ";")).encode("utf-8-sig"),
        b" SKU , Filename \nX1,a.jpg" + "\n\u00dc 2,b/c.png\n\n,\n".encode(),
    ],
)
def test_tables_as_spreadsheets_write_them(tmp_path: Path, data: bytes) -> None:
    products = table(tmp_path, data)
    assert products.shown_by(PurePosixPath("x/A.JPG")) == Shown("X1")
    assert products.shown_by(PurePosixPath("b/c.png")) == Shown("\u00dc 2")
    assert products.shown_by(PurePosixPath("d.png")) is None
    assert products.left_over([PurePosixPath("q/a.jpg")]) == ["b/c.png"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column called file"),
        ("file,number\na,b\n", "no column called sku. .* it says file, number"),
        ("file,sku\na.jpg,\n", "no SKU for a.jpg in line 2 of products.csv"),
        ("sep=,\nfile,sku\n,x\n", "no file in line 3"),
        ("file,sku\na.jpg,4.00638E+12\n", "shortened"),
        ("file,sku\na.jpg,1\nA.jpg,2\n", "two numbers, 1 and 2"),
        ("PK\x03\x04", "workbook"),
        ('file,sku\na.jpg,"' + "x" * 200_000, "no CSV file"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        table(tmp_path, text.encode())


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="can't be read"):
        read_table(tmp_path / "none.csv")


def test_one_product_may_have_many_photos() -> None:
    products = ProductTable.of([Row("a", "X"), Row("b", "X"), Row("a", "X")])
    assert [row.file for row in products.rows] == ["a", "b"]
