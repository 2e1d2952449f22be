"""What a request asks for, typed: every field of remove.bg's API, checked as far as it can be by itself."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar
from urllib.parse import urlsplit

from pipelines.errors import RecipeError
from pipelines.recipe import parse_color
from server.removebg import kinds, words
from server.removebg.body import Fields
from server.removebg.kinds import Kind, Level, ShadowWish
from server.removebg.problems import refused
from server.removebg.words import Margins, Position, Roi

Format = Literal["auto", "png", "jpg", "webp", "zip"]

SIZES: Final[Mapping[str, float]] = {
    "preview": 0.25,
    "medium": 1.5,
    "hd": 4,
    "full": 25,
    "50mp": 50,
    "auto": 25,
    "small": 0.25,
    "regular": 0.25,
    "4k": 25,
}
"""Megapixels that a result has at most."""

_FORMATS: Final[Mapping[str, Format]] = {
    "auto": "auto",
    "png": "png",
    "jpg": "jpg",
    "jpeg": "jpg",
    "webp": "webp",
    "zip": "zip",
}
_CHANNELS: Final[Mapping[str, bool]] = {"rgba": False, "alpha": True}

_LONGEST_URL: Final = 4096

Value = TypeVar("Value")


@dataclass(frozen=True)
class Link:
    """A picture to be fetched."""

    url: str


@dataclass(frozen=True)
class Backdrop:
    """What is put behind.

    Attributes:
        color: as it was written.
        picture: a file's bytes, or where to fetch it. At most one of both is given.
    """

    color: str | None = None
    picture: bytes | Link | None = None


@dataclass(frozen=True)
class Wish:
    """What a request asks for.

    Attributes:
        source: the picture: a file's bytes, or where to fetch it.
        megapixels: that the result has at most.
        kind: what the picture is said to be of; None leaves it to be found out.
        level: how exactly that is told.
        format: of the file.
        roi: outside of it all is background.
        crop_margin: the room round a crop; None for no crop.
        scale: the subject's share of the canvas; None leaves it as it is.
        position: where the subject lies.
        alpha_only: whether only the matte is wanted.
        shadow: by kind.
        semitransparency: whether see-through parts stay so.
        backdrop: what is behind.
    """

    source: bytes | Link
    megapixels: float
    kind: Kind | None
    level: Level
    format: Format
    roi: Roi
    crop_margin: Margins | None
    scale: float | None
    position: Position
    alpha_only: bool
    shadow: ShadowWish
    semitransparency: bool
    backdrop: Backdrop


def wish_of(fields: Fields) -> Wish:
    """Read a request's fields; those that the API does not know are left out of account.

    Raises:
        ApiRefusal: the first field that can't be used.
    """
    margin = words.crop_margin(fields.text("crop_margin"))
    scale = words.scale(fields.text("scale"))
    return Wish(
        source=source_of(fields),
        megapixels=_choice(fields.text("size"), SIZES, "preview", "invalid_size"),
        kind=kinds.kind_named(fields.text("type")),
        level=kinds.level_named(fields.text("type_level")),
        format=_choice(fields.text("format"), _FORMATS, "auto", "invalid_format"),
        roi=words.roi(fields.text("roi")),
        crop_margin=margin if words.switch("crop", fields.text("crop"), False) else None,
        scale=scale,
        position=words.position(fields.text("position"), "original" if scale is None else (0.5, 0.5)),
        alpha_only=_choice(fields.text("channels"), _CHANNELS, "rgba", "invalid_channels"),
        shadow=kinds.shadow_wish(fields),
        semitransparency=words.switch("semitransparency", fields.text("semitransparency"), True),
        backdrop=_backdrop_of(fields),
    )


def source_of(fields: Fields) -> bytes | Link:
    """The picture that a request gives.

    Raises:
        ApiRefusal: none, more than one, or one that can't be meant.
    """
    file, text, url = (
        fields.file("image_file"),
        fields.text("image_file_b64", "image_base64"),
        fields.text("image_url"),
    )
    given = [one for one in (file, text, url) if one]
    if not given:
        raise refused("missing_source")
    if len(given) > 1:
        raise refused("multiple_sources")
    if file:
        return file
    return _from_base64(text) if text else _link(url, "invalid_image_url")


def _backdrop_of(fields: Fields) -> Backdrop:
    color, url, file = fields.text("bg_color"), fields.text("bg_image_url"), fields.file("bg_image_file")
    given = [one for one in (color, url, file) if one]
    if len(given) > 1:
        raise refused("multiple_bg_sources")
    if color:
        try:
            parse_color(color)
        except RecipeError as error:
            raise refused("invalid_bg_color", error.message) from None
        return Backdrop(color=color)
    return Backdrop(picture=file or (_link(url, "invalid_bg_image_url") if url else None))


def _choice(text: str, choices: Mapping[str, Value], default: str, code: str) -> Value:
    word = text.lower() or default
    if word not in choices:
        raise refused(code, f"Choose one of: {', '.join(choices)}.")
    return choices[word]


def _from_base64(text: str) -> bytes:
    """The bytes that a text stands for, also as a data URL, or with its plus signs lost in a form."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        plain = text.replace(" ", "+").replace("-", "+").replace("_", "/")
        found = base64.b64decode("".join(plain.split()).rstrip("=") + "==")
    except (binascii.Error, ValueError):
        found = b""
    if not found:
        raise refused("failed_to_read_image", "image_file_b64 is not base64.")
    return found


def _link(url: str, code: str) -> Link:
    try:
        parts = urlsplit(url)
        fine = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and len(url) <= _LONGEST_URL
        fine = fine and parts.port != 0 and bool(url.encode())
    except ValueError:
        fine = False
    if not fine:
        raise refused(code)
    return Link(url)
