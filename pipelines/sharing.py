"""From a photo and its Recipe to what a client gets: before and after at screen size, perhaps the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pipelines import save
from pipelines.compose.composite import with_alpha
from pipelines.compose.framing import Placement, placed_cutout
from pipelines.compose.watermark import LONGEST, watermarked
from pipelines.cutout import Cutout
from pipelines.notes import clean_line
from pipelines.photo import Photo
from pipelines.recipe import FormatName, Output, Recipe
from pipelines.share_terms import Terms
from pipelines.shares import Picture, Share

if TYPE_CHECKING:
    from pipelines.workbench import Workbench

SIDE: Final = 1600
"""Longest side of what a client is shown, in pixels."""

_SCREEN_QUALITY: Final = 88
_FILE_QUALITY: Final = 92


def share(bench: Workbench, photo: str, recipe: Recipe, terms: Terms) -> Share:
    """Make a link to a result.

    With a watermark every picture behind the link has it, the full-size file included.

    Args:
        bench: the studio's state.
        photo: its id.
        recipe: what was made of it.
        terms: see there.
    Raises:
        CutawayError: see :mod:`pipelines.errors`.
    """
    terms.check()
    bench.shares.check_room(terms.owner)
    mark = clean_line(terms.watermark, LONGEST)
    cutout = bench.preview(photo, recipe).cutout.made(recipe, bench)
    name = cutout.photo.name or "photo"
    place = cutout.placement(SIDE)
    pictures = {
        "before": _screen(before(cutout.photo, place), mark, name),
        "after": _screen(cutout.render(SIDE), mark, name),
    }
    if terms.download:
        pictures["full"] = _marked_file(bench, photo, recipe, mark) if mark else _file(bench, photo, recipe)
    wanted = Terms(terms.owner, terms.lifetime, mark, terms.download)
    return bench.shares.add(wanted, name, place.canvas, pictures)


def before(photo: Photo, place: Placement) -> NDArray[np.uint8]:
    """The photo as it lies on the result's canvas, so that both can be compared.

    Args:
        photo: in its own frame.
        place: the canvas, and where the photo lies on it.
    Returns:
        HxWx3 uint8 where it covers all of the canvas, else HxWx4.
    """
    alpha = np.full(photo.pixels.shape[:2], 255, np.uint8) if photo.alpha is None else photo.alpha
    pixels, cover = placed_cutout(photo.pixels, alpha, place)
    return pixels if cover.all() and cover.min() == 255 else with_alpha(pixels, cover)


def _screen(pixels: NDArray[np.uint8], mark: str, name: str) -> Picture:
    """A picture for the page: JPEG, or WebP where it has transparency."""
    return _picture(pixels, mark, name, Output(format=_opaque_or(pixels, "webp"), quality=_SCREEN_QUALITY))


def _picture(
    pixels: NDArray[np.uint8], mark: str, name: str, output: Output, photo: Photo | None = None
) -> Picture:
    shown = watermarked(pixels, mark) if mark else pixels
    icc, dpi = (photo.icc, photo.dpi) if photo else (None, None)
    data = save.encode(shown, output, icc=icc, dpi=dpi)
    filename = f"{name}.{save.extension(output.format)}"
    return Picture(data, filename, save.media_type(output.format))


def _opaque_or(pixels: NDArray[np.uint8], translucent: FormatName) -> FormatName:
    return "jpg" if pixels.shape[2] == 3 else translucent


def _file(bench: Workbench, photo: str, recipe: Recipe) -> Picture:
    """The file that the owner would download."""
    file = bench.render(photo, recipe)
    kept = bench.shelf.get(file)
    try:
        return Picture(kept.path.read_bytes(), kept.filename, kept.media_type)
    finally:
        bench.shelf.drop(file)


def _marked_file(bench: Workbench, photo: str, recipe: Recipe, mark: str) -> Picture:
    """The finished picture at full size with its watermark, never in layers that could be parted from it."""

    def mark_and_write(cutout: Cutout) -> Picture:
        pixels = cutout.render()
        output = Output(format=_opaque_or(pixels, "png"), quality=_FILE_QUALITY)
        return _picture(pixels, mark, cutout.photo.name or "photo", output, cutout.photo)

    return bench.at_full_size(photo, recipe, mark_and_write)
