"""Shadows: what a subject leaves on the wall behind it and on the ground, from the lowest up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from pipelines.compose.cast import cast_veil
from pipelines.compose.composite import Veil
from pipelines.compose.contact import car_veil, contact_veil
from pipelines.compose.framing import Placement, placed
from pipelines.compose.ground import Ground, find_ground
from pipelines.compose.own_shadow import own_shadow
from pipelines.compose.patch import Patch, shares, softened
from pipelines.compose.reflection import reflection_veils
from pipelines.compose.subject import Box, Subject
from pipelines.photo import Matte8, Photo
from pipelines.recipe import (
    CarShadow,
    CastShadow,
    ContactShadow,
    DropShadow,
    OwnShadow,
    Reflection,
    Shadow,
    parse_color,
)

_FINE: Final = 4
"""Cells of a grid to a standard deviation of the blur on it."""

_RANK: Final = {"own": 0, "reflection": 2}
"""Where a kind lies; all others between, in their order."""


def veils(
    shadows: Sequence[Shadow], subject: Subject, shown: Subject, photo: Photo, place: Placement
) -> Iterator[Veil]:
    """What the shadows of a Recipe lay over the backdrop, the lowest first.

    The photo's own shadow lies lowest and reflections on top; the others in the order of the Recipe.

    Args:
        shadows: what is wanted.
        subject: in the photo's frame.
        shown: the same on its canvas.
        photo: in its own frame.
        place: the canvas, and where the photo lies on it.
    Returns:
        Nothing where there is no subject.
    """
    if shown.box is None:
        return
    ground: Ground | None = None
    for shadow in sorted(shadows, key=lambda one: _RANK.get(one.kind, 1)):
        match shadow:
            case DropShadow():
                yield _drop(shadow, shown, shown.box)
            case OwnShadow():
                yield from _own(shadow, subject, photo, place)
            case _:
                ground = ground or find_ground(shown, shown.box, place.corners(photo.size))
                yield from _grounded(shadow, shown, ground)


def _grounded(
    shadow: ContactShadow | CastShadow | CarShadow | Reflection, shown: Subject, ground: Ground
) -> Iterator[Veil]:
    """A shadow of what stands on the ground."""
    found: Veil | None = None
    match shadow:
        case ContactShadow():
            found = contact_veil(shadow, ground, shown.size)
        case CarShadow():
            found = car_veil(shadow, ground, shown.size)
        case CastShadow():
            found = cast_veil(shadow, ground, shown.matte)
        case Reflection():
            yield from reflection_veils(shadow, ground, shown)
    if found is not None:
        yield found


def _drop(shadow: DropShadow, shown: Subject, box: Box) -> Veil:
    sigma = shadow.softness * box.longer
    across, down = (round(share * box.longer) for share in shadow.offset)
    height, width = shown.size
    moved = Box(
        box.left + across if box.left > 0 else 0,
        box.top + down if box.top > 0 else 0,
        box.right + across if box.right < width else width,
        box.bottom + down if box.bottom < height else height,
    )
    patch = Patch.over(moved.wider(round(3 * sigma) + 2), shown.size, _FINE / max(sigma, 1e-6))
    if patch.box.empty:
        return Veil((0, 0, 0), np.zeros((1, 1), np.uint8))
    small = shares(patch.resized(_moved(shown.matte, patch.box, across, down)))
    soft = softened(small, sigma * patch.scale[0], sigma * patch.scale[1])
    return Veil(parse_color(shadow.color)[:3], patch.enlarged(soft * shadow.opacity), patch.at)


def _moved(matte: Matte8, box: Box, across: int, down: int) -> Matte8:
    """What a box holds of a matte that was moved; what the canvas cuts off goes on beyond its edge."""
    height, width = matte.shape
    rows = np.clip(np.arange(box.top, box.bottom) - down, 0, height - 1)
    columns = np.clip(np.arange(box.left, box.right) - across, 0, width - 1)
    part = matte[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    before = int((rows == rows[0]).sum()) - 1, int((columns == columns[0]).sum()) - 1
    after = rows.size - before[0] - part.shape[0], columns.size - before[1] - part.shape[1]
    return np.asarray(
        cv2.copyMakeBorder(part, before[0], after[0], before[1], after[1], cv2.BORDER_REPLICATE), np.uint8
    )


def _own(shadow: OwnShadow, subject: Subject, photo: Photo, place: Placement) -> Iterator[Veil]:
    if subject.box is None:
        return
    frame = Placement(photo.size).corners(photo.size)
    ground = find_ground(subject, subject.box, frame)
    fade = not place.keeps(photo.size)
    patch, darker = own_shadow(photo.pixels, subject.matte, ground, fade=fade)
    plane = np.zeros(subject.size, np.uint8)
    box = patch.box
    plane[box.top : box.bottom, box.left : box.right] = patch.enlarged(darker * shadow.opacity)
    yield Veil(parse_color(shadow.color)[:3], placed(plane, place))
