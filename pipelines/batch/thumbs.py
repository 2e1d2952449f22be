"""Small pictures of photos and of their results, for lists of many."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.compose import scene
from pipelines.compose.composite import with_alpha
from pipelines.compose.subject import Subject, subject_box
from pipelines.cutout import Cutout, preview_photo
from pipelines.fitting import sampling_step
from pipelines.photo import Photo

THUMB: Final = 240
"""Longest side, in pixels."""


def thumb(made: Cutout) -> NDArray[np.uint8]:
    """A result as it looks, small.

    Returns:
        HxWx3 uint8, or HxWx4 where the result has transparency; its longest side is :data:`THUMB`, or the
        result's own.
    Raises:
        CutawayError: as :meth:`pipelines.cutout.Cutout.placement`.
    """
    place = made.placement(THUMB)
    step = sampling_step(round(THUMB / place.times), THUMB)
    pixels, foreground, matte = (
        np.ascontiguousarray(whole[::step, ::step])
        for whole in (made.photo.pixels, made.foreground, made.matte)
    )
    photo = replace(made.photo, pixels=pixels, alpha=None, full=made.photo.full or made.photo.size)
    subject = Subject(foreground, matte, subject_box(matte))
    return scene.render(made.recipe, photo, subject, made.picture, place.of_copy(step, step))


def before(photo: Photo) -> NDArray[np.uint8]:
    """A photo as it looks, small; in sRGB.

    Returns:
        HxWx3 uint8, or HxWx4 where the photo has transparency; its longest side is :data:`THUMB`, or the
        photo's own.
    """
    step = sampling_step(max(photo.size), THUMB)
    pixels = np.ascontiguousarray(photo.pixels[::step, ::step])
    alpha = None if photo.alpha is None else np.ascontiguousarray(photo.alpha[::step, ::step])
    small = preview_photo(replace(photo, pixels=pixels, alpha=alpha), THUMB)
    return small.pixels if small.alpha is None else with_alpha(small.pixels, small.alpha)
