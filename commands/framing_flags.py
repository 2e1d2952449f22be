"""The flags of ``cut`` that say where the subject sits on the canvas, and what they say in a Recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

_PANEL: Final = "Framing"

Crop = Annotated[
    bool | None,
    typer.Option("--crop/--no-crop", help="Crop to the subject.", rich_help_panel=_PANEL),
]
Margin = Annotated[
    str | None,
    typer.Option(help="Room round a crop: 10%, '30px 20px' (as in CSS). Crops.", rich_help_panel=_PANEL),
]
Size = Annotated[str | None, typer.Option(help="The canvas in pixels: 2000x2000.", rich_help_panel=_PANEL)]
Ratio = Annotated[
    str | None, typer.Option(help="The canvas's width to its height: 4:5.", rich_help_panel=_PANEL)
]
Share = Annotated[
    float | None,
    typer.Option(help="How much of the canvas the subject fills, up to 1: 0.85.", rich_help_panel=_PANEL),
]
ShareOf = Annotated[
    str | None,
    typer.Option(
        help="What the share is of: longer (the side that fills more), width, height or area.",
        rich_help_panel=_PANEL,
    ),
]
Baseline = Annotated[
    float | None,
    typer.Option(
        help="Where the subject stands, as a share of the canvas's height from the top: 0.9.",
        rich_help_panel=_PANEL,
    ),
]
Align = Annotated[
    str | None,
    typer.Option(
        help="Where the subject lies: center, top, 'bottom right', photo (as in the photo), or shares "
        "of the free room: 0.5,0.9.",
        rich_help_panel=_PANEL,
    ),
]
Snap = Annotated[
    bool | None,
    typer.Option(
        "--snap/--no-snap",
        help="Lay a side on which the photo cuts the subject off at the canvas's edge.",
        rich_help_panel=_PANEL,
    ),
]
Straighten = Annotated[
    float | None, typer.Option(help="Turn the photo, in degrees clockwise.", rich_help_panel=_PANEL)
]
Flip = Annotated[
    str | None,
    typer.Option(help="Mirror the photo: horizontal, vertical or none.", rich_help_panel=_PANEL),
]
MaxUpscale = Annotated[
    float | None,
    typer.Option(help="How many times larger a photo may become (4).", rich_help_panel=_PANEL),
]
MaxMegapixels = Annotated[
    float | None,
    typer.Option(help="How many million pixels the picture has at most.", rich_help_panel=_PANEL),
]


@dataclass(frozen=True, kw_only=True)
class FramingFlags:
    """The flags; those not given are None."""

    crop: Crop = None
    margin: Margin = None
    size: Size = None
    ratio: Ratio = None
    share: Share = None
    share_of: ShareOf = None
    baseline: Baseline = None
    align: Align = None
    snap: Snap = None
    straighten: Straighten = None
    flip: Flip = None
    max_upscale: MaxUpscale = None
    max_megapixels: MaxMegapixels = None

    def wishes(self) -> dict[str, Any]:
        """The fields of a Recipe's ``framing`` that they ask for."""
        return framing_of(**vars(self))


def framing_of(crop: bool | None, margin: str | None, **wishes: Any) -> dict[str, Any]:
    """The fields of a Recipe's ``framing`` that flags ask for; those not given are missing.

    A margin crops. A size takes back the ratio that a Recipe's file may have, and a ratio the size;
    without a crop there is no margin.

    Args:
        crop: whether to crop to the subject.
        margin: room round the crop.
        wishes: other fields by name; None for those not given.
    """
    fields = {name: wish for name, wish in wishes.items() if wish is not None}
    if margin is not None:
        fields |= {"margin": margin, "crop": "subject"}
    if crop is not None:
        fields["crop"] = "subject" if crop else "photo"
    if crop is False and margin is None:
        fields["margin"] = "0px"
    if "size" in fields and "ratio" not in fields:
        fields["ratio"] = "none"
    if "ratio" in fields and "size" not in fields:
        fields["size"] = "none"
    return fields
