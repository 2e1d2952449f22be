"""The colour of the light in a photo, told from what stands behind its subject.

Products stand before paper, walls and tables, whose own colour is near grey: what these look like is the
colour of the lamp. Three things tell paper under a lamp from a coloured wall: lamps and skies lie near one
line, from candle light to blue sky; paper is of one colour; and where the cast is strong, either nothing of
the subject is lighter than the paper, or its highlights have the cast too. Otherwise nothing is said, since
a guess makes coloured products grey.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Cast = tuple[float, float]
"""How much more red, and blue, than green there is in what should be grey, in stops (log2)."""

_LEAST: Final = 64
"""Pixels that must be seen of something before it is measured."""

_DARK, _CLIPPED = 0.02, 0.98
"""Linear light below which colour is mostly noise, and above which a channel may be cut off."""

_WAY: Final = np.array([0.5, -0.866])
"""The way from daylight to warm light, in (red, blue) stops of linear sRGB against 6500 K: black bodies of
3000 to 9000 K (Kim and others, 2002, US patent 7024034) lie within 0.02 stops of this line."""

_COOLEST, _WARMEST = -0.55, 2.1
"""Where on that line light ends, in stops: at about 12000 K and 2800 K."""

_ASIDE: Final = 0.2
"""How far off the line light may lie, in stops: the green of tubes, and cameras that differ."""

_SAME: Final = 0.2
"""Pixels whose ratios differ by no more than so many stops are of one colour."""

_SHARE: Final = 0.6
"""How much of what can be measured of the background must be of one colour."""

_SLIGHT: Final = 0.45
"""A cast up to here needs no second witness: so much is nearly grey anyway."""

_WITNESS: Final = 0.5
"""How much of a strong cast the subject's highlights must have as well: less is the wall's own colour."""

_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Of linear red, green and blue (ITU-R BT.709)."""

_NORM: Final = 6
"""Of the shades of grey (Finlayson and Trezzi, 2004, "Shades of gray and colour constancy")."""


def cast_of(light: NDArray[np.float32], subject: NDArray[np.bool_], behind: NDArray[np.bool_]) -> Cast | None:
    """The colour of the light.

    Args:
        light: HxWx3, linear sRGB or near it.
        subject: HxW, what is all subject.
        behind: HxW, what is all background.
    Returns:
        None where it can't be told.
    """
    wall = light[behind]
    if len(wall) < _LEAST:
        return None
    if (wall.min(1) >= _CLIPPED).mean() > _SHARE:
        return (0.0, 0.0)  # burnt out in all three: white already
    seen = _measurable(wall)
    if len(seen) < max(_LEAST, (1 - _SHARE) * len(wall)):
        return None
    stops = _stops(seen)
    middle = np.median(stops, axis=0)
    one = np.abs(stops - middle).max(axis=1) < _SAME
    along, aside = float(middle @ _WAY), float(middle @ np.array([-_WAY[1], _WAY[0]]))
    if one.mean() < _SHARE or abs(aside) > _ASIDE or not _COOLEST <= along <= _WARMEST:
        return None
    if abs(along) > _SLIGHT and not _attested(light[subject], np.median(seen[one], axis=0), along):
        return None
    red, blue = np.median(stops[one], axis=0).tolist()
    return red, blue


def _measurable(found: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(found[(found.min(1) > _DARK) & (found.max(1) < _CLIPPED)])


def _stops(light: NDArray[np.floating]) -> NDArray[np.float64]:
    logs = np.log2(np.asarray(light, np.float64))
    return np.asarray(logs[..., [0, 2]] - logs[..., [1]])


def _attested(found: NDArray[np.float32], paper: NDArray[np.float32], along: float) -> bool:
    """Whether the subject bears out a strong cast."""
    if len(found) < _LEAST:
        return False
    lightest = np.percentile(found @ _LUMINANCE, 95)
    return bool(lightest <= paper @ _LUMINANCE) or _of_highlights(found) / along >= _WITNESS


def _of_highlights(found: NDArray[np.float32]) -> float:
    """How warm the brightest of the subject is, in stops along the line; 0 where little is seen of it."""
    usable = found[found.max(1) < _CLIPPED]
    if len(usable) < _LEAST:
        return 0.0
    grey = np.maximum(np.mean(usable.astype(np.float64) ** _NORM, axis=0) ** (1 / _NORM), 1e-4)
    return float(_stops(grey) @ _WAY)
