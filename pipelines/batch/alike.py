"""How alike the photos of a batch are: what is measured of each, and which are unlike the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.batch.items import Item
from pipelines.compose import tones
from pipelines.compose.subject import subject_box
from pipelines.cutout import Cutout
from pipelines.fitting import small_copy
from pipelines.photo import Matte8

_SIDE: Final = 256
_LEAST: Final = 8
"""Photos below which no one can be told to be unlike the others."""

_FAR: Final = 3.5
"""A modified z-score from here on is an outlier (Iglewicz and Hoaglin, 1993, How to Detect and Handle
Outliers)."""

_TO_SIGMA: Final = 0.6745
"""Of a normal distribution the median absolute deviation is so many standard deviations."""

_FLOORS: Final = {"size": 0.12, "light": 0.035, "a": 0.012, "b": 0.012}
"""Deviations are taken for at least so large: among nearly equal photos, what no one sees is no outlier.
Of sizes as natural logarithms, of colours in OKLab."""

_CRUMB: Final = 0.02
"""A piece with a smaller share of the subject's area is a crumb, as for shadows (compose.ground)."""

_WIDENED: Final = 0.9
"""Crumbs that leave the subject less than this of the length that was framed make it look small."""

_SAID: Final = {
    "size": ("far smaller in its photo than the others", "far larger in its photo than the others"),
    "light": ("far darker than the others", "far lighter than the others"),
    "a": ("of another colour than the others", "of another colour than the others"),
    "b": ("of another colour than the others", "of another colour than the others"),
}
"""By fact: what is said of too little, and of too much."""

_SMALL: Final = {
    "held": "smaller in its picture than asked for, as it would have to be enlarged too much",
    "crumbs": "smaller in its picture than asked for: specks beside it count as subject",
}

OddFlag = Literal["odd_scale", "odd_colour"]


@dataclass(frozen=True)
class Oddity:
    """In what a photo is unlike the others.

    Attributes:
        flag: as what it counts.
        text: the end of a sentence about it.
    """

    flag: OddFlag
    text: str


def facts_of(made: Cutout) -> dict[str, float]:
    """What is kept of a photo to compare it with the others.

    Args:
        made: with the light that the set has, where it was brought to that.
    Returns:
        ``size``: natural logarithm of the subject's share of the photo's area; ``light``, ``a``, ``b``: its
        mean colour in OKLab; ``held`` and ``crumbs``: 1 where that makes it smaller in its picture than
        asked for. Nothing where there is no subject.
    """
    weights = small_copy(made.matte, _SIDE).astype(np.float64) / 255
    share = float(weights.mean())
    if share < 1e-4:
        return {}
    small = small_copy(made.photo.pixels, _SIDE)
    lab = np.average(tones.to_oklab(tones.to_light(small)).reshape(-1, 3), axis=0, weights=weights.ravel())
    found = {"size": float(np.log(share)), "light": lab[0], "a": lab[1], "b": lab[2]}
    if made.recipe.framing.by_subject():
        found |= {"held": float(made.placement().held), "crumbs": float(_crumbs(made.matte))}
    return {name: round(float(value), 4) for name, value in found.items()}


def _crumbs(matte: Matte8) -> bool:
    """Whether crumbs make the subject's box longer than the subject is."""
    box = subject_box(matte)
    if box is None:
        return False
    part = (matte[box.top : box.bottom, box.left : box.right] > 127).view(np.uint8)
    count, _, facts, _ = cv2.connectedComponentsWithStats(part)
    areas = facts[1:count, cv2.CC_STAT_AREA]
    solid = facts[1:count][areas >= _CRUMB * areas.sum()]
    if not len(solid):
        return False
    left, top = solid[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]].T
    wide, high = solid[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].T
    reach = max((left + wide).max() - left.min(), (top + high).max() - top.min())
    return bool(reach < _WIDENED * box.longer)


def odd_ones(items: Iterable[Item]) -> dict[int, frozenset[OddFlag]]:
    """The photos that are unlike the others, by number; see :func:`oddities`."""
    return {number: frozenset(one.flag for one in found) for number, found in oddities(items).items()}


def oddities(items: Iterable[Item]) -> dict[int, tuple[Oddity, ...]]:
    """In what photos are unlike the others, by number; those that are not are missing.

    A set with two kinds of things has no outliers by this measure: the median absolute deviation of such a
    set is wide. Of fewer than eight photos none is unlike the others, but one may be smaller than asked for.
    """
    known = {item.number: facts for item in items if (facts := _facts(item))}
    found: dict[int, dict[Oddity, None]] = {}
    for number, oddity in (*_outliers(known), *_too_small(known)):
        found.setdefault(number, {})[oddity] = None
    return {number: tuple(some) for number, some in found.items()}


def _outliers(known: Mapping[int, Mapping[str, float]]) -> Iterator[tuple[int, Oddity]]:
    if len(known) < _LEAST:
        return
    for name, floor in _FLOORS.items():
        scores = _scores(np.array([facts[name] for facts in known.values()]), floor)
        for number, score in zip(known, scores.tolist(), strict=True):
            if abs(score) > _FAR:
                flag: OddFlag = "odd_scale" if name == "size" else "odd_colour"
                yield number, Oddity(flag, _SAID[name][score > 0])


def _too_small(known: Mapping[int, Mapping[str, float]]) -> Iterator[tuple[int, Oddity]]:
    for number, facts in known.items():
        for name, text in _SMALL.items():
            if facts[name]:
                yield number, Oddity("odd_scale", text)


def _facts(item: Item) -> Mapping[str, float] | None:
    """Those of its first result; of what makes it small, those of any."""
    results: dict[str, dict[str, Any]] = (item.facts or {}).get("results") or {}
    all_facts = [told["alike"] for told in results.values() if told.get("alike")]
    if not all_facts:
        return None
    small = {name: max(facts.get(name, 0.0) for facts in all_facts) for name in _SMALL}
    return {**all_facts[0], **small}


def _scores(values: NDArray[np.float64], floor: float) -> NDArray[np.float64]:
    """Modified z-scores."""
    off = values - np.median(values)
    return np.asarray(_TO_SIGMA * off / max(float(np.median(np.abs(off))), floor * _TO_SIGMA))
