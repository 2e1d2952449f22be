"""Single values of remove.bg's API: how each is written, and what it means."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from server.removebg.problems import refused

_LENGTH: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(px|%)", re.ASCII)
_MOST_PERCENT: Final = 50.0
_MOST_PIXELS: Final = 500.0
"""A margin is at most so much of the subject, or so many pixels."""

_YES: Final = frozenset({"true", "1", "yes", "on"})
_NO: Final = frozenset({"false", "0", "no", "off"})


class Length(NamedTuple):
    """A length.

    Attributes:
        value: how much.
        unit: pixels, or per cent of something.
    """

    value: float
    unit: Literal["px", "%"]

    def of(self, whole: int) -> float:
        """In pixels.

        Args:
            whole: what per cent are of, in pixels.
        """
        return self.value if self.unit == "px" else self.value / 100 * whole

    def __str__(self) -> str:
        return f"{self.value:.9f}".rstrip("0").rstrip(".") + self.unit


NOTHING: Final = Length(0, "px")


def switch(name: str, text: str, default: bool) -> bool:
    """A yes or no, as programs of all languages write it.

    Args:
        name: of the field.
        text: what was given; empty takes the default.
        default: what holds where nothing is given.
    Raises:
        ApiRefusal: neither.
    """
    word = text.lower()
    if word and word not in _YES | _NO:
        raise refused(f"invalid_{name}", f"{name} is true or false.")
    return word in _YES if word else default


def length(text: str) -> Length | None:
    """A length; None where this is none. Only nothing needs no unit."""
    found = _LENGTH.fullmatch(text.lower())
    if found:
        return Length(float(found[1]), "px" if found[2] == "px" else "%")
    return NOTHING if re.fullmatch(r"0{1,9}(\.0{1,9})?", text) else None


def _lengths(text: str) -> list[Length] | None:
    found = [length(word) for word in text.split()]
    return [one for one in found if one is not None] if None not in found else None


class Roi(NamedTuple):
    """The part of a picture outside of which all is background."""

    left: Length
    top: Length
    right: Length
    bottom: Length

    def region(self, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """The same as shares of a picture's width and height: left, top, right, bottom.

        Args:
            size: the picture's (width, height) in pixels.
        Raises:
            ApiRefusal: it reaches beyond the picture, or holds nothing of it.
        """
        width, height = size
        left, right = (side.of(width) / width for side in (self.left, self.right))
        top, bottom = (side.of(height) / height for side in (self.top, self.bottom))
        if max(left, top, right, bottom) > 1:
            raise refused("roi_exceeds_bounds")
        if round(left * width) >= round(right * width) or round(top * height) >= round(bottom * height):
            raise refused("roi_region_empty")
        return left, top, right, bottom


WHOLE: Final = Roi(NOTHING, NOTHING, Length(100, "%"), Length(100, "%"))


def roi(text: str) -> Roi:
    """``x1 y1 x2 y2``; empty is the whole picture.

    Raises:
        ApiRefusal: not four lengths.
    """
    found = _lengths(text) if text else [*WHOLE]
    if found is None or len(found) != 4:
        raise refused("invalid_roi", "roi is four lengths, x1 y1 x2 y2, each in px or %: 0px 0px 50% 100%.")
    return Roi(*found)


Margins = tuple[Length, Length, Length, Length]
"""Top, right, bottom, left."""


def crop_margin(text: str) -> Margins:
    """One, two (top and bottom, left and right) or four lengths (from the top, clockwise).

    Raises:
        ApiRefusal: another number of them, or one that is too large.
    """
    found = (_lengths(text) if text else [NOTHING]) or []
    if len(found) not in (1, 2, 4) or not all(map(_fits, found)):
        raise refused(
            "invalid_crop_margin",
            "crop_margin is 1, 2 or 4 lengths, each at most 50% of the subject or 500px: 10% 20px.",
        )
    top, right, bottom, left = (found * 4)[:4] if len(found) < 4 else found
    return top, right, bottom, left


def _fits(margin: Length) -> bool:
    return margin.value <= (_MOST_PIXELS if margin.unit == "px" else _MOST_PERCENT)


def scale(text: str) -> float | None:
    """The subject's size as a share of the picture's; None leaves it as it is.

    Raises:
        ApiRefusal: neither a share of 10 to 100 % nor ``original``.
    """
    if text.lower() in ("", "original"):
        return None
    found = length(text)
    if found is None or found.unit != "%" or not 10 <= found.value <= 100:
        raise refused("invalid_scale", "scale is original, or 10% to 100%.")
    return found.value / 100


Position = tuple[float, float] | Literal["original"]
"""Shares of the free room to the left and above, or where it was."""


def position(text: str, default: Position) -> Position:
    """Where the subject lies.

    Args:
        text: ``original``, ``center``, ``X% Y%``, or one share for both; empty takes the default.
        default: where nothing is said.
    Raises:
        ApiRefusal: something else.
    """
    word = text.lower()
    if word in ("", "original", "center"):
        return {"": default, "original": "original", "center": (0.5, 0.5)}[word]
    found = _lengths(text) or []
    shares = [one.value / 100 for one in found if (one.unit == "%" or one == NOTHING) and one.value <= 100]
    if len(found) not in (1, 2) or len(shares) != len(found):
        raise refused("invalid_position", "position is original, center, or shares of 0% to 100%: 50% 90%.")
    return shares[0], shares[-1]


def opacity(text: str) -> float | None:
    """A share from 0 to 1, written as 0 to 100; None for ``auto``.

    Raises:
        ApiRefusal: neither.
    """
    if text.lower() in ("", "auto"):
        return None
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,9})?)%?", text, re.ASCII)
    if not found or float(found[1]) > 100:
        raise refused("invalid_shadow_opacity", "shadow_opacity is 0 to 100, or auto.")
    return float(found[1]) / 100
