"""What a request asks for: its parts, checked as far as they can be by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException

from pipelines.errors import ApiRefusal, AssetNotFound, RecipeError
from pipelines.models.sessions import ModelChoice
from pipelines.presets import apply, preset_named
from pipelines.recipe import ImageBackdrop, Recipe
from server.forms import NotAForm, Part, read_parts
from server.studio_routes import clean_name

FIELDS: Final = ("photo", "photo_url", "recipe", "preset")
"""The parts with a meaning of their own; all others are pictures that the Recipe names."""

CODES: Final[Mapping[str, str]] = {
    "invalid_body": "The body is not multipart/form-data as its header says, or not all of it.",
    "missing_photo": "There is no photo: send its file as photo, or where it is as photo_url.",
    "two_photos": "There are two photos: send either photo or photo_url.",
    "unknown_field": "There is a part that nothing is known of, and the Recipe names no such picture.",
}
"""Codes of what can be wrong with a request's parts; the status is 400."""

_SCHEMES: Final = ("http://", "https://")


@dataclass(frozen=True, eq=False)
class Ask:
    """What a request asks for.

    Attributes:
        photo: the file's bytes; None where it is to be fetched.
        photo_url: where to fetch it.
        name: of the photo, without an ending.
        recipe: with the preset in it.
        behind: bytes of the picture that the Recipe puts behind; None where it names none, or one to be
            fetched.
    """

    photo: bytes | None
    photo_url: str
    name: str
    recipe: Recipe
    behind: bytes | None

    @property
    def behind_url(self) -> str:
        """Where to fetch the picture behind; empty for nowhere."""
        return url_of(self.recipe) if self.behind is None else ""


def url_of(recipe: Recipe) -> str:
    """The address that a Recipe's background is at; empty where it is at none."""
    source = _source(recipe)
    return source if source.lower().startswith(_SCHEMES) else ""


async def read_ask(request: Request) -> Ask:
    """Read a request's body.

    Raises:
        ApiRefusal: parts are missing, or too many.
        RecipeError: the Recipe can't be used, or names a file of this machine.
        UnknownPreset: there is none of that name.
        AssetNotFound: the Recipe names a picture that was not sent.
        HTTPException: a media type that is not read here (415).
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise HTTPException(415)
    try:
        parts = await read_parts(request, options.get(b"boundary"))
    except NotAForm:
        raise refused("invalid_body") from None
    return await asyncio.to_thread(ask_of, parts)  # a Recipe may be as long as a photo


def ask_of(parts: Mapping[str, Part]) -> Ask:
    """What the parts of a body ask for; see :func:`read_ask`."""
    photo, url = parts.get("photo", Part(b"")), _text(parts, "photo_url")
    if not photo.data and not url:
        raise refused("missing_photo")
    if photo.data and url:
        raise refused("two_photos")
    recipe = _recipe_of(parts)
    name = PurePath(clean_name(photo.filename or "")).stem
    return Ask(photo.data or None, url, name, recipe, _behind(parts, recipe))


def refused(code: str, message: str = "") -> ApiRefusal:
    """The error for a request whose parts are wrong; without a sentence it has its code's own."""
    return ApiRefusal(code, message or CODES[code])


def _recipe_of(parts: Mapping[str, Part]) -> Recipe:
    given = parts.get("recipe", Part(b"")).data
    recipe = Recipe.read(given) if given.strip() else Recipe()
    preset = _text(parts, "preset")
    if preset:
        recipe = apply(preset_named(preset), recipe)
    if ModelChoice(recipe.model).own_file:
        raise RecipeError("Files can't be named here. Choose one of the models that are listed as models.")
    return recipe


def _behind(parts: Mapping[str, Part], recipe: Recipe) -> bytes | None:
    """The picture that the Recipe puts behind, where it was sent.

    Raises:
        ApiRefusal: a part that is neither a field nor that picture.
        AssetNotFound: it was not sent.
    """
    source = _source(recipe)
    odd = [name for name in parts if name not in FIELDS and name != source]
    if odd:
        raise refused(
            "unknown_field",
            f"There is no field called {odd[0][:40]!r}, and the recipe names no picture of that name.",
        )
    found = parts.get(source) if source not in FIELDS else None
    if source and found is None and not url_of(recipe):
        raise AssetNotFound(
            f"There is no background picture called {source[:40]!r}. Send it as a part of that name."
        )
    return None if found is None else found.data


def _source(recipe: Recipe) -> str:
    return recipe.background.source if isinstance(recipe.background, ImageBackdrop) else ""


def _text(parts: Mapping[str, Part], name: str) -> str:
    return parts.get(name, Part(b"")).data.decode("utf-8", "replace").strip()
