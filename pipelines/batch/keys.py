"""Keys: what a result depends on, so that the same thing is never made twice."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from pipelines.errors import RecipeError
from pipelines.models.digests import digest_of
from pipelines.models.known import model_named
from pipelines.recipe import ImageBackdrop, Recipe
from pipelines.service import CutoutService, choices

EDITION: Final = 1
"""Raised when the same Recipe would give other pixels than before."""


def weights_of(service: CutoutService, recipe: Recipe) -> tuple[str, ...]:
    """The networks that a Recipe runs, as names with the checksums of the weights that are here.

    Raises:
        ModelError: see :func:`pipelines.service.choices`.
        RecipeError: a model file of one's own is not there.
    """
    found = []
    for choice in choices(recipe):
        path = (
            Path(choice.name).expanduser()
            if choice.own_file
            else service.store.find(model_named(choice.name))
        )
        if choice.own_file and not (path and path.is_file()):
            raise RecipeError(f"There is no model file at {choice.name}.")
        if path is not None:
            found.append(f"{Path(choice.name).name}:{digest_of(path)}")
    return tuple(found)


def matte_key(photo: str, weights: tuple[str, ...], recipe: Recipe) -> str:
    """What a finished matte depends on, as 64 hex digits.

    Args:
        photo: SHA-256 of the file, hex.
        weights: see :func:`weights_of`.
        recipe: of it, what changes the cutout.
    """
    return _hashed(photo, *weights, recipe.cut().to_json())


def result_key(matte: str, recipe: Recipe) -> str:
    """What a result's pixels depend on, as 64 hex digits.

    Args:
        matte: see :func:`matte_key`.
        recipe: all of it; a backdrop's picture counts by its content.
    Raises:
        RecipeError: the picture can't be read.
    """
    picture = ""
    if isinstance(recipe.background, ImageBackdrop):
        try:
            picture = digest_of(Path(recipe.background.source).expanduser())
        except OSError:
            raise RecipeError(f"The background {recipe.background.source} can't be read.") from None
    return _hashed(matte, picture, recipe.to_json())


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join((str(EDITION), *parts)).encode()).hexdigest()
