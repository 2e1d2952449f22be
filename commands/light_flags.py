"""The flags of ``cut`` for shadows, light, outline and glow, and what they say in a Recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from pipelines.recipe.words import is_off

_PANEL: Final = "Shadows and light"

Shadow = Annotated[
    list[str] | None,
    typer.Option(
        help="drop, contact, cast, reflection, car, own (the photo's own), or none; with values: "
        "'drop:opacity=0.5'. May be repeated.",
        rich_help_panel=_PANEL,
    ),
]
Harmonise = Annotated[
    float | None,
    typer.Option(
        "--harmonise",
        "--harmonize",
        help="Bring exposure, white point and contrast towards the background's: 0 to 1.",
        rich_help_panel=_PANEL,
    ),
]
LightWrap = Annotated[
    float | None,
    typer.Option(help="Lay the background's light over the rim: 0 to 1.", rich_help_panel=_PANEL),
]
Outline = Annotated[
    str | None,
    typer.Option(
        help="A line round the subject: its width as a share of the subject, a colour, or both: "
        "'0.02,white'; none.",
        rich_help_panel=_PANEL,
    ),
]
Glow = Annotated[
    str | None,
    typer.Option(
        help="A halo round the subject: its size, a colour, or both: '0.08,gold'; none.",
        rich_help_panel=_PANEL,
    ),
]


@dataclass(frozen=True, kw_only=True)
class LightFlags:
    """The flags; those not given are None."""

    shadow: Shadow = None
    harmonise: Harmonise = None
    light_wrap: LightWrap = None
    outline: Outline = None
    glow: Glow = None

    def wishes(self) -> dict[str, Any]:
        """What they say in a Recipe: fields by name, None or missing where they say nothing."""
        return {
            "shadows": shadows_of(self.shadow),
            "light": light_of(self.harmonise, self.light_wrap),
            "outline": self.outline,
            "glow": self.glow,
        }


def shadows_of(words: Sequence[str] | None) -> list[str] | None:
    """The Recipe's ``shadows`` that flags ask for; None where none were given.

    Args:
        words: one for each shadow; ``none`` takes back those of a Recipe's file.
    """
    return None if not words else [word for word in words if not is_off(word)]


def light_of(harmonise: float | None, wrap: float | None) -> dict[str, Any]:
    """The fields of a Recipe's ``light`` that flags ask for; those not given are missing."""
    wishes = {"harmonise": harmonise, "wrap": wrap}
    return {name: wish for name, wish in wishes.items() if wish is not None}
