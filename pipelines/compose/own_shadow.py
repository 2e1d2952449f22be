"""The photo's own shadow: what is darker beside the subject than the ground around."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.ground import Ground
from pipelines.compose.patch import Floats, Patch, shares, softened
from pipelines.photo import Matte8, Pixels

_GRID: Final = 256
"""Cells along the longer side of what is looked at: a shadow recovered so is soft."""
_REACH: Final = 0.6
"""How far from the subject a shadow is looked for, as a share of the longer side of its box."""
_FULL: Final = 0.65
"""From this part of the way on it fades."""
_NOISE: Final = 0.03
"""What is darker by no more than this share beyond the ground's usual unevenness is no shadow."""
_UNEVEN: Final = 2.0
"""Standard deviations of the lit ground's brightness that count as its usual unevenness."""
_WALL, _FLOOR = 0.3, 0.14
"""Above the first share of the subject's height over its feet there may be a wall, below the second not."""
_RIM: Final = 0.06
"""How far in from the photo's edges a shadow fades, as a share of the photo's longer side."""
_TURNS: Final = 8
_LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
_FEW: Final = 64
"""With fewer cells to see nothing can be said."""
_ROUND: Final = 3
"""Cells round the subject that may hold some of its own colour."""


def own_shadow(pixels: Pixels, matte: Matte8, ground: Ground, *, fade: bool) -> tuple[Patch, Floats]:
    """Recover the shadow that a subject throws in its photo.

    The ground without it is taken for a smooth surface (a quadratic one), fitted to the brighter part of
    what is around (asymmetric least squares; Eilers and Boelens, 2005). What is darker than that, hangs
    together with the subject, and has the ground's own colour is shadow.

    Args:
        pixels: HxWx3 uint8, the photo.
        matte: HxW uint8.
        ground: where the subject stands in the photo.
        fade: whether it fades towards the photo's edges, which lie within a larger canvas.
    Returns:
        A patch of the photo, and hxw float32 in [0, 1] on it: by which share the ground is darker.
    """
    box = ground.patch.box
    reach = round(_REACH * box.longer)
    top = round(box.top + 0.4 * (box.bottom - box.top))
    room = box.wider(reach)._replace(top=top)
    patch = Patch.over(room, (matte.shape[0], matte.shape[1]), _GRID / (box.longer + 2 * reach))
    colour = shares(patch.reduced(pixels))
    covered = patch.reduced(matte)
    near = np.asarray(cv2.dilate(covered, np.ones((2 * _ROUND + 1, 2 * _ROUND + 1), np.uint8)), np.uint8)
    free = near < 13
    if free.sum() < _FEW:
        return patch, np.zeros(covered.shape, np.float32)
    light = np.asarray(cv2.GaussianBlur(colour, (0, 0), 1) @ _LUMA, np.float32)
    lit = _surface(light, free)
    share = np.asarray(1 - light / np.maximum(lit, 0.02), np.float32)
    noise = _NOISE + _UNEVEN * _unevenness(share, free)
    darker = np.clip((share - noise) / (1 - noise), 0, 1) * _same_hue(colour, free, share) * (lit > 0.08)
    filled = _filled(np.asarray(darker, np.float32), free)
    kept = filled * _joined(filled, near) * _falloff(patch, covered, ground)
    if fade:
        kept = kept * _rim(patch, (matte.shape[0], matte.shape[1]))
    return patch, np.asarray(kept, np.float32)


def _unevenness(share: Floats, free: NDArray[np.bool_]) -> float:
    """Standard deviation of the lit ground, from what is brighter than expected: shadows are not."""
    brighter = share[free & (share < 0)]
    return float(np.sqrt(np.mean(brighter**2))) if brighter.size else 0.0


