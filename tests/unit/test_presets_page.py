"""The page about presets says what the data says."""

from __future__ import annotations

from pipelines.presets import presets
from scripts.presets_table import PAGE, filled


def test_the_tables_are_those_of_the_data() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "run: python -m scripts.presets_table"


def test_every_preset_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in presets())
