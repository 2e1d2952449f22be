"""Files of at most so many bytes: the best level that fits, by bisection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from pipelines.errors import LimitNotMet

Item = TypeVar("Item")


class Fitted(NamedTuple, Generic[Item]):
    """What fits.

    Attributes:
        item: what was made.
        level: at this level.
    """

    item: Item
    level: int


def fitted(
    make: Callable[[int], Item], size: Callable[[Item], int], levels: Sequence[int], limit: int | None
) -> Fitted[Item]:
    """Make something at the highest level at which it is no larger than a limit.

    Sizes are taken to grow with the level. Where they do not quite, the result still fits, and may lie
    below the best level by as much.

    Args:
        make: makes it at a level; at most ``log2(len(levels)) + 2`` times.
        size: its bytes.
        levels: those that may be tried, from the lowest to the highest.
        limit: bytes; None takes the highest level.
    Raises:
        LimitNotMet: even the lowest level is larger.
    """
    item = make(levels[-1])
    if limit is None or size(item) <= limit:
        return Fitted(item, levels[-1])
    found: Fitted[Item] | None = None
    smallest = size(item)
    below, above = 0, len(levels) - 2
    while below <= above:
        middle = (below + above) // 2
        item = make(levels[middle])
        if size(item) <= limit:
            found, below = Fitted(item, levels[middle]), middle + 1
        else:
            above, smallest = middle - 1, min(smallest, size(item))
    if found is None:
        raise not_met(smallest, limit)
    return found


def not_met(smallest: int, limit: int, advice: str = "") -> LimitNotMet:
    """The error for a limit that can't be met.

    Args:
        smallest: bytes of the smallest file there was.
        limit: bytes.
        advice: what else could be done, in a sentence.
    """
    hint = advice or "Allow more, or make the picture smaller."
    return LimitNotMet(
        f"{limit / 1000:g} kB can't be met: the smallest file is {smallest / 1000:.1f} kB. {hint}"
    )
