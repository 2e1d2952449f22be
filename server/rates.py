"""How much each caller may ask for: token buckets, counted in megapixels.

remove.bg lets 500 "megapixel images" through a minute: ``floor(500 / max(1, MP))`` pictures of MP
megapixels. How large a picture is turns out when it is decoded, and decoding is work already. So a
request costs one megapixel when it comes, and the rest is put on the bill when the picture's size is
known. That may take the bucket below nothing, and the next request waits until it is paid off: over
time nobody gets more than the limit, and nobody is kept waiting for what was never asked.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_CALLERS: Final = 10_000
"""Buckets in memory, of about 300 bytes each; the one not used for longest is forgotten first."""

UNLIMITED: Final = 1_000_000
"""Megapixels a minute that stand for no limit: clients expect a number, and no machine comes near."""

MINUTE: Final = 60.0


@dataclass
class Bucket:
    """What a caller may still ask for.

    Attributes:
        left: megapixels; below zero is owed.
        at: when that was so.
    """

    left: float
    at: float


@dataclass(frozen=True)
class Standing:
    """Where a caller stands.

    Attributes:
        allowed: whether the request is let through.
        limit: megapixels a minute.
        left: whole megapixels that can be asked for at once.
        full_in: seconds until the whole limit is there again.
        wait: seconds after which a request is let through, at least 1.
    """

    allowed: bool
    limit: int
    left: int
    full_in: float
    wait: int

    def headers(self, now: float) -> dict[str, str]:
        """What is told with every answer, as remove.bg does.

        Args:
            now: seconds since 1970.
        """
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(math.ceil(now + self.full_in)),
        }
        return told if self.allowed else {**told, "Retry-After": str(self.wait)}


class Rates:
    """The buckets of all callers. For one event loop; not safe to share between threads.

    Args:
        period: seconds in which a limit's worth is let through.
        most: how many are kept.
        clock: seconds that only grow; replaced in tests.
    """

    def __init__(
        self,
        period: float = MINUTE,
        most: int = MOST_CALLERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._period = period
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def ask(self, who: str, limit: int, cost: float = 1.0) -> Standing:
        """Take the cost of a request where there is enough left for it.

        Args:
            who: the caller.
            limit: megapixels a period, above zero.
            cost: in megapixels.
        """
        bucket = self._bucket(who, limit)
        allowed = bucket.left >= min(cost, limit)
        if allowed:
            bucket.left -= cost
        return self._standing(bucket, limit, cost, allowed=allowed)

    def bill(self, who: str, limit: int, cost: float) -> Standing:
        """Put on the bill what a request turned out to cost beyond what was taken at first."""
        bucket = self._bucket(who, limit)
        bucket.left -= cost
        return self._standing(bucket, limit, 1.0, allowed=True)

    def _bucket(self, who: str, limit: int) -> Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(who, Bucket(limit, now))
        bucket.left = min(limit, bucket.left + (now - bucket.at) * limit / self._period)
        bucket.at = now
        self._buckets.move_to_end(who)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket

    def _standing(self, bucket: Bucket, limit: int, cost: float, *, allowed: bool) -> Standing:
        second = limit / self._period
        wait = math.ceil((min(cost, limit) - bucket.left) / second)
        return Standing(
            allowed, limit, max(0, int(bucket.left)), (limit - bucket.left) / second, max(1, wait)
        )
