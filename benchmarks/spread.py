"""Percentiles of a few figures."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(figures: Sequence[float], share: float) -> float:
    """The smallest figure that a share of all do not exceed (nearest rank); NaN of none."""
    if not figures:
        return math.nan
    return sorted(figures)[max(0, math.ceil(share * len(figures)) - 1)]
