"""The scene: the visible list of steps from a cutout to the finished picture.

Framing places the photo and its matte on the canvas. From the lowest up lie: the backdrop, the photo's
own shadow, the other shadows, reflections, the glow, the outline, and the subject in its light.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.compose import behind, shadow
from pipelines.compose.composite import Veil, laid, veiled
from pipelines.compose.focus import Focus, focus_of
from pipelines.compose.framing import Placement, placed_cutout
from pipelines.compose.guides import Frame, guides
from pipelines.compose.harmonise import harmonised
from pipelines.compose.outline import glow_veil, outline_veil
from pipelines.compose.planning import plan
from pipelines.compose.subject import Subject, subject_box
from pipelines.compose.wrap import wrapped
from pipelines.photo import Photo, Pixels
from pipelines.recipe import Framing, Light, Recipe
from pipelines.save import hide_transparent

_PARTS: Final = ("framing", "portrait", "shadows", "light", "outline", "glow")
"""Parts of a Recipe that make a scene more than a subject on a backdrop."""


def plain(recipe: Recipe) -> bool:
    """Whether the subject stays as it is, where it is, with nothing but a backdrop behind."""
    neutral = Recipe()
    return all(getattr(recipe, part) == getattr(neutral, part) for part in _PARTS)


def placement(recipe: Recipe, photo: Photo, subject: Subject) -> Placement:
    """The canvas, and where the photo lies on it.

    Args:
        recipe: what is wanted.
        photo: in its own frame, whole or a smaller copy: the canvas is the whole photo's.
        subject: in the photo's frame.
    """
    if recipe.framing == Framing():
        return Placement(photo.size)
    full, focus = _focused(photo, subject)
    across, down = full[0] / photo.size[0], full[1] / photo.size[1]
    return plan(recipe.framing, full, focus).of_copy(across, down)


def frame(recipe: Recipe, photo: Photo, subject: Subject) -> Frame:
    """What can be said of a framing; see :func:`placement`."""
    full, focus = _focused(photo, subject)
    place = plan(recipe.framing, full, focus)
    return Frame(place.canvas, place.times, place.held, guides(recipe.framing, full, focus, place))


def _focused(photo: Photo, subject: Subject) -> tuple[tuple[int, int], Focus | None]:
    """The whole photo's (width, height), and what is framed in its coordinates."""
    full = photo.full or photo.size
    focus = focus_of(subject.matte)
    return full, focus and focus.scaled(full[0] / photo.size[0], full[1] / photo.size[1])


def render(
    recipe: Recipe, photo: Photo, subject: Subject, picture: Photo | None, place: Placement
) -> NDArray[np.uint8]:
    """The finished picture.

    Args:
        recipe: what is wanted.
        photo: in its own frame.
        subject: in the photo's frame.
        picture: the decoded backdrop picture, when the Recipe names one.
        place: the canvas, and where the photo lies on it.
    Returns:
        HxWx3 uint8, or HxWx4 where the result has transparency; transparent pixels are black.
    """
    result = behind.layer(recipe.background, photo, subject.matte, place, picture)
    shown = on_canvas(subject, place)
    pixels = shown.pixels if result is None else lit(recipe.light, shown, result, photo.icc)
    result = laid(
        pixels, shown.matte, _under(result, _veils(recipe, photo, subject, shown, place), shown.size)
    )
    return result if result.shape[2] == 3 else hide_transparent(result)


class Apart(NamedTuple):
    """A finished picture taken apart: what lies over one another, the lowest first.

    Attributes:
        backdrop: HxWx3 or HxWx4 uint8; None for nothing.
        between: HxWx4 uint8, shadows, reflections, glow and outline; None for none.
        subject: on the canvas, in the backdrop's light.
    """

    backdrop: NDArray[np.uint8] | None
    between: NDArray[np.uint8] | None
    subject: Subject


def apart(recipe: Recipe, photo: Photo, subject: Subject, picture: Photo | None, place: Placement) -> Apart:
    """The finished picture taken apart; see :func:`render`, which lays it together."""
    backdrop = behind.layer(recipe.background, photo, subject.matte, place, picture)
    shown = on_canvas(subject, place)
    pixels = shown.pixels if backdrop is None else lit(recipe.light, shown, backdrop, photo.icc)
    between = _under(None, _veils(recipe, photo, subject, shown, place), shown.size)
    return Apart(backdrop, between, Subject(pixels, shown.matte, shown.box))


def _under(
    backdrop: NDArray[np.uint8] | None, veils: Iterable[Veil], size: tuple[int, int]
) -> NDArray[np.uint8] | None:
    """The backdrop with veils over it; the backdrop itself, which others may hold, is left alone."""
    result = None
    for veil in veils:
        if result is None:
            result = np.zeros((*size, 4), np.uint8) if backdrop is None else backdrop.copy()
        veiled(result, veil)
    return backdrop if result is None else result


def _veils(
    recipe: Recipe, photo: Photo, subject: Subject, shown: Subject, place: Placement
) -> Iterator[Veil]:
    """What lies between the backdrop and the subject, the lowest first."""
    yield from shadow.veils(recipe.shadows, subject, shown, photo, place)
    for veil in (glow_veil(recipe.glow, shown, recipe.outline), outline_veil(recipe.outline, shown)):
        if veil is not None:
            yield veil


def lit(light: Light, subject: Subject, backdrop: NDArray[np.uint8], icc: bytes | None) -> Pixels:
    """The subject's colour in the backdrop's light.

    Args:
        light: what is wanted.
        subject: on its canvas.
        backdrop: HxWx3 or HxWx4 uint8, of the canvas, without shadows.
        icc: the profile of both; None is sRGB.
    Returns:
        HxWx3 uint8; the subject's own array where nothing changes.
    """
    pixels = subject.pixels
    if light.harmonise:
        pixels = harmonised(subject, backdrop, light.harmonise, icc)
    if light.wrap:
        pixels = wrapped(subject, pixels, backdrop, light.wrap, light.wrap_width)
    return pixels


def on_canvas(subject: Subject, place: Placement) -> Subject:
    """A subject of the photo's frame, placed on the canvas."""
    height, width = subject.size
    if place.keeps((width, height)):
        return subject
    pixels, matte = placed_cutout(subject.pixels, subject.matte, place)
    return Subject(pixels, matte, subject_box(matte))
