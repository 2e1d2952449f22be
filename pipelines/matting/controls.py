"""The edge controls people know from picture editors, each a pure step with a neutral setting.

All lengths are in pixels of the matte that is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Matte8
from pipelines.recipe import Edges

_HALF: Final = 128
"""From this alpha on a pixel belongs to a subject when subjects are told apart."""

_SOLID: Final = 250
"""From this alpha on a pixel closes off a hole."""

_SEEN: Final = 13
"""Below this alpha a pixel is background, for what can be seen through (5 %)."""

_SMALLEST: Final = 0.002
"""Subjects smaller than this share of the picture are specks, not counted."""


def adjust(matte: Matte8, edges: Edges) -> Matte8:
    """Every control of a Recipe, in their order.

    Args:
        matte: HxW uint8.
        edges: what is wanted, lengths in pixels of this matte.
    """
    if edges.region is not None:
        matte = keep_region(matte, edges.region)
    if edges.subjects == "largest":
        matte = keep_largest(matte)
    elif edges.subjects == "picked":
        matte = keep_picked(matte, edges.picked)
    if edges.holes == "fill":
        matte = fill_holes(matte)
    if edges.translucency == "fill":
        matte = fill_translucent(matte)
    return feather(shift(contrast(matte, edges.contrast), edges.shift), edges.feather)


class Found(NamedTuple):
    """One connected subject.

    Attributes:
        label: its number in :func:`subjects`' map.
        share: its share of the picture's pixels, 0..1.
        box: (left, top, right, bottom) in pixels; right and bottom are exclusive.
    """

    label: int
    share: float
    box: tuple[int, int, int, int]


def contrast(matte: Matte8, amount: float) -> Matte8:
    """Harden the edge about one half.

    Args:
        matte: HxW uint8.
        amount: 0 leaves it alone, 1 makes it binary.
    """
    if amount <= 0:
        return matte
    slope = 1 / max(1e-3, 1 - amount)
    table = np.clip((np.arange(256) - 127.5) * slope + 127.5, 0, 255)
    return np.asarray(cv2.LUT(matte, np.rint(table).astype(np.uint8)), np.uint8)


def shift(matte: Matte8, pixels: float) -> Matte8:
    """Move the edge outwards (positive) or inwards (negative), soft parts with it.

    Grey-scale dilation and erosion by a disc; between whole pixels, a mix of the two
    neighbours.

    Args:
        matte: HxW uint8.
        pixels: how far.
    """
    if pixels == 0:
        return matte
    move = cv2.dilate if pixels > 0 else cv2.erode
    whole, part = divmod(abs(pixels), 1)
    near, far = (_moved(matte, move, int(whole) + step) for step in (0, 1))
    return np.asarray(cv2.addWeighted(near, 1 - part, far, part, 0), np.uint8) if part else near


def _moved(matte: Matte8, move: object, radius: int) -> Matte8:
    if radius == 0:
        return matte
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    assert callable(move)  # noqa: S101  (cv2.dilate or cv2.erode)
    # The frame is no edge of the subject: what is beyond it counts as what is at it.
    return np.asarray(move(matte, disc, borderType=cv2.BORDER_REPLICATE), np.uint8)


def feather(matte: Matte8, sigma: float) -> Matte8:
    """Soften the edge.

    Args:
        matte: HxW uint8.
        sigma: the Gaussian's standard deviation in pixels.
    """
    if sigma <= 0:
        return matte
    return np.asarray(cv2.GaussianBlur(matte, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8)


def fill_holes(matte: Matte8) -> Matte8:
    """Make solid whatever background the subject encloses.

    A hole is background that no path through less than solid pixels joins to the frame.
    """
    open_pixels = (matte < _SOLID).astype(np.uint8)
    count, labels = cv2.connectedComponents(open_pixels, connectivity=4)
    frame = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    enclosed = np.ones(count, bool)
    enclosed[frame] = False
    enclosed[0] = False
    return np.where(enclosed[labels], np.uint8(255), matte)


def fill_translucent(matte: Matte8) -> Matte8:
    """Make solid what can be seen through within the subject: a car's windows, a glass.

    Such a part touches nothing but the subject. The soft rim of a hole or of the outline touches background.
    """
    through = ((matte >= _SEEN) & (matte < _SOLID)).astype(np.uint8)
    count, labels = cv2.connectedComponents(through, connectivity=8)
    around = cv2.dilate((matte < _SEEN).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    within = np.ones(count, bool)
    within[labels[around]] = False
    within[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = False
    within[0] = False
    return np.where(within[labels], np.uint8(255), matte)


def subjects(matte: Matte8) -> tuple[list[Found], NDArray[np.int32]]:
    """Tell connected subjects apart.

    Returns:
        The subjects, largest first, specks left out; and HxW int32 with each pixel's
        label, 0 where there is no subject.
    """
    solid = (matte >= _HALF).astype(np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(solid, connectivity=8)
    found = [
        Found(label, float(area) / matte.size, (int(x), int(y), int(x + width), int(y + height)))
        for label, (x, y, width, height, area) in enumerate(stats)
        if label and area >= _SMALLEST * matte.size
    ]
    return sorted(found, key=lambda one: -one.share), np.asarray(labels, np.int32)


def keep_largest(matte: Matte8) -> Matte8:
    """Only the largest connected subject, with its soft edge; nothing changes where there is but one."""
    found, labels = subjects(matte)
    return _only(matte, labels, [found[0].label]) if found else matte


def keep_picked(matte: Matte8, points: Sequence[tuple[float, float]]) -> Matte8:
    """Only the subjects under, or nearest to, some points.

    Args:
        matte: HxW uint8.
        points: (x, y), each 0..1 of the width and height.
    """
    found, labels = subjects(matte)
    if not found or not points:
        return matte
    height, width = matte.shape
    nearest = _nearest_labels(labels)
    spots = [(min(height - 1, int(y * height)), min(width - 1, int(x * width))) for x, y in points]
    return _only(matte, labels, [int(nearest[spot]) for spot in spots])


def keep_region(matte: Matte8, region: tuple[float, float, float, float]) -> Matte8:
    """Nothing outside a region.

    Args:
        matte: HxW uint8.
        region: (left, top, right, bottom), each 0..1 of the width and height.
    """
    height, width = matte.shape
    left, top, right, bottom = region
    rows = slice(round(top * height), round(bottom * height))
    columns = slice(round(left * width), round(right * width))
    kept = np.zeros_like(matte)
    kept[rows, columns] = matte[rows, columns]
    return kept


def _nearest_labels(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Each pixel's nearest subject: HxW int32, never 0 where there is any subject."""
    empty = (labels == 0).astype(np.uint8)
    _distance, seeds = cv2.distanceTransformWithLabels(
        empty, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_CCOMP
    )
    owner = np.zeros(int(seeds.max()) + 1, np.int32)
    owner[seeds[labels > 0]] = labels[labels > 0]
    return owner[seeds]


def _only(matte: Matte8, labels: NDArray[np.int32], wanted: Sequence[int]) -> Matte8:
    """The matte where the nearest subject is a wanted one; soft pixels go with their subject."""
    chosen = np.zeros(int(labels.max()) + 1, bool)
    chosen[list(wanted)] = True
    return np.where(chosen[_nearest_labels(labels)], matte, np.uint8(0))
