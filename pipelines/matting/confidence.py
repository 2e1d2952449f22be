"""How far a cutout can be trusted without a look: a number, where the doubt is, and why.

Networks that were trained apart err on different photos and in different places. So the
best sign of a failure is that looks at the same photo differ about whole parts of it; that
they differ along the contour says little, for there each of them is soft in its own way.
Of all that was tried (greyness, the width of the soft band, contrast along the contour,
contact with the frame, fragments, size), nothing told more beside that on photos that it
had not seen; those serve as reasons in words instead (:mod:`pipelines.matting.reasons`).
``python -m benchmarks.confidence`` measures it and fits the constants anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.matting.reasons import Reason, Scene, find_reasons
from pipelines.models.fusion import enlarged
from pipelines.photo import Matte, Matte8, Pixels

GRID: Final = 256
"""Longest side of what is compared, in cells; no look is sharper than two of them."""

TRUSTED: Final = 0.9
"""From this score on, a cutout need not be looked at."""

_RIM: Final = (0.01, 0.03)
"""Distance from the contour, as a share of the longest side, up to which doubt counts least, and from
which it counts in full."""

_AT_RIM: Final = np.float32(0.2)
"""What doubt at the contour counts in the dispute."""

_BY_SUBJECT: Final = 0.65
"""The power of the subject's share of the picture that the dispute is measured by: 1 would be all by
the subject, 0 all by the picture."""

_RIM_SHOWN: Final = np.float32(0.4)
"""How strongly doubt at the contour shows in the heat map, where it is as usual as harmless."""

_LEAST: Final = 0.002
"""A subject's share of the picture is taken for no less: specks are no measure."""

FLOOR: Final = 0.002
"""Added to the dispute before its logarithm is taken: less is nothing."""

LEVEL: Final = -1.78
SLOPE: Final = 1.05
"""``score = 1 / (1 + exp(SLOPE * log(dispute + FLOOR) - LEVEL))``, fitted to the
cutouts that Auto made of 107 development photos (:mod:`benchmarks.confidence`)."""

LEVEL_ALONE: Final = -2.6
SLOPE_ALONE: Final = 0.9
"""The same where a single look was made, whose own greyness then is the doubt: from the fits to
U²-Net small and IS-Net alone."""


@dataclass(frozen=True, eq=False)
class Confidence:
    """How far a cutout can be trusted.

    Attributes:
        score: 0..1. Of cutouts with a score about 0.9, some nine in ten are right: they share at
            least 80 % with the true one (intersection over union).
        doubt: hxw uint8 of the photo's shape, at most :data:`GRID` long: how strongly the
            looks speak against the cutout there, less strongly shown at the contour.
        reasons: what a person should look at, the weightiest first; may be empty.
        dispute: what the score is made from, see :func:`dispute_of`.
    """

    score: float
    doubt: Matte8
    reasons: tuple[Reason, ...]
    dispute: float

    @property
    def trusted(self) -> bool:
        """Whether the score says that nobody need look."""
        return self.score >= TRUSTED


def judge(coarse: Matte, looks: Sequence[Matte], final: Matte8, pixels: Pixels) -> Confidence:
    """Judge a cutout.

    The networks' mattes give the score: what a user then does on purpose to the edge, or to
    which subjects stay, is no reason for doubt. The reasons about shape (cut off, several
    subjects) are about the finished matte, which is what the user sees.

    Args:
        coarse: h'xw' float32 in [0, 1], the matte that the looks agreed on.
        looks: what each witness alone gave, of any sizes; none means that ``coarse`` is all there is.
        final: HxW uint8, the finished matte.
        pixels: HxWx3 uint8.
    """
    grid = grid_of(final.shape[:2])
    decided = (enlarged(coarse, grid) > 0.5).astype(np.float32)
    doubt = doubt_of(decided, [enlarged(look, grid) for look in looks or [coarse]])
    unrest = doubt * away_from_contour(decided)
    alone = len(looks) <= 1
    dispute = dispute_of(doubt, decided, alone=alone)
    finished = _thinned(final, grid).astype(np.float32) / np.float32(255)
    score = score_of(dispute, alone=alone)
    scene = Scene(finished, unrest, _thinned(pixels, grid), alone=alone, doubtful=score < TRUSTED)
    reasons = find_reasons(scene)
    score = min([score, *(reason.ceiling for reason in reasons)])
    shown = np.maximum(unrest, doubt * _RIM_SHOWN)
    return Confidence(score, np.rint(shown * 255).astype(np.uint8), reasons, dispute)


