"""Presets: what a market place or an authority wants of a picture, as data under ``assets/presets``.

A preset has two halves: fields of a Recipe, which :func:`apply` lays over one, and rules, which
the finished file is checked against (:mod:`pipelines.rules`). No preset is trusted blindly: each
names its sources, and what in it no authority's own page confirms.
"""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from pipelines.errors import CutawayError, RecipeError, UnknownPreset
from pipelines.recipe import Recipe
from pipelines.recipe.parts import Part

FOLDER: Final = Path(__file__).resolve().parent.parent / "assets" / "presets"

FileFormat = Literal["jpg", "png", "gif", "tiff", "bmp", "webp", "avif", "heic"]
Kept = ("straighten", "flip")
"""What of a framing is about the photo, and not about the canvas: a preset leaves it."""


class Source(Part):
    """Where a preset's figures were read.

    ``kind`` is ``authority`` for its own page, ``secondary`` for others that quote it, and
    ``unconfirmed`` where those do not agree. ``read`` is the day on which it was read.
    """

    name: str = Field(min_length=3)
    kind: Literal["authority", "secondary", "unconfirmed"]
    read: datetime.date


class Span(Part):
    """From ``least`` to ``most``, and from where on it is ``good``; what is not given is free."""

    least: float | None = Field(None, ge=0)
    good: float | None = Field(None, ge=0)
    most: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        given = [value for value in (self.least, self.good, self.most) if value is not None]
        if not given or given != sorted(given):
            raise ValueError("a span needs a value, and least <= good <= most")
        return self


def _pair(mark: str) -> BeforeValidator:
    def read(value: object) -> object:
        return tuple(value.split(mark)) if isinstance(value, str) else value

    return BeforeValidator(read)


Size = Annotated[tuple[int, int], _pair("x")]
Ratio = Annotated[tuple[int, int], _pair(":")]


class Rules(Part):
    """What the finished file is checked against.

    ``bytes`` counts bytes, ``longer`` and ``shorter`` pixels of those sides, ``size`` is exact.
    ``share`` is how much of the picture the subject's box fills, along the side that fills more.
    ``background`` is ``pure-white`` (every pixel 255), ``white`` (nearly) or ``light`` (plain and
    light). ``opaque``: no transparency. ``whole``: no side of the picture cuts the subject off.
    ``head`` (chin to crown), ``eyes`` (from the bottom edge) and ``top`` (above the crown) are
    shares of the picture's height, of a picture with one face.
    """

    formats: tuple[FileFormat, ...] = Field(min_length=1)
    bytes: Span | None = None
    size: Size | None = None
    longer: Span | None = None
    shorter: Span | None = None
    megapixels: float | None = Field(None, gt=0)
    ratios: tuple[Ratio, ...] = ()
    share: Span | None = None
    background: Literal["pure-white", "white", "light"] | None = None
    opaque: bool = True
    whole: bool = False
    head: Span | None = None
    eyes: Span | None = None
    top: Span | None = None


class Preset(Part):
    """A preset.

    ``title`` is by language. ``unsure`` names the rules whose figures no authority's own page
    confirms, ``advised`` those that are advice, so that breaking them is no failure. ``notes`` are
    rules that no program checks, as codes of sentences. ``altered`` says whether the authority
    forbids altered photos. ``print_mm`` is the printed picture's width and height.
    """

    name: str
    kind: Literal["product", "id"]
    title: dict[str, str]
    sources: tuple[Source, ...] = Field(min_length=1)
    unsure: tuple[str, ...] = ()
    advised: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    altered: Literal["forbidden", "unclear"] | None = None
    print_mm: tuple[float, float] | None = None
    recipe: dict[str, Any]
    rules: Rules

    @field_validator("recipe")
    @classmethod
    def _is_one(cls, fields: dict[str, Any]) -> dict[str, Any]:
        odd = {*fields} - _AFTER
        if odd:
            raise ValueError(f"a preset does not set {', '.join(sorted(odd))}")
        try:
            Recipe.read(fields)
        except CutawayError as error:
            raise ValueError(error.message) from None
        return fields

    @property
    def confirmed(self) -> bool:
        """Whether all of it was read on the authority's own pages."""
        return not self.unsure and all(source.kind == "authority" for source in self.sources)

    def read(self) -> datetime.date:
        """The day on which the oldest of its sources was read."""
        return min(source.read for source in self.sources)

    def titled(self, language: str = "en") -> str:
        """What people call it."""
        return self.title.get(language, self.title["en"])


