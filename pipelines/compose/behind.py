"""From a Recipe's backdrop to the layer behind the subject."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines import colour
from pipelines.assets import as_backdrop
from pipelines.compose import backdrop as backdrops
from pipelines.compose.composite import with_alpha
from pipelines.compose.framing import Placement
from pipelines.photo import Matte8, Photo
from pipelines.recipe import (
    Backdrop,
    BlurBackdrop,
    ColorBackdrop,
    GradientBackdrop,
    ImageBackdrop,
    NoBackdrop,
    StudioBackdrop,
    parse_color,
)


def layer(
    background: Backdrop, photo: Photo, matte: Matte8, place: Placement, picture: Photo | None
) -> NDArray[np.uint8] | None:
    """What is behind the subject, on the canvas and in the photo's colour space.

    Args:
        background: what is wanted.
        photo: the photo in its own frame.
        matte: HxW uint8, of the photo's size.
        place: the canvas, and where the photo lies on it.
        picture: the decoded backdrop picture, when the Recipe names one.
    Returns:
        HxWx3 or HxWx4 uint8, None for nothing.
    """
    size = place.canvas[1], place.canvas[0]
    match background:
        case NoBackdrop():
            return None
        case ColorBackdrop(color=text):
            return _color_layer(text, size, photo.icc)
        case BlurBackdrop():
            from pipelines.compose.blurring import out_of_focus

            return out_of_focus(background, photo, matte, place)
        case _:
            return _in_space(_made(background, size, picture), photo.icc)


def _made(
    background: GradientBackdrop | StudioBackdrop | ImageBackdrop,
    size: tuple[int, int],
    picture: Photo | None,
) -> NDArray[np.uint8]:
    """A backdrop that has nothing of the photo: HxWx3 or HxWx4 uint8, sRGB."""
    match background:
        case GradientBackdrop():
            from pipelines.compose.gradient import gradient

            return gradient(background, size)
        case StudioBackdrop():
            from pipelines.compose.studio import drawn, look_of

            return drawn(look_of(background), size)
        case ImageBackdrop():
            assert picture is not None  # noqa: S101  (the pipeline loads it with the Recipe)
            return backdrops.fitted(as_backdrop(picture).pixels, size, background)


def _color_layer(text: str, size: tuple[int, int], icc: bytes | None) -> NDArray[np.uint8]:
    red, green, blue, alpha = parse_color(text)
    pixel = colour.from_srgb(np.array([[[red, green, blue]]], np.uint8), icc)[0, 0]
    flat = backdrops.solid(size, (int(pixel[0]), int(pixel[1]), int(pixel[2])))
    return flat if alpha == 255 else with_alpha(flat, np.full(size, alpha, np.uint8))


def _in_space(pixels: NDArray[np.uint8], icc: bytes | None) -> NDArray[np.uint8]:
    if pixels.shape[2] == 3:
        return colour.from_srgb(pixels, icc)
    return with_alpha(
        colour.from_srgb(np.ascontiguousarray(pixels[..., :3]), icc), np.ascontiguousarray(pixels[..., 3])
    )
