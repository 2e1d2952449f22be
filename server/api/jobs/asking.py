"""What a request for a job asks for, checked as far as that goes without photos."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException

from pipelines.batch.order import Order, Variant
from pipelines.errors import RecipeError
from pipelines.models.sessions import ModelChoice
from pipelines.presets import apply, preset_named
from pipelines.recipe import ImageBackdrop, Recipe
from pipelines.recipe.parts import explain
from pipelines.service import CutoutService
from server.api.asking import refused
from server.api.making import check_weights
from server.forms import NotAForm
from server.uploads import TEXT_BYTES, Sent, too_long, uploads

_FILES: Final = ("photos", "archive")


class WebhookWish(BaseModel):
    """Whom to tell when the job ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(max_length=2000, description="where to, https")
    secret: str | None = Field(
        None,
        max_length=200,
        description="signs what is sent; without one it is made, and told once",
    )


class OrderWish(BaseModel):
    """What is made of each photo. Nothing at all is a transparent PNG."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipe: dict[str, JsonValue] | None = Field(None, description="a Recipe; presets go on top of it")
    recipes: dict[str, dict[str, JsonValue]] = Field(
        {}, max_length=20, description="several Recipes by the names of their results"
    )
    presets: list[str] = Field(
        [], max_length=20, description="a result for each, of the same matte", examples=[["amazon-main"]]
    )


class NewOrder(OrderWish):
    """What is made of each photo from now on, and what the job is called."""

    name: str | None = Field(None, max_length=200, description="null leaves it as it is")


class JobWish(OrderWish):
    """A job: what it is called, what it makes, and where photos are, if they are not sent."""

    name: str = Field("", max_length=200)
    folder: str | None = Field(None, max_length=4096, description="of this server's, where it allows that")
    results: str | None = Field(None, max_length=4096, description="the folder for the results; with folder")
    webhook: WebhookWish | None = None
    start: bool | None = Field(
        None, description="false: the job stays open, as it does without photos; else it begins at once"
    )


@dataclass(frozen=True, eq=False)
class Asked:
    """A request's body.

    Attributes:
        text: the part that says what is wanted, as JSON; empty for none.
        photos: files of photos.
        archives: ZIP files.
    """

    text: str
    photos: list[Sent]
    archives: list[Sent]


@contextlib.asynccontextmanager
async def asked(request: Request, folder: Path, spare: int) -> AsyncIterator[Asked]:
    """A request's body: JSON alone, or a form with ``job`` (JSON), any number of ``photos``, and ``archive``.

    Args:
        request: the request.
        folder: where large parts lie meanwhile.
        spare: bytes that are left free there.
    Raises:
        ApiRefusal: the body can't be read, or has other parts.
        BodyTooLarge: what is no photo is longer than a text may be.
        StorageFull: no room on the disk.
        HTTPException: a media type that is not read here (415).
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind in (b"application/json", b""):
        yield Asked(await _text(request), [], [])
        return
    if kind != b"multipart/form-data":
        raise HTTPException(415)
    try:
        async with uploads(request, options.get(b"boundary"), folder, spare) as parts:
            odd = [part.name for part in parts if part.name not in ("job", *_FILES)]
            if odd:
                raise refused("unknown_field", f"There is no field called {odd[0][:40]!r} here.")
            texts = [part for part in parts if part.name == "job"]
            text = await asyncio.to_thread(texts[-1].text) if texts else ""
            yield Asked(text, *([part for part in parts if part.name == name] for name in _FILES))
    except NotAForm:
        raise refused("invalid_body") from None


async def _text(request: Request) -> str:
    """A body that is a text, however much else may be sent to its address.

    Raises:
        BodyTooLarge: it is longer than a text may be.
    """
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > TEXT_BYTES:
            raise too_long()
    return data.decode("utf-8", "replace")


def wish_of(text: str) -> JobWish:
    """What a text asks for.

    Raises:
        RecipeError: a value that is not allowed.
    """
    try:
        return JobWish.model_validate_json(text) if text.strip() else JobWish()
    except ValidationError as error:
        raise RecipeError(explain(error, frozenset())) from None


def order_of(wish: OrderWish, service: CutoutService) -> Order:
    """What is made of each photo.

    Raises:
        RecipeError: see :meth:`pipelines.batch.order.Order.of`; or it names files of this machine.
        UnknownPreset, UnknownModel: there is none of that name.
        WeightsUnavailable: a model's weights are not here.
    """
    if wish.recipe is not None and wish.recipes:
        raise RecipeError("Give either recipe or recipes.")
    base = Recipe() if wish.recipe is None else Recipe.read(dict(wish.recipe))
    made = [Variant(name, Recipe.read(dict(recipe))) for name, recipe in wish.recipes.items()]
    if made:  # presets share their way of cutting, and are made alike with them
        base = made[0].recipe.cut().changed(even=made[0].recipe.even)
    presets = [preset_named(name) for name in wish.presets]
    made += [Variant(preset.name, apply(preset, base)) for preset in presets]
    order = Order.of(made or [Variant("cutout", base)])
    for variant in order.variants:
        check_recipe(variant.recipe, service)
    return order


def check_recipe(recipe: Recipe, service: CutoutService) -> None:
    """Find out before the first photo what would make every one fail.

    Raises:
        RecipeError: it names a file of this machine.
        ModelError: see :func:`server.api.making.check_weights`.
    """
    if ModelChoice(recipe.model).own_file:
        raise RecipeError("Files can't be named here. Choose one of the models that are listed as models.")
    if isinstance(recipe.background, ImageBackdrop):
        raise RecipeError(
            "A job takes no picture as its background: use a colour, a gradient or a backdrop of the library."
        )
    check_weights(service, recipe)
