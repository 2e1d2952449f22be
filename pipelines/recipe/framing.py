"""Where the subject sits on the canvas, as a part of a Recipe."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from pipelines.recipe.parts import Part, Point

MAX_SIDE: Final = 20_000
"""Longest side of a canvas that may be asked for, in pixels."""

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(px|%)")
_NOTHING: Final = ("", "none", "auto")
"""Words that take back what a Recipe's file says: forms and flags have no other way."""

_ACROSS: Final = {"left": 0.0, "right": 1.0}
_DOWN: Final = {"top": 0.0, "bottom": 1.0}


def _length(value: object) -> object:
    """Write a bare number as pixels, so that 12, "12" and "12px" mean the same."""
    text = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        return value
    text = text.strip().lower()
    text = text if text.endswith(("px", "%")) else f"{text}px"
    if not _LENGTH.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is not a length: write pixels (30px) or a share (5%)")
    return text


Length = Annotated[str, BeforeValidator(_length)]
"""``30px`` or ``5%``."""


def _margins(value: object) -> object:
    """One to four lengths as in CSS: all; top and bottom, sides; top, sides, bottom; each from the top."""
    if isinstance(value, int | float):
        value = f"{value:g}"
    lengths = value.split() if isinstance(value, str) else value
    if not isinstance(lengths, list | tuple) or not 1 <= len(lengths) <= 4:
        raise ValueError("margins are one to four lengths: 10%, or 30px 20px")
    # What is not given is as on the other side, or as at the top.
    top, right, bottom, left = [*lengths, None, None, None][:4]
    right = top if right is None else right
    return (top, right, top if bottom is None else bottom, right if left is None else left)


Margins = Annotated[tuple[Length, Length, Length, Length], BeforeValidator(_margins)]
"""Top, right, bottom, left."""


def _word(value: object) -> str | None:
    return value.strip().lower() if isinstance(value, str) else None


def _size(value: object) -> object:
    """Read ``2000x1500``; a single number is both sides."""
    text = _word(value)
    if text is None:
        return value
    if text in _NOTHING:
        return None
    sides = text.removesuffix("px").replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.strip().isdecimal() for side in sides):
        raise ValueError(f"{text[:20]!r} is not a size: write width and height in pixels, such as 2000x1500")
    return (int(sides[0]), int(sides[-1]))


def _ratio(value: object) -> object:
    """Read ``4:5`` (or ``4/5``, ``0.8``) as width over height."""
    text = _word(value)
    if text is None:
        return value
    if text in _NOTHING:
        return None
    try:
        width, height = map(float, re.split("[:/]", text if re.search("[:/]", text) else f"{text}:1"))
        return width / height
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text[:20]!r} is not a ratio: write width to height, such as 4:5") from None


def _align(value: object) -> object:
    """Read words as in CSS (``center``, ``top``, ``bottom right``), or ``0.5,0.9``."""
    text = _word(value)
    if text is None or text == "photo":
        return value if text is None else text
    if text in _NOTHING:
        return None
    words = text.replace("-", " ").split()
    if words and len({*words}) == len(words) <= 2 and {*words} <= {*_ACROSS, *_DOWN, "center"}:
        across = [_ACROSS[word] for word in words if word in _ACROSS]
        down = [_DOWN[word] for word in words if word in _DOWN]
        if len(across) < 2 and len(down) < 2:
            return (*(across or [0.5]), *(down or [0.5]))
    try:
        x, y = map(float, text.split(","))
    except ValueError:
        raise ValueError(
            f"{text[:20]!r} is no place: write center, top, bottom right ..., or shares such as 0.5,0.9"
        ) from None
    return (x, y)


Side = Annotated[int, Field(ge=1, le=MAX_SIDE)]
Size = Annotated[tuple[Side, Side] | None, BeforeValidator(_size)]
Ratio = Annotated[Annotated[float, Field(ge=0.05, le=20)] | None, BeforeValidator(_ratio)]
Align = Annotated[Point | Literal["photo"] | None, BeforeValidator(_align)]

ShareOf = Literal["longer", "width", "height", "area"]

