"""Copies of a picture on a page, with marks to cut along."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipelines.errors import RecipeError
from pipelines.photo import Pixels
from pipelines.recipe.sheets import PAPERS, Sheet

_RIM: Final = 3.0
"""Printers leave a rim of the paper white, in millimetres; nothing is laid there."""
_MARK: Final = 2.5
"""Length of a cut mark, in millimetres."""
_HAIR: Final = 0.1
"""Its width."""
_GREY: Final = 90


@dataclass(frozen=True)
class Layout:
    """Where copies lie on a page, in millimetres.

    Attributes:
        page: its width and height, lying where that holds more.
        photo: a copy's width and height.
        places: the left upper corner of each copy.
    """

    page: tuple[float, float]
    photo: tuple[float, float]
    places: tuple[tuple[float, float], ...]


def layout(sheet: Sheet) -> Layout:
    """Lay copies on a page, in the middle.

    Raises:
        RecipeError: not one fits, or fewer than are wanted.
    """
    short, long = PAPERS[sheet.paper]
    laid = [_laid(sheet, page) for page in ((short, long), (long, short))]
    best = max(laid, key=lambda one: len(one.places))
    wanted = sheet.copies or 1
    if len(best.places) < wanted:
        width, height = sheet.photo_mm
        raise RecipeError(
            f"Of {width:g} x {height:g} mm, {len(best.places)} fit on {sheet.paper} paper, and {wanted} are "
            "wanted. Choose a larger paper, or fewer copies."
        )
    return best


def _laid(sheet: Sheet, page: tuple[float, float]) -> Layout:
    photo, gap = sheet.photo_mm, sheet.gap_mm
    across, down = (
        max(0, math.floor((whole - 2 * _RIM + gap + 1e-6) / (part + gap)))
        for whole, part in zip(page, photo, strict=True)
    )
    if sheet.copies and across:
        down = min(down, math.ceil(sheet.copies / across))
    left, top = (
        (whole - count * (part + gap) + gap) / 2
        for whole, part, count in zip(page, photo, (across, down), strict=True)
    )
    places = [
        (left + column * (photo[0] + gap), top + row * (photo[1] + gap))
        for row in range(down)
        for column in range(across)
    ]
    return Layout(page, photo, tuple(places[: sheet.copies]))


def page_size(sheet: Sheet, size: tuple[int, int]) -> tuple[int, int]:
    """The page's (width, height) in pixels, for a picture of (width, height) pixels."""
    per_mm = dots_per_mm(sheet, size)
    width, height = layout(sheet).page
    return round(width * per_mm), round(height * per_mm)


def dots_per_mm(sheet: Sheet, size: tuple[int, int]) -> float:
    """Pixels to the millimetre, at which a picture has its size on paper."""
    return size[1] / sheet.photo_mm[1]


def sheet_of(picture: Pixels, sheet: Sheet) -> Pixels:
    """The page.

    Args:
        picture: hxwx3 uint8; where its proportions are not quite the copy's, it is fitted to that.
        sheet: what is wanted.
    Returns:
        HxWx3 uint8, white where no copy is.
    Raises:
        RecipeError: the copies do not fit.
    """
    size = picture.shape[1], picture.shape[0]
    per_mm, laid = dots_per_mm(sheet, size), layout(sheet)
    wide, high = (round(side * per_mm) for side in laid.photo)
    copy = (
        picture if (wide, high) == size else cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
    )
    width, height = page_size(sheet, size)
    page = np.full((height, width, 3), 255, np.uint8)
    for box in _marks(laid, sheet) if sheet.marks else ():
        left, top, right, bottom = (round(side * per_mm) for side in box)
        page[top : max(bottom, top + 1), left : max(right, left + 1)] = _GREY
    for place in laid.places:
        left, top = (round(side * per_mm) for side in place)
        page[top : top + high, left : left + wide] = copy
    return page


def _marks(laid: Layout, sheet: Sheet) -> Iterator[tuple[float, float, float, float]]:
    """Lines beside the outer copies, in line with every edge: left, top, right, bottom in millimetres."""
    wide, high = laid.photo
    columns = sorted({x + end for x, _ in laid.places for end in (0.0, wide)})
    rows = sorted({y + end for _, y in laid.places for end in (0.0, high)})
    air = min(1.0, sheet.gap_mm)
    outer = (columns[0] - air, rows[0] - air, columns[-1] + air, rows[-1] + air)
    for x in columns:
        line = x - _HAIR / 2, x + _HAIR / 2
        yield line[0], max(0.0, outer[1] - _MARK), line[1], outer[1]
        yield line[0], outer[3], line[1], min(laid.page[1], outer[3] + _MARK)
    for y in rows:
        line = y - _HAIR / 2, y + _HAIR / 2
        yield max(0.0, outer[0] - _MARK), line[0], outer[0], line[1]
        yield outer[2], line[0], min(laid.page[0], outer[2] + _MARK), line[1]
