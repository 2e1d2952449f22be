"""Small pictures of results, for lists of many."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.compose import scene
from pipelines.compose.subject import Subject, subject_box
from pipelines.cutout import Cutout

THUMB: Final = 240
"""Longest side, in pixels."""

_SAMPLES: Final = 4
"""Of the photo's pixels that go into one, so many across and down: all of a large photo's would take longer
than its network."""


def thumb(made: Cutout) -> NDArray[np.uint8]:
    """A result as it looks, small.

    Returns:
        HxWx3 uint8, or HxWx4 where the result has transparency; its longest side is :data:`THUMB`, or the
        result's own.
    Raises:
        CutawayError: as :meth:`pipelines.cutout.Cutout.placement`.
    """
    place = made.placement(THUMB)
    step = max(1, int(1 / (_SAMPLES * place.times)))
    pixels, foreground, matte = (
        np.ascontiguousarray(whole[::step, ::step])
        for whole in (made.photo.pixels, made.foreground, made.matte)
    )
    photo = replace(made.photo, pixels=pixels, alpha=None, full=made.photo.full or made.photo.size)
    subject = Subject(foreground, matte, subject_box(matte))
    return scene.render(made.recipe, photo, subject, made.picture, place.of_copy(step, step))
