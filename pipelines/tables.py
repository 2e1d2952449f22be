"""Tables as CSV files, which spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet, and may be a dangerous one:
https://owasp.org/www-community/attacks/CSV_Injection."""


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """A table with a line of headings; its lines end as RFC 4180 has them.

    Words that a spreadsheet would take for a formula get an apostrophe in front; numbers stay.

    Args:
        columns: the headings, which are the keys of the rows.
        rows: the cells; None is an empty one.
    """
    text = io.StringIO()
    # Python before 3.13 puts quotes round a line's end of its own kind only: with "\n", a cell's "\r"
    # would begin a new line. https://www.rfc-editor.org/rfc/rfc4180 ends lines with both.
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
