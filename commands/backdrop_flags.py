"""The flags of ``cut`` that say what is put behind, and what they say in a Recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from pipelines.errors import RecipeError
from pipelines.recipe import ImageBackdrop, parse_backdrop

_PANEL: Final = "Background"

Background = Annotated[
    str | None,
    typer.Option(
        help="none; a colour; gradient:white-#ccc@180 (CSS angle) or radial:white-#999@0.5,0.4; "
        "studio:NAME,color=tan,accent=#543,seed=3 (paper, vignette, plaster, marble, window, podium, pastel, "
        "bokeh); blur@0.02 or blur:disc@0.02; or a picture's path.",
        rich_help_panel=_PANEL,
    ),
]
Fit = Annotated[
    str | None, typer.Option(help="How a picture fills: cover, contain or tile.", rich_help_panel=_PANEL)
]
Position = Annotated[
    str | None,
    typer.Option(
        help="Where a picture lies, in shares: 0.5,0.2 keeps its upper part.", rich_help_panel=_PANEL
    ),
]
Scale = Annotated[
    float | None, typer.Option(help="Makes a picture so many times as large: 1.5.", rich_help_panel=_PANEL)
]
Soften = Annotated[
    float | None,
    typer.Option(help="Blurs a picture, as a share of the longer side: 0.02.", rich_help_panel=_PANEL),
]


@dataclass(frozen=True, kw_only=True)
class BackdropFlags:
    """The flags; those not given are None."""

    background: Background = None
    fit: Fit = None
    background_position: Position = None
    background_scale: Scale = None
    background_blur: Soften = None

    def wish(self) -> dict[str, Any] | None:
        """The Recipe's ``background`` that they ask for, without the fields of :meth:`picture`.

        Raises:
            RecipeError: see :func:`background_of`.
        """
        return background_of(self.background)

    def picture(self) -> dict[str, Any]:
        """The fields of a background picture that they ask for."""
        return picture_of(self.fit, self.background_position, self.background_scale, self.background_blur)


def background_of(text: str | None) -> dict[str, Any] | None:
    """A Recipe's ``background`` from its word; a file of that name comes first.

    Raises:
        RecipeError: neither a word for a background nor a file.
    """
    if text is None:
        return None
    if Path(text).is_file():
        return ImageBackdrop(source=text).model_dump()
    return parse_backdrop(text).model_dump()


def picture_of(
    fit: str | None, position: str | None, scale: float | None, blur: float | None
) -> dict[str, Any]:
    """The fields of a background picture that flags ask for; those not given are missing."""
    place = None if position is None else position.split(",")
    wishes = {"fit": fit, "position": place, "scale": scale, "blur": blur}
    return {name: wish for name, wish in wishes.items() if wish is not None}


def with_picture(background: Mapping[str, Any], picture: Mapping[str, Any]) -> dict[str, Any]:
    """A background with the fields of a picture that were asked for.

    Raises:
        RecipeError: it is no picture.
    """
    if picture and background.get("kind") != "image":
        flags = ", ".join(_FLAGS[name] for name in picture)
        raise RecipeError(f"{flags} goes with a picture as the background.")
    return {**background, **picture}


_FLAGS: Final = {
    "fit": "--fit",
    "position": "--background-position",
    "scale": "--background-scale",
    "blur": "--background-blur",
}
