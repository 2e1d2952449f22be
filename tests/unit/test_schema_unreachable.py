"""A ledger that can't be opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.batch.schema import open_ledger
from pipelines.errors import LedgerUnusable


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()

    with pytest.raises(LedgerUnusable, match="can't be read or written"):
        open_ledger(tmp_path / "ledger")
