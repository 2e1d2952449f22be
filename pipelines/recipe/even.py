"""How far a set of photos is made alike in light and colour, as a part of a Recipe."""

from __future__ import annotations

from pydantic import Field

from pipelines.recipe.parts import Part, Share


class Look(Part):
    """How a photo, or a set of them, is lit.

    ``light`` is the median of the subject's luminance, linear, as a share of white. ``red`` and
    ``blue`` say how much more of these than of green is in what should be grey, in stops (log2).
    """

    light: float = Field(gt=0, lt=1)
    red: float = Field(0, ge=-4, le=4)
    blue: float = Field(0, ge=-4, le=4)


class Even(Part):
    """How far exposure and white balance are brought to those of the set, 0 not at all, 1 wholly.

    ``reference`` is the set's own look. A batch measures it; without one nothing is changed.
    """

    exposure: Share = 0
    white: Share = 0
    reference: Look | None = None

    @property
    def wanted(self) -> bool:
        """Whether anything is to be brought to a set's look."""
        return bool(self.exposure or self.white)
