"""From the edge controls and the marks on the photo to a Recipe's edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from components.handlers.messages import Message, marks_message

Marks = dict[str, Any]
"""``region``: (left, top, right, bottom) or None; ``picked``: a list of (x, y). Shares of the sides."""

NO_MARKS: Final[Marks] = {"region": None, "picked": []}

_NEAR: Final = 0.03
"""A click this close to an earlier one, as a share of the side, takes it back."""

_SMALLEST: Final = 0.02
"""A region with a side shorter than this is a click that slipped: it means no region."""


def edges_of(controls: Sequence[Any], marks: Marks) -> dict[str, Any]:
    """The Recipe's edges as a dictionary; "click to choose" without a click yet means all.

    Args:
        controls: subjects, holes, translucency, shift, feather, contrast, as :class:`EdgesPanel` has them.
        marks: the region and the clicked points.
    """
    subjects, holes, translucency, shift, feather, contrast = controls
    picked = marks["picked"] if subjects == "picked" else []
    return {
        "region": marks["region"],
        "subjects": "all" if subjects == "picked" and not picked else subjects,
        "picked": picked,
        "holes": "fill" if holes else "keep",
        "translucency": "fill" if translucency else "keep",
        "shift": shift,
        "feather": feather,
        "contrast": contrast / 100,
    }


def with_spot(marks: Marks, point: Any) -> Marks:
    """The marks after a click: a new point, or an old one taken back."""
    x, y = _shares(point, 2)
    picked = [spot for spot in marks["picked"] if abs(spot[0] - x) > _NEAR or abs(spot[1] - y) > _NEAR]
    if len(picked) == len(marks["picked"]):
        picked.append((x, y))
    return {**marks, "picked": picked}


def with_region(marks: Marks, region: Any) -> Marks:
    """The marks after a region was drawn; one that is too small takes the old one back."""
    left, top, right, bottom = _shares(region, 4)
    large = right - left >= _SMALLEST and bottom - top >= _SMALLEST
    return {**marks, "region": (left, top, right, bottom) if large else None}


def _shares(values: Any, count: int) -> list[float]:
    """Numbers from a browser, kept within 0..1; zeros for anything else."""
    try:
        numbers = [min(1.0, max(0.0, float(value))) for value in values]
    except (TypeError, ValueError):
        numbers = []
    return numbers if len(numbers) == count else [0.0] * count


def marking(subjects: str, limit: bool, marks: Marks) -> Message:
    """What the stage is told: how the pointer marks, and what is marked."""
    mode = "region" if limit else "pick" if subjects == "picked" else "compare"
    shown = marks["picked"] if subjects == "picked" else []
    return marks_message(mode, marks["region"], shown)
