"""What may be behind the subject, as parts of a Recipe."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from pipelines.recipe.parts import Color, Part, Point, Share

Fit = Literal["cover", "contain", "tile"]
StudioName = Literal["paper", "vignette", "plaster", "marble", "window", "podium", "pastel", "bokeh"]
BlurShape = Literal["gaussian", "disc"]

CENTER: Final = (0.5, 0.5)


def _few(colors: object) -> object:
    if isinstance(colors, list | tuple) and not 2 <= len(colors) <= 5:
        raise ValueError("a gradient has two to five colours")
    return colors


class NoBackdrop(Part):
    """Nothing behind the subject: the result is transparent."""

    kind: Literal["none"] = "none"


class ColorBackdrop(Part):
    """One colour behind the subject, written back as ``#rrggbb`` or ``#rrggbbaa``."""

    kind: Literal["color"] = "color"
    color: Color


class GradientBackdrop(Part):
    """Two to five colours that run into one another, evenly to the eye and without bands.

    ``shape`` is ``linear``, at an ``angle`` as in CSS (in degrees clockwise: 0 runs upwards, 90 to the
    right, 180 downwards), or ``radial``, from ``center`` (shares of the canvas's width and height) to the
    farthest corner. ``at`` says for each colour where it lies, from 0 to 1, never
    falling; without it they lie evenly. Colours may be translucent.
    """

    kind: Literal["gradient"] = "gradient"
    shape: Literal["linear", "radial"] = "linear"
    colors: Annotated[tuple[Color, ...], BeforeValidator(_few)]
    at: tuple[Share, ...] | None = None
    angle: float = Field(180, ge=-360, le=360)
    center: Point = CENTER

    @model_validator(mode="after")
    def _each_colour_has_its_place(self) -> Self:
        if self.at is None:
            return self
        if len(self.at) != len(self.colors):
            raise ValueError(f"{len(self.colors)} colours need as many places, and there are {len(self.at)}")
        if list(self.at) != sorted(self.at):
            raise ValueError("the places of a gradient's colours must not fall: 0, 0.4, 1")
        return self

    def places(self) -> tuple[float, ...]:
        """Where each colour lies, 0..1."""
        return self.at or tuple(index / (len(self.colors) - 1) for index in range(len(self.colors)))


class StudioBackdrop(Part):
    """A backdrop of the studio's library, made by code, at any size.

    ``seed`` gives another one of the same kind. ``color`` is the backdrop's, ``accent`` that of
    its veins, lamps, rim or shapes; None takes neutral ones.
    """

    kind: Literal["studio"] = "studio"
    name: StudioName
    seed: int = Field(1, ge=0, le=999_999)
    color: Color | None = None
    accent: Color | None = None

    @model_validator(mode="after")
    def _is_opaque(self) -> Self:
        if any(one is not None and len(one) > 7 for one in (self.color, self.accent)):
            raise ValueError("the colours of a studio backdrop can't be translucent: write them as #rrggbb")
        return self


class ImageBackdrop(Part):
    """A picture behind the subject.

    ``source`` is a file path at the command line and in Python, and an asset id in
    the studio and the API; the door decides how it is looked up.

    ``fit`` is how the picture fills the canvas: ``cover`` fills it and cuts off what is too much, ``contain``
    shows the whole picture, ``tile`` repeats it, a quarter of the canvas's longer side long. ``scale``
    makes it so many times as large. ``position`` says where it lies, as in CSS: the point of the picture
    (shares of its width and height) that comes to lie at the same point of the canvas.
    ``blur`` is the standard deviation of a blur, as a share of the canvas's longer side.
    """

    kind: Literal["image"] = "image"
    source: str = Field(min_length=1, max_length=4096)
    fit: Fit = "cover"
    position: Point = CENTER
    scale: float = Field(1, ge=0.1, le=10)
    blur: float = Field(0, ge=0, le=0.2)


class BlurBackdrop(Part):
    """The photo's own background, blurred.

    ``radius`` is the blur's standard deviation as a share of the photo's longer side. ``shape`` is
    ``gaussian``, or ``disc``: what a wide-open lens makes of it, where lights become discs. Both
    spread light equally far.
    """

    kind: Literal["blur"] = "blur"
    radius: float = Field(0.02, gt=0, le=0.2)
    shape: BlurShape = "gaussian"


Backdrop = NoBackdrop | ColorBackdrop | GradientBackdrop | StudioBackdrop | ImageBackdrop | BlurBackdrop

KINDS: Final = frozenset({"none", "color", "gradient", "studio", "image", "blur"})
"""What tells them apart."""
