"""Light wrap: the backdrop's light laid over the subject's rim, as it spills round edges in a lens."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.oklab import from_linear, to_linear
from pipelines.compose.patch import Floats, Patch, shares, softened
from pipelines.compose.subject import Subject
from pipelines.photo import Pixels

_STRIP: Final = 512
_FINE: Final = 4
"""Cells of the grid to a standard deviation of the blur."""
_LINEAR: Final = to_linear(shares(np.arange(256, dtype=np.uint8)))
_NOTHING: Final = 0.004
"""Less light than this is not seen."""
_WIDE: Final = 4096
"""Places read in a row: OpenCV takes no more than 32 767."""
_STEPS: Final = 4096
_ENCODED: Final = np.rint(from_linear(np.linspace(0, 1, _STEPS, dtype=np.float32)) * 255).astype(np.uint8)


def wrapped(
    subject: Subject, pixels: Pixels, backdrop: NDArray[np.uint8], amount: float, width: float
) -> Pixels:
    """The subject's colour with the backdrop's light on its rim, by the screen of amounts of light.

    Args:
        subject: on its canvas.
        pixels: HxWx3 uint8, its colour.
        backdrop: HxWx3 or HxWx4 uint8, of the canvas.
        amount: 0..1.
        width: how far in it reaches, as a share of the longer side of the subject's box.
    Returns:
        HxWx3 uint8, a new array.
    """
    if subject.box is None:
        return pixels
    sigma = max(0.6, width * subject.box.longer / 2)
    patch = Patch.over(subject.box.wider(round(4 * sigma) + 2), subject.size, _FINE / sigma)
    light, rim = _light_and_rim(subject, backdrop, patch, sigma)
    result = pixels.copy()
    box = patch.box
    size = box.right - box.left, box.bottom - box.top
    amounts = np.asarray(cv2.resize(rim * amount, size, interpolation=cv2.INTER_LINEAR), np.float32)
    for start in range(0, size[1], _STRIP):
        rows = slice(box.top + start, min(box.top + start + _STRIP, box.bottom))
        part, much = result[rows, box.left : box.right], amounts[start : start + _STRIP]
        there = np.nonzero((subject.matte[rows, box.left : box.right] > 0) & (much > _NOTHING))
        x = (there[1] + 0.5) * patch.scale[0] - 0.5
        y = (there[0] + start + 0.5) * patch.scale[1] - 0.5
        part[there] = _screened(part[there], _read(light, x, y) * much[there][:, None])
    return result


def _light_and_rim(
    subject: Subject, backdrop: NDArray[np.uint8], patch: Patch, sigma: float
) -> tuple[Floats, Floats]:
    """The backdrop's light nearby, hxwx3, and how much of it reaches each place, hxw; both in [0, 1]."""
    small = patch.reduced(backdrop)
    there = shares(small[..., 3]) if small.shape[2] == 4 else None
    across, down = patch.scale
    planes = []
    for channel in cv2.split(small)[:3]:
        plane = _LINEAR[channel] if there is None else _LINEAR[channel] * there
        planes.append(softened(np.asarray(plane, np.float32), 2 * sigma * across, 2 * sigma * down))
    free = 1 - shares(patch.reduced(subject.matte))
    # Half of the light at a straight edge, less and less inwards.
    rim = softened(np.asarray(free, np.float32), sigma * across, sigma * down)
    return np.asarray(cv2.merge(planes), np.float32), np.asarray(np.clip(rim * 1.6, 0, 1), np.float32)


def _screened(pixels: NDArray[np.uint8], light: Floats) -> NDArray[np.uint8]:
    """Pixels (Nx3, coded) with light (Nx3 in [0, 1], linear) screened onto them."""
    lit = 1 - (1 - _LINEAR[pixels]) * (1 - light)
    return np.asarray(_ENCODED[np.rint(lit * (_STEPS - 1)).astype(np.int32)], np.uint8)


def _read(light: Floats, x: NDArray[np.floating], y: NDArray[np.floating]) -> Floats:
    """A soft picture at places between its cells: Nx3."""
    lacking = -x.size % _WIDE
    across = np.pad(x, (0, lacking)).reshape(-1, _WIDE).astype(np.float32)
    down = np.pad(y, (0, lacking)).reshape(-1, _WIDE).astype(np.float32)
    if not x.size:
        return np.zeros((0, 3), np.float32)
    found = cv2.remap(light, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.reshape(-1, 3)[: x.size], np.float32)
