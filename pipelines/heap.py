"""The C library's heap, where it is GNU's: what it keeps of the memory that a long run has given back."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8
"""Of mallopt(3)."""

_ABSENT: Final = (OSError, AttributeError, TypeError)
"""What looking for a function raises on systems whose C library is another, or can't be asked."""


def share_heap() -> None:
    """Let all threads of this process allocate from one heap.

    It would give each its own, which stays as large as the largest photo it ever held.
    """
    with suppress(*_ABSENT):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def trim_heap() -> None:
    """Give the system back what is free; see malloc_trim(3).

    One small thing that lives long, allocated at a moment when much was held, would keep all below it.
    """
    with suppress(*_ABSENT):
        ctypes.CDLL(None).malloc_trim(0)
