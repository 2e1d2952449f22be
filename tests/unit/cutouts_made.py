"""Cutouts with exactly known mattes, for tests of what becomes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.compose.subject import subject_box
from pipelines.cutout import Cutout
from pipelines.matting.confidence import Confidence
from pipelines.photo import Photo
from pipelines.recipe import Recipe
from tests.scenes import Scene, ball


def cutout_of(scene: Scene, recipe: Recipe | None = None, **photo: Any) -> Cutout:
    """A scene as if cut out without a fault.

    Args:
        scene: gives the photo, its matte and the subject's colour.
        recipe: what becomes of it.
        photo: further facts of the photo.
    """
    matte = scene.matte
    foreground = np.where((matte > 0)[..., None], scene.foreground, scene.pixels)
    return Cutout(
        Photo(scene.pixels, **{"name": "ball", **photo}),
        matte,
        foreground,
        subject_box(matte),
        (),
        recipe or Recipe(),
        Confidence(1, np.zeros((8, 8), np.uint8), (), 0),
    )


def ball_cutout(recipe: dict[str, Any] | None = None, **photo: Any) -> Cutout:
    """A red ball of 160 x 120 pixels on grey, cut out."""
    return cutout_of(ball(160, 120), Recipe.read(recipe or {}), **photo)


def premultiplied(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Colour times alpha, and alpha: what can be seen of a picture."""
    alpha = rgba[..., 3:] / 255
    return np.concatenate([rgba[..., :3] * alpha, alpha * 255], axis=-1)
