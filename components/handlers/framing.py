"""From the framing controls to a Recipe's framing and back, and what is said of a framed picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any, Final

from components.controls import Fields
from components.handlers.messages import Message
from components.text import FRAMING, figure
from pipelines.compose.guides import Frame
from pipelines.recipe import Framing

USUAL_MARGIN: Final = "5%"
"""What the margin starts with when a crop is switched on."""

USUAL_SIZE: Final = (2000, 2000)
"""What a canvas by size starts with, in pixels."""

USUAL_RATIO: Final = "1:1"

_LARGEST_TERM: Final = 200
"""A ratio is written as two whole numbers up to this one, where it is one of those."""

_SAME: Final = 0.005
"""Lengths that are this close to those of the photo count as its own."""


def framing_of(controls: Sequence[Any]) -> Fields:
    """A Recipe's framing as a dictionary.

    Args:
        controls: as :func:`controls_of` gives them. They come from a browser: anything may be in them.
    """
    *others, limit = controls
    shape, ratio, width, height, crop, margin, fills, fills_by, stands, align, *others = others
    snap, degrees, quarter, flip, most = others
    turned = float(degrees or 0) + float(quarter or 0)
    return {
        "crop": "subject" if crop else "photo",
        "margin": margin or "0px" if crop else "0px",
        "size": (width, height) if shape == "size" and width and height else None,
        "ratio": ratio or None if shape == "ratio" else None,
        "share": fills / 100 if fills else None,
        "share_of": fills_by,
        "baseline": stands / 100 if stands else None,
        "align": align or None,
        "snap": bool(snap),
        "straighten": round(turned - 360 if turned > 180 else turned, 6),
        "flip": flip,
        "max_upscale": most,
        "max_megapixels": limit or None,
    }


def controls_of(framing: Framing) -> list[Any]:
    """The framing controls' values, in order.

    Returns:
        The canvas's shape (own, ratio, size), its ratio, width and height, whether it is a crop, the
        margin, the subject's share in per cent, what it is of, its baseline in per cent (0 for none), its
        place, whether it snaps, the degrees beside whole quarters and those, the mirror, the limit on
        enlarging, the most megapixels (0 for any number).
    """
    shape = "size" if framing.size else "ratio" if framing.ratio else "own"
    crop = framing.crop == "subject"
    quarter = 90 * round(framing.straighten / 90)
    return [
        shape,
        _ratio_text(framing.ratio) if framing.ratio else USUAL_RATIO,
        *(framing.size or USUAL_SIZE),
        crop,
        _margin_text(framing.margin) if crop else USUAL_MARGIN,
        round((framing.share or 0) * 100, 6),
        framing.share_of,
        round((framing.baseline or 0) * 100, 6),
        _align_text(framing.align),
        framing.snap,
        round(framing.straighten - quarter, 6),
        180 if quarter == -180 else quarter,
        framing.flip,
        framing.max_upscale,
        framing.max_megapixels or 0,
    ]


def _ratio_text(ratio: float) -> str:
    near = Fraction(ratio).limit_denominator(_LARGEST_TERM)
    if near.numerator / near.denominator == ratio:
        return f"{near.numerator}:{near.denominator}"
    return repr(ratio)


def _margin_text(margin: Sequence[str]) -> str:
    """As short as CSS allows."""
    top, right, bottom, left = margin
    if left != right:
        return f"{top} {right} {bottom} {left}"
    if bottom != top:
        return f"{top} {right} {bottom}"
    return top if right == top else f"{top} {right}"


def _align_text(align: tuple[float, float] | str | None) -> str:
    if align is None or isinstance(align, str):
        return align or ""
    return f"{align[0]},{align[1]}"


def framed(frame: Frame) -> Message:
    """What the page is told of a framed picture: a sentence, and what guides show."""
    return {"note": note(frame), "guides": asdict(frame.guides) if frame.guides else None}


def note(frame: Frame) -> str:
    """How large a picture is, and what became of the photo on it."""
    width, height = frame.canvas
    if frame.held:
        kind = "held"
    elif abs(frame.times - 1) < _SAME:
        kind = "same"
    else:
        kind = "enlarged" if frame.times > 1 else "reduced"
    times, percent = figure(frame.times, 2), figure(frame.times * 100, 1 if frame.times < 0.1 else 0)
    return FRAMING[kind].format(width=width, height=height, times=times, percent=percent)


def dropped(align: Any) -> str:
    """The place where a subject was put down on the picture; anything may be in it."""
    try:
        x, y = (round(min(1.0, max(0.0, float(value))), 4) for value in align)
    except (TypeError, ValueError):
        return ""
    return _align_text((x, y))
