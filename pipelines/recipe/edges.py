"""What is done to the matte after the networks, as parts of a Recipe."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pipelines.recipe.parts import Part, Point, Region


class Edges(Part):
    """What is done to the matte after the networks; every default leaves it alone.

    Lengths are in pixels of the full-size photo, places are shares of its width and height.

    ``region`` (left, top, right, bottom) is the only part that may hold a subject.
    ``subjects`` keeps them all, the largest, or those under the points of ``picked``
    (x, y). ``holes`` keeps or fills background that the subject encloses. ``translucency``
    keeps or fills what can be seen through within the subject, such as a car's windows. ``contrast``
    hardens the edge, ``shift`` moves it out (positive) or in, ``feather`` softens it
    by a standard deviation.
    """

    region: Region | None = None
    subjects: Literal["all", "largest", "picked"] = "all"
    picked: tuple[Point, ...] = Field((), max_length=100)
    holes: Literal["keep", "fill"] = "keep"
    translucency: Literal["keep", "fill"] = "keep"
    contrast: float = Field(0, ge=0, le=1)
    shift: float = Field(0, ge=-100, le=100)
    feather: float = Field(0, ge=0, le=200)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.region and not (self.region[0] < self.region[2] and self.region[1] < self.region[3]):
            raise ValueError("the region's left must be below its right, and its top below its bottom")
        if (self.subjects == "picked") != bool(self.picked):
            raise ValueError("picked subjects need at least one point, and points need subjects to be picked")
        return self

    def scaled(self, scale: float) -> Edges:
        """The same for a smaller copy of the photo, whose sides are ``scale`` as long."""
        return self.model_copy(update={"shift": self.shift * scale, "feather": self.feather * scale})


class Stroke(Part):
    """A stroke of a brush over the photo, replayed at any size.

    ``points`` (x, y) are shares of the photo's width and height, joined by straight lines;
    one point is a dab. ``size`` is the brush's diameter as a share of the photo's longer
    side. ``hardness`` is the share of the radius that is painted in full; from there it
    falls off to the rim. ``smart`` grows the stroke to the real edge: what it covers is known, and
    the matte nearby is solved again.
    """

    mode: Literal["keep", "erase"]
    points: tuple[Point, ...] = Field(min_length=1, max_length=4000)
    size: float = Field(0.03, gt=0, le=0.5)
    hardness: float = Field(0.8, ge=0, le=1)
    smart: bool = False
