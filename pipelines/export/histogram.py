"""The colours of a picture, counted."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

STRIP: Final = 2_000_000
"""Pixels looked at together."""
_BITS: Final = 5
"""Of each channel."""


class Bins(NamedTuple):
    """Colours that were counted.

    Attributes:
        means: Nx4 float32, the mean of each bin: colour times alpha, and alpha, 0..255.
        weights: N float32, how many pixels.
    """

    means: Floats
    weights: Floats


class Counts(NamedTuple):
    """A picture's colours.

    Attributes:
        opaque: those of opaque pixels.
        soft: those of translucent pixels.
        clear: whether any pixel is wholly transparent.
    """

    opaque: Bins
    soft: Bins
    clear: bool


def counted(rgba: NDArray[np.uint8]) -> Counts:
    """Count a picture's colours.

    Args:
        rgba: HxWx3 or HxWx4 uint8, straight alpha.
    """
    flat = rgba.reshape(-1, rgba.shape[2])
    bins = 1 << (4 * _BITS)
    sums, counts = np.zeros((4, bins)), np.zeros(bins)
    clear = False
    for at in range(0, len(flat), STRIP):
        seen = premultiplied(flat[at : at + STRIP])
        visible = seen[:, 3] > 0
        clear = clear or not visible.all()
        seen = seen[visible]
        codes = _codes(seen)
        counts += np.bincount(codes, minlength=bins)
        for channel in range(4):
            sums[channel] += np.bincount(codes, seen[:, channel], bins)
    used = np.flatnonzero(counts)
    weights = counts[used].astype(np.float32)
    means = (sums[:, used] / weights).T.astype(np.float32)
    whole = means[:, 3] > 254.999
    return Counts(Bins(means[whole], weights[whole]), Bins(means[~whole], weights[~whole]), clear)


def premultiplied(pixels: NDArray[np.uint8]) -> Floats:
    """Colours times alpha, and alpha: ...x4 float32, 0..255, from ...x3 or ...x4 uint8."""
    colours = pixels[..., :3].astype(np.float32)
    if pixels.shape[-1] == 3:
        alpha = np.full((*colours.shape[:-1], 1), 255, np.float32)
        return np.concatenate([colours, alpha], axis=-1)
    alpha = pixels[..., 3:].astype(np.float32)
    return np.concatenate([colours * (alpha / 255), alpha], axis=-1)


def _codes(seen: Floats) -> NDArray[np.int64]:
    """The bin of each colour. Opaque ones have bins of their own: alpha's last bin holds nothing else."""
    levels = (seen * ((1 << _BITS) / 256)).astype(np.int64)
    top = (1 << _BITS) - 1
    levels[:, 3] = np.where(seen[:, 3] > 254.5, top, np.minimum(levels[:, 3], top - 1))
    shifts = np.arange(4) * _BITS
    return np.asarray((levels << shifts).sum(axis=1), np.int64)
