"""A trial: what a batch would make of a few of its photos, at the size of a screen, before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pipelines import save
from pipelines.batch.order import Order
from pipelines.compose.composite import with_alpha
from pipelines.cutout import Cutout, preview_photo
from pipelines.matting.reasons import Reason
from pipelines.recipe import Output
from pipelines.service import CutoutService

PHOTOS: Final = 6
"""Enough to see whether a Recipe suits a set, few enough to wait for."""

SIDE: Final = 1200
"""Longest side that photos are cut out at, in pixels."""

_SHOWN: Final = 640
_SMALL: Final = Output(format="webp", quality=85)

Of = TypeVar("Of")


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


def spread(found: Sequence[Of], count: int = PHOTOS) -> list[Of]:
    """Some of many, spread evenly over all: neighbours tend to look alike."""
    if len(found) <= count:
        return list(found)
    return [found[number * (len(found) - 1) // (count - 1)] for number in range(count)]


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