def _surface(light: Floats, free: NDArray[np.bool_]) -> Floats:
    """The ground's brightness without shadows: a quadratic surface under which most of it lies."""
    height, width = light.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    known, seen = terms[free], light[free].astype(np.float64)
    weight = np.ones(seen.size)
    ridge = 1e-3 * seen.size * np.diag([0, 0.1, 0.1, 1, 1, 1])
    for _ in range(_TURNS):
        weighted = known * weight[:, None]
        solved = np.linalg.solve(weighted.T @ known + ridge, weighted.T @ seen)
        gap = seen - known @ solved
        # Far above is a lamp or a sky, below is shadow.
        weight = np.where(gap < -0.01, 0.08, np.where(gap > 0.12, 0.05, 1.0))
    return np.asarray(np.clip(terms @ solved, 0, 1), np.float32)


def _same_hue(colour: Floats, free: NDArray[np.bool_], share: Floats) -> Floats:
    """1 where a place has the ground's own colour, only darker; 0 where it is something else."""
    chroma = colour / np.maximum(colour.sum(axis=2, keepdims=True), 0.05)
    lit = free & (np.abs(share) < _NOISE)
    if lit.sum() < _FEW:
        return np.ones(share.shape, np.float32)
    usual = np.median(chroma[lit], axis=0)
    distance = np.abs(chroma - usual).max(axis=2)
    # The darker it is, the less its hue tells.
    alike = 0.045 / np.clip(2.5 * colour.mean(axis=2), 0.2, 1)
    return np.asarray(np.clip(2 - distance / alike, 0, 1), np.float32)


def _filled(darker: Floats, free: NDArray[np.bool_]) -> Floats:
    """Smooth, and gone on under the subject as it is at its rim (normalised convolution)."""
    known = free.astype(np.float32)
    result = np.zeros_like(darker)
    for sigma in (24.0, 8.0, 3.0, 1.2):
        share = softened(known, sigma)
        trust = np.clip(share * 4, 0, 1)
        result += (softened(darker * known, sigma) / np.maximum(share, 1e-4) - result) * trust
    return np.clip(result, 0, 1)


def _joined(filled: Floats, near: NDArray[np.uint8]) -> Floats:
    """1 where a dark place hangs together with the subject, softly 0 elsewhere."""
    dark = ((filled > 0.03) | (near > 127)).astype(np.uint8)
    count, labels = cv2.connectedComponents(dark)
    touched = np.unique(labels[near > 127])
    kept = np.isin(labels, touched[touched > 0]).astype(np.float32) if count > 1 else np.zeros_like(filled)
    wider = np.asarray(cv2.dilate(kept, np.ones((3, 3), np.uint8)), np.float32)
    return np.asarray(np.clip(softened(wider, 1.5) * 1.5, 0, 1), np.float32)


def _falloff(patch: Patch, covered: Matte8, ground: Ground) -> Floats:
    """1 beside the subject on the ground, 0 from where nothing more is looked for."""
    box, columns = ground.patch.box, patch.columns()
    distance = cv2.distanceTransform((covered < 128).view(np.uint8), cv2.DIST_L2, 5) / max(patch.scale)
    far = np.clip((distance / (_REACH * box.longer) - _FULL) / (1 - _FULL), 0, 1)
    lines = [stance.at(columns, stance.ground) for stance in ground.stances]
    line = np.min(lines, axis=0) if lines else np.full(columns.shape, box.bottom, np.float32)
    height = (line - patch.rows()[:, None]) / (box.bottom - box.top)
    floor = np.clip((_WALL - height) / (_WALL - _FLOOR), 0, 1)
    return np.asarray((1 - far**2) ** 2 * floor, np.float32)


def _rim(patch: Patch, photo: tuple[int, int]) -> Floats:
    """0 at the photo's edges, 1 from a little inside on."""
    height, width = photo
    x, y = patch.columns(), patch.rows()[:, None]
    inside = np.minimum(np.minimum(x, width - x), np.minimum(y, height - y))
    return np.asarray(np.clip(inside / (_RIM * max(photo)), 0, 1), np.float32)
