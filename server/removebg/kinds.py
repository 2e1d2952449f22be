"""What a picture is of, and which shadow that gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from pipelines.cutout import Cutout
from pipelines.errors import CutawayError
from pipelines.faces.face import Face
from pipelines.recipe import CarShadow, CastShadow, DropShadow, Shadow
from server.removebg import words
from server.removebg.body import Fields
from server.removebg.problems import refused

Kind = Literal["person", "product", "car", "animal", "graphic", "transportation", "other"]
Level = Literal["none", "1", "2"]
ShadowName = Literal["none", "car", "3d", "drop"]

KINDS: Final[tuple[Kind, ...]] = (
    "person", "product", "car", "animal", "graphic", "transportation", "other"
)  # fmt: skip
_ALSO: Final[Mapping[str, Kind]] = {"graphics": "graphic", "car_interior": "other", "car_part": "other"}
"""Names that ``X-Type`` has for kinds that can't be asked for."""

_COARSE: Final[Mapping[Kind, str]] = {"graphic": "other", "transportation": "other"}
_FINE: Final[Mapping[Kind, str]] = {"graphic": "graphics"}
"""What the two levels of detail call a kind, where not by its own name."""

_AUTOMATIC: Final[Mapping[Kind, ShadowName]] = {
    "car": "car",
    "product": "drop",
    "person": "3d",
    "animal": "drop",
    "transportation": "3d",
    "graphic": "drop",
    "other": "drop",
}
_SHADOWS: Final[Mapping[str, ShadowName | Literal["auto"]]] = {
    "none": "none",
    "auto": "auto",
    "car": "car",
    "3d": "3d",
    "drop": "drop",
}
_USUAL_OPACITY: Final = 0.5
_CAR_OPACITY: Final = 0.9

_WITHIN: Final = 0.5
"""A face belongs to the subject when the matte holds this much of it."""

_SURE: Final = 0.85
"""Dogs, and even wheels, are taken for faces, but seldom with such a score."""

_LEAST: Final = 0.05
"""Of a person in full length a face is a tenth: what is smaller is a driver, or a picture on a shirt."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class ShadowWish:
    """The shadow that each kind gets.

    Attributes:
        names: by kind; those that are missing get none.
        opacities: by kind, 0..1; those that are missing get the usual one.
    """

    names: Mapping[Kind, ShadowName]
    opacities: Mapping[Kind, float | None]

    def of(self, kind: Kind) -> tuple[Shadow, ...]:
        """The shadows of a Recipe for a picture of some kind."""
        name, opacity = self.names.get(kind, "none"), self.opacities.get(kind)
        if opacity is None:
            opacity = _CAR_OPACITY if name == "car" else _USUAL_OPACITY
        match name:
            case "car":
                return (CarShadow(opacity=opacity),)
            case "3d":
                return (CastShadow(opacity=opacity),)
            case "drop":
                return (DropShadow(opacity=opacity),)
        return ()

    @property
    def by_kind(self) -> bool:
        """Whether it matters what the picture is of."""
        return len({self.of(kind) for kind in KINDS}) > 1


def kind_named(text: str) -> Kind | None:
    """The kind that a request names; None for ``auto``, or where it names none.

    Raises:
        ApiRefusal: there is no such kind.
    """
    word = text.lower()
    if word in ("", "auto"):
        return None
    known = _known(word)
    if known is None:
        raise refused("invalid_type", f"type is auto, {', '.join(KINDS)}.")
    return known


def level_named(text: str) -> Level:
    """How exactly the kind is told.

    Raises:
        ApiRefusal: there is no such level.
    """
    levels: dict[str, Level] = {"": "1", "none": "none", "1": "1", "2": "2", "latest": "2"}
    if text.lower() not in levels:
        raise refused("invalid_type_level", "type_level is none, 1, 2 or latest.")
    return levels[text.lower()]


def told(kind: Kind, level: Level) -> str | None:
    """What ``X-Type`` says; None for nothing."""
    if level == "none":
        return None
    return (_COARSE if level == "1" else _FINE).get(kind, kind)


def shadow_wish(fields: Fields) -> ShadowWish:
    """The shadows that a request asks for.

    Raises:
        ApiRefusal: an unknown shadow or kind, or an opacity that is none.
    """
    names = _by_kind(fields, "shadow_type", _shadow_named)
    if words.switch("add_shadow", fields.text("add_shadow"), False) and not names:
        names = {"car": "car"}
    return ShadowWish(
        {kind: _AUTOMATIC[kind] if name == "auto" else name for kind, name in names.items()},
        _by_kind(fields, "shadow_opacity", words.opacity),
    )


def _shadow_named(text: str) -> ShadowName | Literal["auto"]:
    if text.lower() not in _SHADOWS:
        raise refused("invalid_shadow_type", "shadow_type is none, auto, car, 3D or drop.")
    return _SHADOWS[text.lower()]


def _by_kind(fields: Fields, name: str, read: Callable[[str], Value]) -> dict[Kind, Value]:
    """A field that may be given for all kinds, and for each: ``shadow_type[car]``."""
    found: dict[Kind, Value] = {}
    if text := fields.text(name):
        found = dict.fromkeys(KINDS, read(text))
    for word, text in fields.within(name).items():
        kind = _known(word.lower())
        if kind is None:
            raise refused(f"invalid_{name}", f"{name}[TYPE] takes {', '.join(KINDS)}.")
        found[kind] = read(text)
    return found


def _known(word: str) -> Kind | None:
    return next((kind for kind in KINDS if kind == word), _ALSO.get(word))


def kind_shown(cutout: Cutout) -> Kind:
    """What a picture shows: a person where a face lies within the cutout; of all else nothing is known."""
    try:
        faces = cutout.faces(cutout.photo)
    except CutawayError:  # no face finder here: it is not worth failing for
        return "other"
    return "person" if any(_held(face, cutout) for face in faces) else "other"


def _held(face: Face, cutout: Cutout) -> bool:
    height, width = cutout.matte.shape
    if cutout.box is None or face.score < _SURE or face.height * height < _LEAST * cutout.box.longer:
        return False
    rows = slice(max(0, int(face.top * height)), max(0, int((face.top + face.height) * height)) + 1)
    columns = slice(max(0, int(face.left * width)), max(0, int((face.left + face.width) * width)) + 1)
    part = cutout.matte[rows, columns]
    return part.size > 0 and float(part.mean()) / 255 >= _WITHIN
