"""The best quality at which a file stays within a number of bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pipelines.errors import OutputTooLarge

_POOREST: Final = 20
"""Below this a JPEG or WebP is a ruin: rather a sentence that says so."""


def fitted(encode: Callable[[int], bytes], best: int, limit: int) -> bytes:
    """A file of at most so many bytes, at the highest quality that allows it.

    Files grow with the quality, so half of what is left is ruled out at each try.

    Args:
        encode: gives the file at a quality of 1..100.
        best: the highest quality wanted.
        limit: bytes.
    Raises:
        OutputTooLarge: it is larger even at poor quality.
    """
    found = encode(best)
    if len(found) <= limit:
        return found
    low, high = min(_POOREST, best), best
    found = encode(low)
    if len(found) > limit:
        raise OutputTooLarge(
            f"The picture does not fit into {limit / 1000:g} kB: at poor quality it still takes "
            f"{len(found) / 1000:.0f} kB. Make the canvas smaller, or allow a larger file."
        )
    while high - low > 1:
        middle = (low + high) // 2
        data = encode(middle)
        if len(data) <= limit:
            low, found = middle, data
        else:
            high = middle
    return found
