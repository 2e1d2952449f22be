"""The flags of ``cut`` that change the matte, and what they say in a Recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from pipelines.errors import RecipeError

_PANEL: Final = "Edges"
_WORDS: Final = ("all", "largest")

Shift = Annotated[
    float | None,
    typer.Option(help="Move the edge out (or in: a negative number), in pixels.", rich_help_panel=_PANEL),
]
Feather = Annotated[float | None, typer.Option(help="Soften the edge, in pixels.", rich_help_panel=_PANEL)]
Harden = Annotated[
    float | None, typer.Option(help="Harden the edge: 0 not at all, 1 wholly.", rich_help_panel=_PANEL)
]
Decontaminate = Annotated[
    float | None,
    typer.Option(
        help="Free the edge from the old background's colour: 1 wholly, 0 not at all.", rich_help_panel=_PANEL
    ),
]
Refine = Annotated[
    bool | None,
    typer.Option("--refine/--no-refine", help="Bring the edge to the photo's own.", rich_help_panel=_PANEL),
]
FillHoles = Annotated[
    bool | None,
    typer.Option(
        "--fill-holes/--keep-holes", help="Background that the subject encloses.", rich_help_panel=_PANEL
    ),
]
FillTranslucent = Annotated[
    bool | None,
    typer.Option(
        "--fill-translucent/--keep-translucent",
        help="What can be seen through within the subject.",
        rich_help_panel=_PANEL,
    ),
]
Subject = Annotated[
    list[str] | None,
    typer.Option(
        help="all, largest, or a point of the one to keep, as shares of width and height: 0.3,0.6. "
        "Points may be repeated.",
        rich_help_panel=_PANEL,
    ),
]
Region = Annotated[
    str | None,
    typer.Option(
        help="Nothing outside is subject: left,top,right,bottom as shares: 0.1,0,0.9,1.",
        rich_help_panel=_PANEL,
    ),
]


@dataclass(frozen=True, kw_only=True)
class EdgeFlags:
    """The flags; those not given are None."""

    shift: Shift = None
    feather: Feather = None
    harden: Harden = None
    decontaminate: Decontaminate = None
    refine: Refine = None
    fill_holes: FillHoles = None
    fill_translucent: FillTranslucent = None
    subject: Subject = None
    region: Region = None

    def wishes(self) -> dict[str, Any]:
        """What they say in a Recipe: fields by name, None or missing where they say nothing.

        Raises:
            RecipeError: a point or a region is not written as one.
        """
        return {"refine": self.refine, "decontaminate": self.decontaminate, "edges": self.edges()}

    def edges(self) -> dict[str, Any]:
        """The fields of a Recipe's ``edges`` that they ask for."""
        region = self.region
        wishes = {
            "shift": self.shift,
            "feather": self.feather,
            "contrast": self.harden,
            "holes": _filling(self.fill_holes),
            "translucency": _filling(self.fill_translucent),
            "region": None if region is None else _shares(region, 4, "a region", "0.1,0,0.9,1"),
        }
        return {key: value for key, value in wishes.items() if value is not None} | _subjects(
            self.subject or ()
        )


def _filling(fill: bool | None) -> str | None:
    return None if fill is None else "fill" if fill else "keep"


def _subjects(words: Sequence[str]) -> dict[str, Any]:
    if not words:
        return {}
    if len(words) == 1 and words[0] in _WORDS:
        return {"subjects": words[0], "picked": ()}
    if len(words) > 1 and {*words} & {*_WORDS}:
        raise RecipeError("--subject takes all, or largest, or points: only points go together.")
    points = [_shares(word, 2, "all, largest or a point", "0.3,0.6") for word in words]
    return {"subjects": "picked", "picked": points}


def _shares(text: str, count: int, kind: str, example: str) -> list[float]:
    """So many numbers between commas; the Recipe says which are allowed."""
    try:
        shares = [float(part) for part in text.split(",")]
    except ValueError:
        shares = []
    if len(shares) != count:
        raise RecipeError(
            f"{text[:80]!r} is not {kind}. Write {count} shares of the photo, such as {example}."
        )
    return shares
