"""A finished cutout with more strokes over it, made anew only where they changed something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from pipelines.compose.subject import Box, subject_box
from pipelines.cutout import Cutout, freed
from pipelines.matting.strokes import painted
from pipelines.photo import Matte8, Pixels
from pipelines.recipe import Stroke

_AROUND: Final = 24
"""Pixels about a change that its colours are estimated from."""


def touched_up(cutout: Cutout, strokes: Sequence[Stroke]) -> Cutout:
    """The same cutout with more strokes, for looking at while one paints.

    The matte is what :func:`pipelines.cutout.finish` gives. The subject's colour is estimated from
    the surroundings of what changed, and may differ from the whole picture's by next to nothing.

    Args:
        cutout: whose Recipe's own strokes are painted already.
        strokes: those to come, of any number.
    """
    matte = painted(cutout.photo, cutout.matte, strokes)
    recipe = cutout.recipe.model_copy(update={"strokes": (*cutout.recipe.strokes, *strokes)})
    changed = _changed(cutout.matte, matte)
    if changed is None:
        return replace(cutout, recipe=recipe)
    colours = _recoloured(cutout, matte, changed)
    return replace(cutout, matte=matte, foreground=colours, box=subject_box(matte), recipe=recipe)


def _changed(before: Matte8, after: Matte8) -> Box | None:
    left, top, width, height = cv2.boundingRect((before != after).view(np.uint8))
    return Box(left, top, left + width, top + height) if width else None


def _recoloured(cutout: Cutout, matte: Matte8, changed: Box) -> Pixels:
    """The subject's colour with what changed estimated again."""
    top, left = max(0, changed.top - _AROUND), max(0, changed.left - _AROUND)
    window = np.s_[top : changed.bottom + _AROUND, left : changed.right + _AROUND]
    colours = freed(cutout.photo.pixels[window], matte[window], cutout.recipe.decontaminate)
    foreground = cutout.foreground.copy()
    foreground[changed.top : changed.bottom, changed.left : changed.right] = colours[
        changed.top - top : changed.bottom - top, changed.left - left : changed.right - left
    ]
    return foreground
