"""Tables for spreadsheets."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from pipelines.tables import csv_text


@given(st.lists(st.tuples(st.text(), st.integers() | st.none()), max_size=5))
def test_cells_come_back_and_none_is_a_formula(rows: list[tuple[str, int | None]]) -> None:
    text = csv_text(["name", "count"], [{"name": name, "count": count} for name, count in rows])
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["count"] for row in read] == ["" if count is None else str(count) for _, count in rows]
    for row, (name, _) in zip(read, rows, strict=True):
        assert row["name"] in (name, f"'{name}")
        assert not row["name"].startswith(("=", "+", "-", "@", "\t", "\r"))