def grid_of(shape: tuple[int, ...]) -> tuple[int, int]:
    """The (height, width) in cells that a picture of (height, width) pixels is judged at."""
    scale = min(1.0, GRID / max(shape[:2]))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def doubt_of(decided: Matte, looks: Sequence[Matte]) -> Matte:
    """How strongly looks speak against a decision on the average, cell by cell.

    Args:
        decided: hxw float32, 0 or 1.
        looks: at least one, of the same size, in [0, 1].
    Returns:
        hxw float32 in [0, 1].
    """
    return np.asarray(np.mean([np.abs(look - decided) for look in looks], axis=0), np.float32)


def away_from_contour(decided: Matte) -> Matte:
    """How far doubt counts in a cell: 0 at the contour, 1 away from it; hxw float32."""
    cells = decided.astype(np.uint8)
    contour = cv2.morphologyEx(cells, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    if not contour.any():
        return np.ones_like(decided)
    distance = cv2.distanceTransform(1 - contour, cv2.DIST_L2, 3) / np.float32(max(decided.shape))
    near, far = _RIM
    return np.asarray(np.clip((distance - near) / (far - near), 0, 1), np.float32)


def dispute_of(doubt: Matte, decided: Matte, *, alone: bool = False) -> float:
    """How much is in dispute; 0 for nothing.

    Between a share of the subject and a share of the picture: the first tells whether the subject is
    found, the second how much of the picture may be wrong. A look that stands alone is only grey at
    the contour because it is coarse: that says nothing, and a share of the subject tells more.

    Args:
        doubt: hxw float32 in [0, 1], as from :func:`doubt_of`.
        decided: hxw float32, 0 or 1.
        alone: whether a single look was made.
    """
    at_rim, by_subject = (np.float32(0), 1.0) if alone else (_AT_RIM, _BY_SUBJECT)
    weight = at_rim + (1 - at_rim) * away_from_contour(decided)
    disputed = float((doubt * weight).mean(dtype=np.float64))
    subject = max(float(decided.mean(dtype=np.float64)), _LEAST)
    return disputed / math.pow(subject, by_subject)


def score_of(dispute: float, *, alone: bool = False) -> float:
    """What a dispute says about the cutout, 0..1; less dispute never gives less.

    Args:
        dispute: 0 or more.
        alone: whether a single look was made.
    """
    level, slope = (LEVEL_ALONE, SLOPE_ALONE) if alone else (LEVEL, SLOPE)
    return 1 / (1 + math.exp(slope * math.log(dispute + FLOOR) - level))


def heat_map(doubt: Matte8) -> NDArray[np.uint8]:
    """Doubt as a picture to lay over the photo.

    Args:
        doubt: hxw uint8.
    Returns:
        hxwx4 uint8, straight alpha: clear where there is no doubt, then yellow to red.
    """
    strength = np.clip(doubt.astype(np.float32) / 255 * 2, 0, 1)  # half of all the witnesses is much
    red, blue = np.full_like(strength, 235), np.full_like(strength, 30)
    green = 200 - 170 * strength
    alpha = np.where(strength > 0.08, 60 + 160 * strength, 0)
    return np.asarray(np.rint(np.dstack([red, green, blue, alpha])), np.uint8)


def _thinned(picture: NDArray[np.uint8], grid: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture on the grid; of a large one only some pixels are read, so that its size costs nothing."""
    step = max(1, max(picture.shape[:2]) // (4 * GRID))
    some = np.ascontiguousarray(picture[::step, ::step])
    if some.shape[:2] == grid:
        return some
    return np.asarray(cv2.resize(some, (grid[1], grid[0]), interpolation=cv2.INTER_AREA), np.uint8)
