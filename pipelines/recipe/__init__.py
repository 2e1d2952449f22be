"""The Recipe: everything a user can choose, frozen, validated, as versioned JSON.

Every door builds one of these (flags, a form, a JSON body) and hands it to the
same pipeline, so that the same photo and the same Recipe give the same pixels.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from pipelines.errors import RecipeError
from pipelines.recipe.backdrop_words import AnyBackdrop, parse_backdrop
from pipelines.recipe.backdrops import (
    KINDS,
    Backdrop,
    BlurBackdrop,
    ColorBackdrop,
    Fit,
    GradientBackdrop,
    ImageBackdrop,
    NoBackdrop,
    StudioBackdrop,
)
from pipelines.recipe.edges import Edges, Stroke
from pipelines.recipe.even import Even, Look
from pipelines.recipe.framing import Framing
from pipelines.recipe.light import AnyGlow, AnyOutline, Glow, Light, Outline
from pipelines.recipe.output import FormatName, Output
from pipelines.recipe.parts import Part, explain, parse_color
from pipelines.recipe.portraits import Portrait
from pipelines.recipe.shadows import (
    SHADOW_KINDS,
    AnyShadow,
    CarShadow,
    CastShadow,
    ContactShadow,
    DropShadow,
    OwnShadow,
    Reflection,
    Shadow,
)
from pipelines.recipe.sheets import Sheet

RECIPE_VERSION: Final = 1

_TAGS: Final = KINDS | frozenset(SHADOW_KINDS)
"""The kinds of backdrops and shadows."""

__all__ = [
    "KINDS",
    "RECIPE_VERSION",
    "Backdrop",
    "BlurBackdrop",
    "CarShadow",
    "CastShadow",
    "ColorBackdrop",
    "ContactShadow",
    "DropShadow",
    "Edges",
    "Even",
    "Fit",
    "FormatName",
    "Framing",
    "Glow",
    "GradientBackdrop",
    "ImageBackdrop",
    "Light",
    "Look",
    "NoBackdrop",
    "Outline",
    "Output",
    "OwnShadow",
    "Portrait",
    "Recipe",
    "Reflection",
    "Shadow",
    "Sheet",
    "Stroke",
    "StudioBackdrop",
    "parse_backdrop",
    "parse_color",
]

PresetName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class Recipe(Part):
    """Everything that a user can choose.

    ``model`` is a name from the catalogue, ``auto``, or the path of an ONNX file of
    one's own; ``input_size`` is that file's square input in pixels. ``noncommercial``
    is the explicit yes that models without a free commercial licence need.
    ``decontaminate`` frees the subject's edge from the colour of the old background:
    1 wholly, 0 not at all. ``refine`` brings the matte's edges to the photo's own at full
    size; without it the networks' matte is only enlarged. ``edges`` changes the matte, and ``strokes``
    are painted over it, the last on top.

    The other parts say what becomes of the cutout: where it sits on the canvas (``framing``, or
    ``portrait`` for a head), what is behind it, which ``shadows`` it throws, how the backdrop lights it
    (``light``), what is drawn round it (``glow``, ``outline``), how far it is made like the others of its
    set (``even``), and the file, of one picture or of a
    ``sheet`` of copies. From the lowest up lie: the backdrop, the photo's own shadow, the other
    shadows in their order, reflections, the glow, the outline, the subject. ``preset`` names the
    rules that the file is checked against (:mod:`pipelines.presets`); where they ask for white, a JPEG
    keeps it exactly. ``also_presets`` are further presets that the same cutout is made for, each as its
    own file (:func:`pipelines.presets.versions`).
    """

    version: Literal[1] = RECIPE_VERSION
    model: str = Field("auto", min_length=1, max_length=4096)
    input_size: int | None = Field(None, ge=32, le=4096)
    noncommercial: bool = False
    refine: bool = True
    decontaminate: float = Field(1, ge=0, le=1)
    edges: Edges = Edges()
    strokes: tuple[Stroke, ...] = Field((), max_length=500)
    framing: Framing = Framing()
    portrait: Portrait | None = None
    background: AnyBackdrop = NoBackdrop()
    shadows: tuple[AnyShadow, ...] = Field((), max_length=6)
    light: Light = Light()
    outline: AnyOutline = Outline()
    glow: AnyGlow = Glow()
    even: Even = Even()
    output: Output = Output()
    sheet: Sheet | None = None
    preset: PresetName | None = None
    also_presets: tuple[PresetName, ...] = Field((), max_length=16)

    @model_validator(mode="after")
    def _sizes_belong_to_own_models(self) -> Self:
        if self.input_size is not None and not self.model.lower().endswith(".onnx"):
            raise ValueError("input_size goes with an ONNX file of your own; named models know their size")
        return self

    @model_validator(mode="after")
    def _portraits_need_a_canvas(self) -> Self:
        if self.portrait is not None and self.framing.size is None:
            raise ValueError("a portrait needs a canvas: give framing a size in pixels")
        return self

    @classmethod
    def read(cls, data: str | bytes | dict[str, Any]) -> Recipe:
        """Build a Recipe from JSON text or a dictionary.

        Raises:
            RecipeError: the message names each wrong field and says what is allowed.
        """
        try:
            return cls.model_validate(data) if isinstance(data, dict) else cls.model_validate_json(data)
        except ValidationError as error:
            raise RecipeError(explain(error, _TAGS)) from None

    def changed(self, **fields: object) -> Recipe:
        """A copy with other values, validated again.

        Raises:
            RecipeError: a value is not allowed.
        """
        return Recipe.read({**self.model_dump(), **fields})

    def cut(self) -> Recipe:
        """What of it changes the cutout itself, and not what becomes of it."""
        plain = Recipe()
        after = (
            "framing",
            "portrait",
            "background",
            "shadows",
            "light",
            "outline",
            "glow",
            "even",
            "output",
            "sheet",
            "preset",
            "also_presets",
        )
        fields = {name: getattr(plain, name) for name in after}
        if self.made_small():
            fields["framing"] = self.framing
        return self.model_copy(update=fields)

    def made_small(self) -> bool:
        """Whether the cutout is made of a photo that is no larger than the result."""
        return self.framing.only_limits() and self.portrait is None

    def to_json(self) -> str:
        """The Recipe as JSON text; :meth:`read` gives the same Recipe back."""
        return self.model_dump_json()
