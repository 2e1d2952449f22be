"""What must hold of everything that :mod:`tests.cluster.storms` sees."""

from __future__ import annotations

from typing import Any, Final

from tests.cluster.storms import IN_FLIGHT, PHOTOS

SEED_PHASES: Final = ("whole", "driver", "machine")


def wrong(phase: str, saw: dict[str, Any]) -> list[str]:
    """What does not hold, as sentences."""
    failed = 2 if phase == "whole" else 1
    total = PHOTOS + failed
    claims = {
        f"all ended, {failed} of them badly: {saw['counts'][-300:]}": saw["counts"].endswith(
            f"{PHOTOS} {failed}"
        ),
        f"one row each: {saw['rows']}": saw["rows"]["count"] == saw["rows"]["photos"] == total,
        f"the audit is content: {saw['audit']}": saw["audit"]["status"] == 0,
    }
    if phase == "driver":
        most = PHOTOS - saw["complete_when_killed"] + IN_FLIGHT
        claims[f"no more than {most} inferences after: {saw}"] = saw["inferences_after"] <= most
    if phase == "machine":
        claims[f"few inferences again: {saw}"] = saw["inferences"] <= PHOTOS + IN_FLIGHT
    return [claim for claim, holds in claims.items() if not holds]
