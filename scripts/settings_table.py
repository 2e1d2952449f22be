"""Write the table of docs/settings.md from the settings themselves.

python -m scripts.settings_table
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from pipelines.settings import Settings

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
_BEGIN: Final = "<!-- made by scripts/settings_table.py -->\n"
_END: Final = "<!-- end -->"


def table() -> str:
    """The table, in Markdown."""
    rows = ["| variable | default | allowed | what it is |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        cells = (
            f"`CUTAWAY_{name.upper()}`",
            _default(field),
            _allowed(field),
            _cell(field.description or ""),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "by the machine"
    value: Any = field.default
    if isinstance(value, bool):
        return f"`{int(value)}`"
    return f"`{value}`" if value not in (None, "", ()) else ""


def _allowed(field: FieldInfo) -> str:
    kind: Any = field.annotation
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if kind is bool:
        return "`0`, `1`"
    bounds = {
        name: getattr(one, name)
        for one in field.metadata
        for name in ("ge", "gt", "le")
        if hasattr(one, name)
    }
    words = {"ge": "from", "gt": "above", "le": "to"}
    return " ".join(f"{words[name]} {bounds[name]:,}" for name in words if name in bounds)


def filled(page: str) -> str:
    """A page with the table as it is now."""
    before, _, rest = page.partition(_BEGIN)
    return before + _BEGIN + table() + _END + rest.partition(_END)[2]


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
