"""The flag of ``cut`` that paints strokes over the matte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from pipelines.errors import RecipeError

_LARGEST: Final = 100_000_000
"""A file of strokes holds no more bytes: as many as a Recipe may hold, written at length."""

Strokes = Annotated[
    Path | None,
    typer.Option(help="Strokes that keep or erase, as a JSON file: a list, or a Recipe that has them."),
]


def strokes_of(path: Path | None) -> list[Any] | None:
    """The strokes in a file, as a Recipe takes them; None where no file is named.

    Raises:
        RecipeError: the file can't be read, or holds something else.
    """
    if path is None:
        return None
    try:
        if path.stat().st_size > _LARGEST:
            raise RecipeError(f"The strokes {path} can't be read: the file is too large.")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise RecipeError(f"The strokes {path} can't be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise RecipeError(f"The strokes {path} can't be read: this is not JSON.") from None
    strokes = found.get("strokes") if isinstance(found, dict) else found
    if not isinstance(strokes, list):
        raise RecipeError(
            f"{path} holds no strokes. Write a list such as "
            '[{"mode": "erase", "points": [[0.2, 0.3], [0.4, 0.3]], "size": 0.03}].'
        )
    return strokes
