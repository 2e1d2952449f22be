"""The flags of ``cut`` that say what files come out, and what they say in a Recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from commands.destinations import format_of

_PANEL: Final = "Files"

Format = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="png, png8 (few colours), webp, avif, jpg, tiff, psd, svg (the outline), zip (colour and alpha "
        "apart). Several times for several.",
        rich_help_panel=_PANEL,
    ),
]
Quality = Annotated[
    int | None, typer.Option(min=1, max=100, help="For webp, avif and jpg (92).", rich_help_panel=_PANEL)
]
Lossless = Annotated[
    bool | None, typer.Option("--lossless/--lossy", help="For webp.", rich_help_panel=_PANEL)
]
Colors = Annotated[
    int | None, typer.Option(min=2, max=256, help="At most so many, for png8 (256).", rich_help_panel=_PANEL)
]
MaxKb = Annotated[
    int | None,
    typer.Option(
        "--max-kb",
        min=1,
        help="At most so many kB a file: quality, or colours, are lowered as far as needed.",
        rich_help_panel=_PANEL,
    ),
]
Dpi = Annotated[
    float | None,
    typer.Option(help="The resolution to write, instead of the photo's.", rich_help_panel=_PANEL),
]
Profile = Annotated[
    str | None, typer.Option(help="The photo's colour profile: keep, or srgb.", rich_help_panel=_PANEL)
]
Metadata = Annotated[
    str | None,
    typer.Option(
        help="What to keep of the photo's: none, credit (author and owner), camera (and time), location.",
        rich_help_panel=_PANEL,
    ),
]
ClippingPath = Annotated[
    bool | None,
    typer.Option(
        "--clipping-path/--no-clipping-path",
        help="The outline as a clipping path, in jpg, tiff and psd.",
        rich_help_panel=_PANEL,
    ),
]
EmbedPhoto = Annotated[
    bool | None,
    typer.Option("--embed-photo/--outline-only", help="The photo within an svg.", rich_help_panel=_PANEL),
]
AlphaOnly = Annotated[
    bool, typer.Option("--alpha-only", help="The matte as a grey picture.", rich_help_panel=_PANEL)
]
Luma = Annotated[
    bool,
    typer.Option(
        "--luma", help="The matte for video editors: white on black, opaque RGB.", rich_help_panel=_PANEL
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        help="The files' names: {stem}, {sku}, {view}, {model}, {preset}, {width}, {height}, {date}, {n} "
        "({n:3} is 001), {shot} (counts the photos of a SKU).",
        rich_help_panel=_PANEL,
    ),
]


@dataclass(frozen=True, kw_only=True)
class OutputFlags:
    """The flags; those not given are None, or False."""

    file_format: Format = None
    quality: Quality = None
    lossless: Lossless = None
    colors: Colors = None
    max_kb: MaxKb = None
    dpi: Dpi = None
    profile: Profile = None
    metadata: Metadata = None
    clipping_path: ClippingPath = None
    embed_photo: EmbedPhoto = None
    alpha_only: AlphaOnly = False
    luma: Luma = False
    name: Name = None

    def wishes(self, target: str | None) -> dict[str, Any]:
        """The fields of a Recipe's ``output`` that they ask for; see :func:`output_of`."""
        others = {name: value for name, value in vars(self).items() if name != "file_format"}
        switches = {"alpha_only": self.alpha_only or None, "luma": self.luma or None}
        return output_of(target, self.file_format, **{**others, **switches})


def output_of(target: str | None, formats: Sequence[str] | None, **wishes: Any) -> dict[str, Any]:
    """The fields of a Recipe's ``output`` that flags ask for; those not given are None.

    A single format takes back the others that a Recipe's file may have.

    Args:
        target: what was given to ``-o``; its ending says a format where no flag does.
        formats: the first and the others.
        wishes: other fields by name; None for those not given.
    Raises:
        RecipeError: the target's ending says a format that is not written here.
    """
    first = formats[0] if formats else format_of(target)
    also = None if first is None else list(formats or ())[1:]
    return {"format": first, "also": also, **wishes}
