"""Whether what colours say is worth changing a coarse matte for."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from pipelines.matting.grids import WIDER, Floats, grown, shrunk, window_mean
from pipelines.photo import Matte

_LEAST: Final = np.float32(1e-3)
"""Shares below this are none."""

_SLIGHT: Final = np.float32(1e-4)
"""A mean square change below this is none."""

_NEARBY: Final = 0.015
"""Radius of the neighbourhood in which lines are held against sure cells, as a share of the
square root of the grid's area."""

_DOUBTED: Final = np.float32(0.04)
"""From this far from 0 and 1 on, a cell is in doubt: a trimap's haze."""

_CERTAIN: Final = np.float32(0.7)
"""Sureness from which a cell says whether a line is right: within a twelfth of 0 or 1."""

_BIAS: Final = (np.float32(0.2), np.float32(0.5))
"""Mean change of the doubtful cells of a neighbourhood: trusted up to the first, not at all
from the second on."""

_STAND: Final = (np.float32(0.2), np.float32(0.8))
"""Mean sureness of a neighbourhood: below the first it is too deep in doubt for a change,
from the second on it is not."""

_FAR: Final = np.float32(0.5)
"""What the sure cells of a three times wider neighbourhood count beside those of the near one."""

_FEW: Final = np.float32(0.001)
_GUESS: Final = np.float32(0.1)
"""What share of a neighbourhood is too few sure cells to tell by, and what mean squared
error is then taken for granted."""

_CLEAR: Final = (np.float32(0.003), np.float32(0.01))
"""Mean squared error on sure cells: below the first, subject and background have colours so
clearly their own that neither of the two limits above counts; from the second on they do."""


def worth_of(said: Matte, matte: Matte) -> Floats:
    """How far what the colours say is worth a change of the matte, in [0, 1].

    There are reasons why colours, however well they fit, may not speak:

    * They err on sure cells next to the doubt as much as they differ from the matte in it.
      Of a mean square difference d of which e is their own error, 1 - e / d is the matte's (the
      shrinkage of James and Stein, "Estimation with quadratic loss", 1961).
    * They move a whole neighbourhood one way. That is no edge made sharp, but an answer to
      what is subject, which colours do not know: a shadow, a reflection, glass.
    * Nothing nearby is sure, so that they would have to be carried over from afar.

    Where they hardly err at all, only the first counts.

    Args:
        said: hxw float32 in [0, 1], what the colours say.
        matte: of the same size, the coarse matte.
    Returns:
        hxw float32.
    """
    near = _neighbourhoods(said - matte, matte)
    bias = np.abs(near[1]) / (near[0] + _LEAST)
    differs = near[2] / (near[0] + _LEAST)
    errs = (near[5] + _FEW * _GUESS) / (near[4] + _FEW)
    share = (1 - errs / np.maximum(differs, _SLIGHT)).clip(0, 1)
    bold, lost = _ramp(bias, *_BIAS), 1 - _ramp(near[3], *_STAND)
    share *= 1 - np.maximum(bold, lost) * _ramp(errs, *_CLEAR)
    return grown(share, matte.shape)


def _neighbourhoods(change: Floats, matte: Matte) -> Floats:
    """Means over neighbourhoods, on a grid as much coarser as the second windows': 6xhxw float32.

    By plane: doubtful cells; their change, and its square; sureness; sure cells next to
    the doubt, weighted; the square of their change.
    """
    radius = _NEARBY * float(np.sqrt(matte.size))
    doubt = (np.minimum(matte, 1 - matte) > _DOUBTED).astype(np.float32)
    sure, square = np.square(2 * matte - 1), np.square(change)
    reach = 2 * max(1, round(radius / 2)) + 1
    known = sure * (sure > _CERTAIN) * cv2.dilate(doubt, np.ones((reach, reach), np.uint8))
    planes = shrunk(np.stack([doubt, doubt * change, doubt * square, sure, known, known * square]))
    window = max(1, round(radius / WIDER))
    near = np.stack([window_mean(plane, window) for plane in planes])
    for number, plane in enumerate(shrunk(planes[4:]), 4):
        near[number] += _FAR * grown(window_mean(plane, window), near.shape[1:])
    return near


def _ramp(values: Floats, low: np.float32, high: np.float32) -> Floats:
    return np.asarray(((values - low) / (high - low)).clip(0, 1), np.float32)