_AFTER: Final = frozenset({"framing", "portrait", "background", "shadows", "output", "sheet"})
"""Fields of a Recipe that a preset may set."""


@functools.cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its name: those for products first."""
    found = [_read(path) for path in FOLDER.glob("*.json")]
    found.sort(key=lambda preset: (preset.kind != "product", preset.name))
    return MappingProxyType({preset.name: preset for preset in found})


def _read(path: Path) -> Preset:
    data = json.loads(path.read_text(encoding="utf-8"))
    try:
        return Preset.model_validate({**data, "name": path.stem})
    except ValidationError as error:
        raise ValueError(f"{path.name}: {error}") from None


def preset_named(name: str) -> Preset:
    """Look a preset up; the beginning of its name will do where no other begins so.

    Raises:
        UnknownPreset: there is none of that name; the message offers the nearest ones.
    """
    known = presets()
    wanted = name.strip().lower()
    if wanted in known:
        return known[wanted]
    begun = [other for other in known if other.startswith(f"{wanted}-")]
    if len(begun) == 1:
        return known[begun[0]]
    near = [other for other in known if wanted and wanted in other][:3]
    near = near or get_close_matches(wanted, known, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`python app.py presets` lists them all."
    raise UnknownPreset(f"There is no preset called {name[:60]!r}. {hint}")


def wants_white(name: str | None) -> bool:
    """Whether the background that a preset asks for is white.

    Raises:
        UnknownPreset: there is none of that name.
    """
    return name is not None and preset_named(name).rules.background in ("pure-white", "white")


def apply(preset: Preset, recipe: Recipe) -> Recipe:
    """A Recipe that makes what a preset wants of the same cutout.

    The parts that the preset sets are set whole, so that nothing of an earlier one stays; the
    turning and mirroring of the photo stay.
    """
    framing = recipe.framing.model_dump(include={*Kept}) | preset.recipe.get("framing", {})
    bare: dict[str, object] = {"portrait": None, "sheet": None, "light": {}, "outline": {}, "glow": {}}
    return recipe.changed(**{**bare, **preset.recipe, "framing": framing, "preset": preset.name})


def versions(recipe: Recipe) -> tuple[Recipe, ...]:
    """A Recipe for each preset that a Recipe names, its own first.

    Where there are several, the names of their files tell them apart: ``-{preset}`` follows a pattern
    that does not name the preset. Further presets leave the pattern and the metadata as they are; all
    else of the file is theirs.

    Raises:
        UnknownPreset: there is none of a name.
    """
    further = [name for name in dict.fromkeys(recipe.also_presets) if name != recipe.preset]
    own = recipe.changed(also_presets=())
    if not further:
        return (own,)
    pattern = own.output.name if "{preset}" in own.output.name else own.output.name + "-{preset}"
    kept = {"name": pattern, "metadata": own.output.metadata}
    made = [own, *(apply(preset_named(name), own) for name in further)]
    return tuple(one.changed(output=one.output.model_dump() | kept) for one in made)


def sheet_for(preset: Preset, paper: str) -> dict[str, object]:
    """A print sheet of a preset's pictures, as a Recipe takes it.

    Raises:
        RecipeError: the preset's pictures are not for print.
    """
    if preset.print_mm is None:
        raise RecipeError(f"{preset.titled()} has no size on paper. A print sheet goes with an ID photo.")
    return {"paper": paper, "photo_mm": preset.print_mm}


def released(recipe: Recipe) -> Recipe:
    """The same Recipe without a preset's rules, and with the framing and file of a first visit."""
    framing = recipe.framing.model_dump(include={*Kept})
    plain = Recipe()
    return recipe.changed(
        framing=framing, portrait=None, sheet=None, output=plain.output.model_dump(), preset=None
    )
