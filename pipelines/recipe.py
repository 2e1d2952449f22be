"""The Recipe: everything a user can choose, frozen, validated, as versioned JSON.

Every door builds one of these (flags, a form, a JSON body) and hands it to the
same pipeline, so that the same photo and the same Recipe give the same pixels.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from PIL import ImageColor
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pipelines.errors import RecipeError

RECIPE_VERSION: Final = 1

Fit = Literal["cover", "contain"]
FormatName = Literal["png", "webp", "jpg"]


def parse_color(text: str) -> tuple[int, int, int, int]:
    """Read a colour as people write it.

    Args:
        text: ``#rgb``, ``#rrggbb``, ``#rrggbbaa`` (the ``#`` may be missing), a CSS
            name, or ``rgb(...)``/``hsl(...)``.
    Returns:
        Red, green, blue, alpha, each 0..255, sRGB, straight.
    Raises:
        RecipeError: not a colour.
    """
    cleaned = text.strip()
    for attempt in (cleaned, f"#{cleaned}"):
        try:
            return _with_alpha(ImageColor.getrgb(attempt))
        except ValueError:
            continue
    raise RecipeError(
        f"{text[:40]!r} is not a colour. Write a name such as white, or a hex value such as #ff8800."
    )


def _with_alpha(rgb: tuple[int, ...]) -> tuple[int, int, int, int]:
    red, green, blue, *alpha = rgb
    return red, green, blue, alpha[0] if alpha else 255


def _normal_color(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        red, green, blue, alpha = parse_color(value)
    except RecipeError as error:
        raise ValueError(error.message) from None
    return f"#{red:02x}{green:02x}{blue:02x}" + ("" if alpha == 255 else f"{alpha:02x}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NoBackdrop(_Part):
    """Nothing behind the subject: the result is transparent."""

    kind: Literal["none"] = "none"


class ColorBackdrop(_Part):
    """One colour behind the subject, written back as ``#rrggbb`` or ``#rrggbbaa``."""

    kind: Literal["color"] = "color"
    color: Annotated[str, BeforeValidator(_normal_color)]


class ImageBackdrop(_Part):
    """A picture behind the subject.

    ``source`` is a file path at the command line and in Python, and an asset id in
    the studio and the API; the door decides how it is looked up.
    """

    kind: Literal["image"] = "image"
    source: str = Field(min_length=1, max_length=4096)
    fit: Fit = "cover"


class BlurBackdrop(_Part):
    """The photo's own background, blurred.

    ``radius`` is the blur's standard deviation as a share of the photo's longer side.
    """

    kind: Literal["blur"] = "blur"
    radius: float = Field(0.02, gt=0, le=0.2)


Backdrop = NoBackdrop | ColorBackdrop | ImageBackdrop | BlurBackdrop


def parse_backdrop(text: str, fit: Fit = "cover") -> Backdrop:
    """Read a backdrop from one word, as the command line takes it. Looks at no file.

    Args:
        text: ``none``, ``transparent``, ``blur``, a colour, or a picture's path.
        fit: how a picture fills the canvas.
    Raises:
        RecipeError: neither a colour nor anything that could be a file.
    """
    word = text.strip().lower()
    if word in ("none", "transparent", ""):
        return NoBackdrop()
    if word == "blur":
        return BlurBackdrop()
    try:
        return ColorBackdrop(color=text)
    except ValidationError:
        if "/" in text or "\\" in text or "." in text:
            return ImageBackdrop(source=text, fit=fit)
    raise RecipeError(
        f"{text[:80]!r} is not a background: write none, blur, a colour (white, #ff8800), "
        "or the path of a picture."
    )


def _backdrop_from_word(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_backdrop(value)
    except RecipeError as error:
        raise ValueError(error.message) from None


Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]
Region = tuple[Share, Share, Share, Share]


class Edges(_Part):
    """What is done to the matte after the networks; every default leaves it alone.

    Lengths are in pixels of the full-size photo, places are shares of its width and height.

    ``region`` (left, top, right, bottom) is the only part that may hold a subject.
    ``subjects`` keeps them all, the largest, or those under the points of ``picked``
    (x, y). ``holes`` keeps or fills background that the subject encloses. ``contrast``
    hardens the edge, ``shift`` moves it out (positive) or in, ``feather`` softens it
    by a standard deviation.
    """

    region: Region | None = None
    subjects: Literal["all", "largest", "picked"] = "all"
    picked: tuple[Point, ...] = Field((), max_length=100)
    holes: Literal["keep", "fill"] = "keep"
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


class Output(_Part):
    """The file that comes out.

    ``quality`` is for WebP and JPEG, 1..100. ``alpha_only`` gives the matte itself as
    a grey picture instead of the cutout.
    """

    format: Annotated[
        FormatName, BeforeValidator(lambda v: "jpg" if isinstance(v, str) and v.lower() == "jpeg" else v)
    ] = "png"
    quality: int = Field(92, ge=1, le=100)
    alpha_only: bool = False


class Recipe(_Part):
    """Everything that a user can choose.

    ``model`` is a name from the catalogue, ``auto``, or the path of an ONNX file of
    one's own; ``input_size`` is that file's square input in pixels. ``noncommercial``
    is the explicit yes that models without a free commercial licence need.
    ``decontaminate`` frees the subject's edge from the colour of the old background:
    1 wholly, 0 not at all. ``refine`` brings the matte's edges to the photo's own at full
    size; without it the networks' matte is only enlarged. ``edges`` changes the matte.
    """

    version: Literal[1] = RECIPE_VERSION
    model: str = Field("auto", min_length=1, max_length=4096)
    input_size: int | None = Field(None, ge=32, le=4096)
    noncommercial: bool = False
    refine: bool = True
    decontaminate: float = Field(1, ge=0, le=1)
    edges: Edges = Edges()
    background: Annotated[
        Annotated[Backdrop, Field(discriminator="kind")], BeforeValidator(_backdrop_from_word)
    ] = NoBackdrop()
    output: Output = Output()

    @model_validator(mode="after")
    def _sizes_belong_to_own_models(self) -> Self:
        if self.input_size is not None and not self.model.lower().endswith(".onnx"):
            raise ValueError("input_size goes with an ONNX file of your own; named models know their size")
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
            raise RecipeError(explain(error)) from None

    def changed(self, **fields: object) -> Recipe:
        """A copy with other values, validated again.

        Raises:
            RecipeError: a value is not allowed.
        """
        return Recipe.read({**self.model_dump(), **fields})

    def to_json(self) -> str:
        """The Recipe as JSON text; :meth:`read` gives the same Recipe back."""
        return self.model_dump_json()


def explain(error: ValidationError) -> str:
    """One line for each wrong field of a Recipe, in words."""
    lines = []
    for item in error.errors():
        where = ".".join(str(part) for part in item["loc"] if part not in _UNION_TAGS) or "recipe"
        lines.append(f"{where}: {_plain(item)}")
    return "The recipe can't be used. " + "; ".join(lines) + "."


_UNION_TAGS = {"none", "color", "image", "blur"}


def _plain(item: Any) -> str:
    match item["type"]:
        case "extra_forbidden":
            return "there is no such field"
        case "literal_error":
            return f"{item['input']!r} is not one of {item['ctx']['expected']}"
        case "value_error":
            return str(item["ctx"]["error"]).rstrip(".")
        case "json_invalid":
            return "this is not JSON"
        case _:
            return str(item["msg"])
