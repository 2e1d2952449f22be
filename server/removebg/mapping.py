"""From what a request asks for to a Recipe, as soon as the photo is known."""

from __future__ import annotations

from typing import Any, Final

from pipelines.assets import NoAssets, as_backdrop
from pipelines.photo import Photo
from pipelines.recipe import ColorBackdrop, FormatName, ImageBackdrop, NoBackdrop, Recipe
from pipelines.recipe.parts import parse_color
from pipelines.settings import Settings
from server.removebg.wish import Wish
from server.removebg.words import WHOLE

LARGEST: Final = 50.0
"""Megapixels of the largest result that can be asked for."""

_LARGEST_PNG: Final = 10.0
_MOST_UPSCALE: Final = 16

_BEHIND: Final = "background"
"""The name of the picture that is put behind."""


class OnePicture(NoAssets):
    """The picture that came with a request.

    Args:
        photo: of it; None where none came.
    """

    def __init__(self, photo: Photo | None) -> None:
        self._photo = photo

    def picture(self, source: str) -> Photo:
        """See :meth:`pipelines.assets.Assets.picture`."""
        return super().picture(source) if self._photo is None else as_backdrop(self._photo)


def recipe_of(wish: Wish, size: tuple[int, int], settings: Settings) -> Recipe:
    """The Recipe that a request stands for, without its shadows.

    Args:
        wish: what is asked for.
        size: the photo's (width, height) in pixels.
        settings: which model, and how large a PNG may be.
    Raises:
        ApiRefusal: the region reaches beyond the photo, or is empty.
    """
    background = _background(wish)
    name: FormatName
    if wish.format == "auto":
        name = "png" if wish.alpha_only or _see_through(background) else "jpg"
    else:
        name = wish.format
    return Recipe.read(
        {
            "model": settings.removebg_model,
            "noncommercial": settings.removebg_noncommercial,
            "edges": _edges(wish, size),
            "framing": _framing(wish, size, most_megapixels(wish.megapixels, name, settings)),
            "background": background.model_dump(),
            "output": {"format": name, "alpha_only": wish.alpha_only and name != "zip"},
        }
    )


def most_megapixels(wanted: float, name: FormatName, settings: Settings) -> float:
    """How large a file of some format may be.

    Args:
        wanted: megapixels that were asked for.
        name: of the format.
        settings: the limits of whoever runs this.
    """
    png = _LARGEST_PNG if name == "png" and not settings.removebg_full_png else LARGEST
    return min(wanted, png, settings.max_pixels / 1e6)


def _see_through(background: NoBackdrop | ColorBackdrop | ImageBackdrop) -> bool:
    match background:
        case NoBackdrop():
            return True
        case ColorBackdrop(color=color):
            return parse_color(color)[3] < 255
    return False


def _background(wish: Wish) -> NoBackdrop | ColorBackdrop | ImageBackdrop:
    if wish.backdrop.color is not None:
        return ColorBackdrop(color=wish.backdrop.color)
    return NoBackdrop() if wish.backdrop.picture is None else ImageBackdrop(source=_BEHIND)


def _edges(wish: Wish, size: tuple[int, int]) -> dict[str, Any]:
    region = wish.roi.region(size)
    return {
        "region": None if wish.roi == WHOLE else region,
        "translucency": "keep" if wish.semitransparency else "fill",
    }


def _framing(wish: Wish, size: tuple[int, int], most: float) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if wish.crop_margin is not None:
        fields |= {"crop": "subject", "margin": tuple(map(str, wish.crop_margin))}
    if wish.scale is not None:
        fields |= {"share": wish.scale, "max_upscale": _MOST_UPSCALE}
    if wish.position != "original":
        fields["align"] = wish.position
    elif wish.scale is not None:
        fields["align"] = "photo"
    if fields:
        fields["snap"] = False  # that API leaves margins round what the photo cuts off as well
    if fields or size[0] * size[1] > most * 1e6:
        fields["max_megapixels"] = most
    return fields
