"""How alike the photos of a batch are: what is measured of each, and which are unlike the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.batch.items import Item
from pipelines.compose import tones
from pipelines.cutout import Cutout

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


def facts_of(cutout: Cutout) -> dict[str, float]:
    """What is kept of a photo to compare it with the others.

    Args:
        cutout: as the photo was taken.
    Returns:
        ``size``: natural logarithm of the subject's share of the photo's area; ``light``, ``a``, ``b``: its
        mean colour in OKLab. Nothing where there is no subject.
    """
    height, width = cutout.matte.shape
    size = tuple(max(1, round(side * min(1.0, _SIDE / max(height, width)))) for side in (width, height))
    weights = cv2.resize(cutout.matte, size, interpolation=cv2.INTER_AREA).astype(np.float64) / 255
    share = float(weights.mean())
    if share < 1e-4:
        return {}
    small = cv2.resize(cutout.photo.pixels, size, interpolation=cv2.INTER_AREA)
    lab = np.average(tones.to_oklab(tones.to_light(small)).reshape(-1, 3), axis=0, weights=weights.ravel())
    found = {"size": float(np.log(share)), "light": lab[0], "a": lab[1], "b": lab[2]}
    return {name: round(float(value), 4) for name, value in found.items()}


def odd_ones(items: Iterable[Item]) -> dict[int, frozenset[str]]:
    """The photos that are unlike the others, by number: ``odd_scale``, ``odd_colour``, or both.

    A set with two kinds of things has no outliers by this measure: the median absolute deviation of such a
    set is wide.
    """
    known = {item.number: facts for item in items if (facts := _facts(item))}
    if len(known) < _LEAST:
        return {}
    far = {
        name: _far(np.array([facts[name] for facts in known.values()]), floor)
        for name, floor in _FLOORS.items()
    }
    colour = far["light"] | far["a"] | far["b"]
    found = {}
    for number, scale_odd, colour_odd in zip(known, far["size"], colour, strict=True):
        flags = {name for name, odd in (("odd_scale", scale_odd), ("odd_colour", colour_odd)) if odd}
        if flags:
            found[number] = frozenset(flags)
    return found


def _facts(item: Item) -> Mapping[str, float] | None:
    results: dict[str, dict[str, Any]] = (item.facts or {}).get("results") or {}
    return next((told["alike"] for told in results.values() if told.get("alike")), None)


def _far(values: NDArray[np.float64], floor: float) -> NDArray[np.bool_]:
    off = np.abs(values - np.median(values))
    return np.asarray(_TO_SIGMA * off / max(float(np.median(off)), floor * _TO_SIGMA) > _FAR)
