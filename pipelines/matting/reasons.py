"""Why a person should look at a cutout, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Matte, Pixels

SIDES: Final = ("left", "right", "top", "bottom")

_NOTHING: Final = 0.1
"""No pixel of a cutout without a subject is more than this."""

_ALL: Final = 0.98
"""A cutout that keeps this share of the picture took nothing out."""

_TOUCH: Final = 0.04
"""A subject is cut off where it covers this share of a side of the picture."""

_SECOND: Final = 0.15
"""Another part counts as a subject of its own from this share of the largest on."""

_WIDE: Final = 0.03
"""Mean width of a soft edge that is worth a word, as a share of the longest side."""

_FAINT: Final = 10.0
"""Colours closer than this are hard to tell apart (CIE 1976, just noticeable is 2.3)."""

_REACH: Final = 9
"""Side, in cells, of the window in which colours inside and outside are compared."""

_SHARE: Final = 0.1
"""A side of the contour is named when it is at least this share of the whole."""

_MOST: Final = 0.5
"""Share of something from which it is said of a side."""


@dataclass(frozen=True)
class Reason:
    """One thing to look at.

    Attributes:
        code: stable, for programs.
        text: for people, without a full stop.
        ceiling: what the score can be at most, however much the looks agree.
        sides: where it is, of :data:`SIDES`; none where it is everywhere or has no place.
        count: how many things it is about; 0 where it is not about a number.
    """

    code: str
    text: str
    ceiling: float = 1.0
    sides: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, eq=False)
class Scene:
    """What reasons are found in, all on one small grid.

    Attributes:
        matte: hxw float32 in [0, 1], finished.
        unrest: hxw float32 in [0, 1], the doubt away from the contour.
        pixels: hxwx3 uint8.
        alone: whether a single look was made.
        doubtful: whether the score is low.
    """

    matte: Matte
    unrest: Matte
    pixels: Pixels
    alone: bool = False
    doubtful: bool = False


def find_reasons(scene: Scene) -> tuple[Reason, ...]:
    """Everything worth saying, the weightiest first."""
    if not (scene.matte > _NOTHING).any():
        return (Reason("no_subject", "no subject was found", ceiling=0.0),)
    if float(scene.matte.mean()) > _ALL:
        return (Reason("all_kept", "nothing was taken out", ceiling=0.5),)
    found = (reason(scene) for reason in _KINDS)
    return tuple(reason for reason in found if reason is not None)


def _dispute(scene: Scene) -> Reason | None:
    """A low score always has this reason, so that it never stands without words."""
    if not scene.doubtful:
        return None
    height, width = scene.unrest.shape
    rows, columns = max(1, height // 3), max(1, width // 3)
    parts = (
        scene.unrest[:, :columns],
        scene.unrest[:, -columns:],
        scene.unrest[:rows],
        scene.unrest[-rows:],
    )
    shares = [float(part.sum()) for part in parts]
    most = max(shares) > _MOST * float(scene.unrest.sum())
    sides = (SIDES[int(np.argmax(shares))],) if most else ()
    place = f", most of all at the {sides[0]}" if sides else ""
    if scene.alone:
        return Reason("unsure", f"the network is unsure what belongs to the subject{place}", sides=sides)
    return Reason("disagreement", f"the networks disagree about the subject{place}", sides=sides)


def _several(scene: Scene) -> Reason | None:
    solid = (scene.matte > 0.5).astype(np.uint8)
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(solid, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    count = int((areas >= _SECOND * areas.max()).sum()) if areas.size else 0
    if count < 2:
        return None
    words = {2: "two", 3: "three"}.get(count, "several")
    return Reason("several_subjects", f"{words} subjects", count=count)


def _low_contrast(scene: Scene) -> Reason | None:
    faint = [side for side, share in faint_sides(scene.matte, scene.pixels).items() if share > _MOST]
    if not faint:
        return None
    if len(faint) > 2:
        return Reason("low_contrast", "low contrast along the edge")
    return Reason("low_contrast", f"low contrast along the {_listed(faint)} edge", sides=tuple(faint))


def faint_sides(matte: Matte, pixels: Pixels) -> dict[str, float]:
    """How much of the contour on each side hardly differs in colour from what is behind.

    Args:
        matte: hxw float32 in [0, 1].
        pixels: hxwx3 uint8.
    Returns:
        0..1 for each side that is a fair part of the contour. A side is what faces there.
    """
    difference, seen = _difference(matte, pixels)
    smooth = cv2.GaussianBlur(matte, (0, 0), 2)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    level, upright = np.abs(across) >= np.abs(down), np.abs(across) < np.abs(down)
    facing = (level & (across > 0), level & (across <= 0), upright & (down > 0), upright & (down <= 0))
    least = _SHARE * max(1, int(np.count_nonzero(seen)))
    shares = {}
    for side, faces in zip(SIDES, facing, strict=True):
        here = seen & faces
        if np.count_nonzero(here) > least:
            shares[side] = float((difference[here] < _FAINT).mean())
    return shares


def _difference(matte: Matte, pixels: Pixels) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Colour difference across the contour, and the contour cells where it could be told."""
    lab = cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)
    window = (_REACH, _REACH)
    means, weights = [], []
    for layer in (matte > 0.7, matte < 0.3):
        weight = layer.astype(np.float32)
        total = cv2.blur(weight, window)
        means.append(cv2.blur(lab * weight[..., None], window) / np.maximum(total, 1e-3)[..., None])
        weights.append(total)
    contour = cv2.morphologyEx((matte > 0.5).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    seen = (contour > 0) & (weights[0] > 0.05) & (weights[1] > 0.05)
    return np.asarray(np.linalg.norm(means[0] - means[1], axis=2), np.float32), np.asarray(seen)


def _soft(scene: Scene) -> Reason | None:
    solid = (scene.matte > 0.5).astype(np.uint8)
    contour = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    length = np.count_nonzero(contour) / 2
    grey = float((4 * scene.matte * (1 - scene.matte)).sum())
    if grey <= _WIDE * max(scene.matte.shape) * max(1.0, length):
        return None
    return Reason("soft_edge", "a wide soft edge, as of hair, glass or blur")


def _cut_off(scene: Scene) -> Reason | None:
    solid = scene.matte > 0.5
    rims = (solid[:, 0], solid[:, -1], solid[0], solid[-1])
    touched = [side for side, rim in zip(SIDES, rims, strict=True) if rim.mean() >= _TOUCH]
    if not touched:
        return None
    if len(touched) == len(SIDES):
        return Reason("cut_off", "cut off on all sides")
    return Reason("cut_off", f"cut off at the {_listed(touched)}", sides=tuple(touched))


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


_KINDS: Final[tuple[Callable[[Scene], Reason | None], ...]] = (
    _dispute,
    _several,
    _low_contrast,
    _soft,
    _cut_off,
)
"""In the order in which they are told."""
