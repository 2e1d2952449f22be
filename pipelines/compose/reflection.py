"""Reflections: the subject mirrored in glossy ground, each column below the foot that it stands on."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.compose.composite import Veil
from pipelines.compose.ground import Ground, Stance
from pipelines.compose.patch import Floats, Patch, softened
from pipelines.compose.resampling import straight
from pipelines.compose.subject import Box, Subject
from pipelines.recipe import Reflection

_GRID: Final = 512
_STRIP: Final = 256
"""Rows that are mirrored at once: the memory that it takes stays small."""
_BLURRED: Final = 1.6
"""Nothing of the sharp image is left from this part of the way on: one part of so many."""
_TURNS: Final = 6
"""Turns of the fixed point that finds a height; each leaves less than three quarters of the error."""


def reflection_veils(shadow: Reflection, ground: Ground, subject: Subject) -> list[Veil]:
    """The reflection of each piece that stands; what is cut off below has none.

    Args:
        shadow: what is wanted.
        ground: where the subject stands.
        subject: on its canvas.
    """
    standing = [stance for stance in ground.stances if stance.standing().max() > 0]
    veils = (
        _mirrored(shadow, stance, ground.patch, subject, alone=len(standing) == 1) for stance in standing
    )
    return [veil for veil in veils if veil is not None]


def _mirrored(
    shadow: Reflection, stance: Stance, source: Patch, subject: Subject, *, alone: bool
) -> Veil | None:
    reach = shadow.length * stance.height
    box = source.box
    top = int(np.floor(stance.ground.min()))
    region = Box(box.left, top, box.right, int(np.ceil(stance.ground.max() + reach))).common(
        Box(0, 0, subject.size[1], subject.size[0])
    )
    if region.empty:
        return None
    patch = Patch.over(region, subject.size, _GRID / box.longer)
    height, origin = _heights(stance, patch)
    share = np.clip(height / reach, 0, 1)
    seen = np.where(height > 0, (1 - share) ** 1.5 * shadow.opacity, 0).astype(np.float32)
    if not alone:
        seen *= _own_part(stance, source, patch, origin)
    size = region.right - region.left, region.bottom - region.top
    canvas = _taken(subject, region, _grown(origin, size))
    sigma = shadow.softness * box.longer
    if sigma >= 0.5:
        _blur(canvas, patch, _grown(np.asarray(share, np.float32), size), sigma)
    pixels, alpha = straight(canvas)
    return Veil(
        pixels, np.asarray(cv2.multiply(alpha, patch.enlarged(seen), scale=1 / 255), np.uint8), patch.at
    )


def _heights(stance: Stance, patch: Patch) -> tuple[Floats, Floats]:
    """How high above its foot each place of the ground shows the subject, and where that is on the canvas.

    Returns:
        Two hxw float32 in pixels: the height, negative where there is only ground in front of the
        foot; and the row of the canvas that is mirrored there.
    """
    columns, y = patch.columns(), patch.rows()[:, None]
    own, level = stance.at(columns, stance.ground), stance.level(columns)
    height = y - own
    for _ in range(_TURNS):
        rise = np.clip(height / (0.3 * stance.height), 0, 1)
        foot = own + (level - own) * (rise * rise * (3 - 2 * rise))
        height = y - foot
    return np.asarray(height, np.float32), np.asarray(foot - height, np.float32)


def _own_part(stance: Stance, source: Patch, patch: Patch, origin: Floats) -> Floats:
    """Where what is mirrored belongs to this piece: hxw float32 in [0, 1]."""
    near = cv2.dilate(stance.piece.astype(np.float32), np.ones((3, 3), np.uint8))
    across, down = source.scale
    x = np.broadcast_to((patch.columns() - source.box.left) * across - 0.5, origin.shape)
    y = (origin - source.box.top) * down - 0.5
    return np.asarray(
        cv2.remap(near, np.ascontiguousarray(x, np.float32), np.asarray(y, np.float32), cv2.INTER_LINEAR)
    )


def _taken(subject: Subject, region: Box, origin: Floats) -> NDArray[np.uint8]:
    """The rows of the canvas that are mirrored in a region: hxwx4 uint8, premultiplied."""
    result = np.zeros((*origin.shape, 4), np.uint8)
    across = np.arange(origin.shape[1], dtype=np.float32)
    for start in range(0, origin.shape[0], _STRIP):
        rows = origin[start : start + _STRIP] - 0.5
        first = max(0, int(np.floor(rows.min())) - 1)
        last = min(subject.size[0], int(np.ceil(rows.max())) + 2)
        if last <= first:
            continue
        part = slice(first, last), slice(region.left, region.right)
        matte = np.ascontiguousarray(subject.matte[part])
        colour = cv2.multiply(subject.pixels[part], cv2.merge([matte] * 3), scale=1 / 255)
        whole = cv2.merge([*cv2.split(colour), matte])
        x = np.ascontiguousarray(np.broadcast_to(across, rows.shape))
        result[start : start + _STRIP] = cv2.remap(
            whole, x, rows - first, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
        )
    return result


def _blur(canvas: NDArray[np.uint8], patch: Patch, share: Floats, sigma: float) -> None:
    """Soften a picture by as much as the share says, in place."""
    small = cv2.resize(canvas, patch.size, interpolation=cv2.INTER_AREA)
    across, down = patch.scale
    planes = [softened(plane.astype(np.float32), sigma * across, sigma * down) for plane in cv2.split(small)]
    soft = np.asarray(np.rint(cv2.merge(planes)), np.uint8)
    for start in range(0, canvas.shape[0], _STRIP):
        strip = canvas[start : start + _STRIP]
        part = cv2.merge([cv2.convertScaleAbs(share[start : start + _STRIP], alpha=255 * _BLURRED)] * 4)
        blurred = cv2.multiply(_rows(soft, start, strip.shape, canvas.shape), part, scale=1 / 255)
        strip[:] = cv2.add(cv2.multiply(strip, cv2.bitwise_not(part), scale=1 / 255), blurred)


def _rows(
    small: NDArray[np.uint8], start: int, part: tuple[int, ...], whole: tuple[int, ...]
) -> NDArray[np.uint8]:
    """Some rows of a small picture enlarged to a whole one."""
    across, down = small.shape[1] / whole[1], small.shape[0] / whole[0]
    back = np.array([[across, 0, across / 2 - 0.5], [0, down, (start + 0.5) * down - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(small, back, (part[1], part[0]), flags=flags, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def _grown(plane: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.float32)
