"""Flags that make the photos of a batch alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

_PANEL: Final = "Alike"


@dataclass(frozen=True, kw_only=True)
class EvenFlags:
    """The flags; those not given are None."""

    even_exposure: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Bring each photo to the set's exposure: 0 not at all, 1 wholly.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    even_white: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="The same of its white balance, where the background is near grey.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    def wishes(self) -> dict[str, Any]:
        """Fields of a Recipe by name; none that no flag asks for."""
        fields = {"exposure": self.even_exposure, "white": self.even_white}
        asked = {name: value for name, value in fields.items() if value is not None}
        return {"even": asked} if asked else {}