_NO_MARGIN: Final = ("0px", "0px", "0px", "0px")


class Framing(Part):
    """Where the subject sits on the canvas; every default leaves the photo's own frame.

    What is done to the photo comes first: ``straighten`` turns it about its middle, in degrees
    clockwise, then ``flip`` mirrors it. A turn by more than 45 degrees swaps the sides of its frame.

    Then the canvas is chosen:

    - ``size``: so many pixels (width, height; also written ``2000x1500``);
    - ``ratio``: width against height (also ``4:5``); the canvas is as large as all below needs at
      the photo's own size, so that nothing is enlarged or reduced;
    - neither: the photo's own frame, or the crop where there is one.

    Then the photo is laid on it. Alone, ``size`` and ``ratio`` show the whole photo, in the middle.
    Four fields frame by the subject's box instead:

    - ``crop`` takes the box as the picture's edge, with ``margin`` round it: in pixels of the
      photo, or per cent of the box's width (left, right) and height (top, bottom); one to four
      values as in CSS. On a canvas with a size or ratio it is shown whole;
    - ``share`` is how much of the canvas the box fills: along the side that fills more, or along its
      ``width`` or ``height``, or of its ``area``, as ``share_of`` says; the box stays on the canvas.
      Beside a crop both hold: at most this share, at least these margins. Where the canvas has no size
      of its own it is the crop's canvas that grows;
    - ``align`` places the box in the free room that margins leave: (0, 0) is the top left, (0.5, 0.5)
      the middle; also a word (``center``, ``top``, ``bottom right``), or ``photo`` for the place in
      the free room that it has in the photo. Alone it moves the subject and leaves its size. Without
      it the box is in the middle;
    - ``baseline`` is where the box's lower edge lies, as a share of the canvas's height from the top: things
      of any height then stand on one line. It comes before the place by ``align``, and what does not
      fit above it is made smaller.

    ``snap`` lays a side on which the photo cuts the subject off at that edge of the canvas,
    without a margin, so that no cut shows; where two opposite sides are cut off, the subject is
    enlarged to reach both, and what is too much lies beyond the canvas. Where no subject is found,
    the photo itself is framed. A photo is never enlarged more than ``max_upscale`` times: it stops
    growing, and the canvas stays.

    ``max_megapixels`` is how many million pixels the picture has at most: a larger canvas is made
    smaller, and all on it. Where nothing else is framed, the cutout is made of a photo as small as that.
    """

    crop: Literal["photo", "subject"] = "photo"
    margin: Margins = _NO_MARGIN
    size: Size = None
    ratio: Ratio = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    share_of: ShareOf = "longer"
    baseline: Annotated[float, Field(gt=0, le=1)] | None = None
    align: Align = None
    snap: bool = True
    straighten: float = Field(0, ge=-180, le=180)
    flip: Literal["none", "horizontal", "vertical"] = "none"
    max_upscale: float = Field(4, ge=1, le=16)
    max_megapixels: float | None = Field(None, ge=0.01, le=1000)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.size and self.ratio:
            raise ValueError("a canvas has a size or a ratio, not both")
        if self.crop == "photo" and any(float(length.rstrip("px%")) for length in self.margin):
            raise ValueError("a margin goes with a crop to the subject")
        return self

    def only_limits(self) -> bool:
        """Whether the photo keeps its own frame, and only its size is limited."""
        plain = self.model_copy(update={"max_megapixels": None}) == Framing()
        return plain and self.max_megapixels is not None

    def by_subject(self) -> bool:
        """Whether the subject's box is framed, and not the photo."""
        asked = (self.share, self.baseline, self.align)
        return self.crop == "subject" or any(one is not None for one in asked)

    def margins(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Top, right, bottom and left margin in pixels of the photo.

        Args:
            width: of the subject's box, in pixels.
            height: of the subject's box, in pixels.
        """
        top, right, bottom, left = (
            float(length[:-2]) if length.endswith("px") else float(length[:-1]) / 100 * side
            for length, side in zip(self.margin, (height, width, height, width), strict=True)
        )
        return top, right, bottom, left
