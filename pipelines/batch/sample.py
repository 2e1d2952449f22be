"""A few of many photos that stand for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Of = TypeVar("Of")


def spread(found: Sequence[Of], count: int) -> list[Of]:
    """Some of many, spread evenly over all: neighbours tend to look alike.

    Args:
        found: all.
        count: how many there are at most, two or more.
    """
    if len(found) <= count:
        return list(found)
    return [found[number * (len(found) - 1) // (count - 1)] for number in range(count)]
