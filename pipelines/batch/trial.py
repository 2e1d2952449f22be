"""A trial: what a batch would make of a few of its photos, at the size of a screen, before it begins."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines import save
from pipelines.batch.evening import unset, with_look
from pipelines.batch.order import Order
from pipelines.batch.sample import Of, spread
from pipelines.compose.composite import with_alpha
from pipelines.compose.even import look_of, measure
from pipelines.cutout import Cutout, preview_photo
from pipelines.errors import CutawayError, ModelError
from pipelines.load import read
from pipelines.matting.reasons import Reason
from pipelines.recipe import Output
from pipelines.service import CutoutService

PHOTOS: Final = 6
"""Enough to see whether a Recipe suits a set, few enough to wait for."""

SIDE: Final = 1200
"""Longest side that photos are cut out at, in pixels."""

_SHOWN: Final = 640
_SMALL: Final = Output(format="webp", quality=85)


@dataclass(frozen=True)
class TrialResult:
    """What would be made.

    Attributes:
        name: of the variant.
        picture: WebP.
        confidence: how far the cutout can be trusted, in [0, 1].
        reasons: what to look at.
    """

    name: str
    picture: bytes
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class TrialPhoto:
    """A photo, and what would be made of it.

    Attributes:
        before: the photo itself, WebP.
        results: by the order's variants.
    """

    before: bytes
    results: tuple[TrialResult, ...]


def standing_for(found: Sequence[Of]) -> list[Of]:
    """Those of many photos that are tried."""
    return spread(found, PHOTOS)


@dataclass(frozen=True)
class Tried:
    """How the trial of a photo went.

    Attributes:
        name: what the user calls it.
        photo: what would be made; None where it failed.
        error: what went wrong, as a sentence.
    """

    name: str
    photo: TrialPhoto | None = None
    error: str | None = None


def trial(service: CutoutService, order: Order, sources: Sequence[tuple[str, Path]]) -> list[Tried]:
    """What an order would make of some photos, in the look that they have in common.

    Args:
        service: cuts out.
        order: what is made.
        sources: names and files.
    Returns:
        One for each, failed or not.
    Raises:
        ModelError: there is no network to cut photos out with.
    """
    order = in_their_look(service, order, [path for _, path in sources])
    return [_tried(service, order, name, path) for name, path in sources]


def _tried(service: CutoutService, order: Order, name: str, path: Path) -> Tried:
    try:
        return Tried(name, try_out(service, order, read(path, service.limits)))
    except ModelError:
        raise
    except CutawayError as error:
        return Tried(name, error=error.message)


def in_their_look(service: CutoutService, order: Order, paths: Sequence[Path]) -> Order:
    """An order that evens out, with the look of a few photos; as it is where it needs none.

    Photos that can't be used say nothing of the look. What networks say is kept by the service, so that
    what follows does not run them again.
    """
    if not unset(order):
        return order
    found = []
    for path in paths:
        with contextlib.suppress(CutawayError):
            cutout = service.cut(preview_photo(service.load(read(path, service.limits)), SIDE), order.cut)
            found.append(measure(cutout.photo.pixels, cutout.matte))
    return with_look(order, look_of(found))


def try_out(service: CutoutService, order: Order, data: bytes) -> TrialPhoto:
    """What an order would make of a photo. Nothing is kept.

    Args:
        service: cuts out.
        order: what is made.
        data: the photo's file.
    Raises:
        CutawayError: see :mod:`pipelines.errors`.
    """
    photo = preview_photo(service.load(data), SIDE)
    cutout = service.cut(photo, order.cut)
    made = [(each.name, cutout.made(each.recipe, service.files)) for each in order.variants]
    small = preview_photo(photo, _SHOWN)
    pixels = small.pixels if small.alpha is None else with_alpha(small.pixels, small.alpha)
    before = save.encode(pixels, _SMALL, icc=None, dpi=None)
    return TrialPhoto(before, tuple(_result(name, one) for name, one in made))


def _result(name: str, made: Cutout) -> TrialResult:
    picture = save.encode(made.render(_SHOWN), _SMALL, icc=None, dpi=None)
    return TrialResult(name, picture, made.confidence.score, made.confidence.reasons)
