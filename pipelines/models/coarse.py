"""What networks said of a photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipelines.models.fusion import WHOLE, Frame, placed
from pipelines.models.look import Look
from pipelines.models.network import NetworkFacts
from pipelines.models.plan import whole, witnesses
from pipelines.photo import Matte

_COMPARED: Final = (320, 320)
"""(height, width) at which looks are compared: the smallest network's own."""


@dataclass(frozen=True, eq=False)
class CoarseMatte:
    """A matte at networks' own size, and who made it.

    Attributes:
        matte: HxW float32 in [0, 1], of the whole photo.
        facts: the networks behind it.
        region: the part of the photo that the networks were shown.
        seen: each look that was made at the region, with what it alone gave of its frame.
        saved: how long the looks took that were remembered, when they were made; in seconds.
    """

    matte: Matte
    facts: tuple[NetworkFacts, ...]
    region: Frame = WHOLE
    seen: tuple[tuple[Look, Matte], ...] = ()
    saved: float = 0.0

    @property
    def testimony(self) -> tuple[Matte, ...]:
        """What the looks that bear witness say of the whole photo, all of one small size."""
        if not self.seen:
            return ()
        mattes = whole(self.seen, _COMPARED)
        return tuple(placed(mattes[place], self.region, _COMPARED) for place in witnesses(self.seen))
