"""A small memory of what was made last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """The last few values that were made, by key. Safe to share between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._guard = threading.Lock()

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value kept under a key, else a new one, kept for the next time."""
        with self._guard:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._guard:
            self._values[key] = value
            while len(self._values) > self._capacity:
                self._values.popitem(last=False)
        return value

    def find(self, key: Key) -> Value | None:
        """The value kept under a key, None where there is none."""
        with self._guard:
            return self._values.get(key)

    def drop(self, key: Key) -> None:
        """Forget one value; an unknown key is no error."""
        with self._guard:
            self._values.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._values.clear()
