"""From a request and its pictures to the result."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.compose.subject import Box
from pipelines.cutout import Cutout
from pipelines.errors import InputError
from pipelines.export.bundle import packed
from pipelines.photo import Photo
from pipelines.recipe import Framing, Output
from pipelines.service import CutoutService
from pipelines.settings import Settings
from server.facts import in_source, named
from server.removebg import kinds
from server.removebg.kinds import Kind
from server.removebg.mapping import LARGEST, OnePicture, most_megapixels, recipe_of
from server.removebg.problems import refused
from server.removebg.wish import Wish


@dataclass(frozen=True, eq=False)
class Result:
    """A finished picture.

    Attributes:
        data: the file's bytes.
        media_type: its MIME type.
        size: its (width, height) in pixels.
        largest: the (width, height) that the largest result would have.
        foreground: where the subject is in the picture that was sent, in pixels.
        type: what the picture shows, in that API's words; None where nobody wants to know.
        model: which networks, with which weights.
        megapixels: of the picture that was sent.
    """

    data: bytes
    media_type: str
    size: tuple[int, int]
    largest: tuple[int, int]
    foreground: Box
    type: str | None
    model: str
    megapixels: float


def make(service: CutoutService, wish: Wish, source: bytes, behind: bytes | None) -> Result:
    """Do what a request asks for.

    Args:
        service: cuts out.
        wish: what is asked for.
        source: the picture's file.
        behind: the file of the picture to put behind.
    Raises:
        CutawayError: see :mod:`pipelines.errors`.
    """
    photo = service.load(source)
    recipe = recipe_of(wish, photo.size, service.settings)
    assets = OnePicture(None if behind is None else _backdrop(service, behind))
    cutout = service.cut(photo, recipe, assets)
    box = cutout.box
    if box is None:
        raise refused("unknown_foreground")
    kind = _kind(wish, cutout)
    recipe = recipe.model_copy(update={"shadows": wish.shadow.of(kind), "output": _output(wish, cutout)})
    cutout = cutout.made_of(recipe)
    file = packed(cutout, recipe.output)
    return Result(
        file.data,
        file.media_type,
        (file.facts[0].width, file.facts[0].height),
        _largest(cutout, service.settings),
        in_source(cutout, box),
        kinds.told(kind, wish.level),
        named(cutout.model),
        photo.size[0] * photo.size[1] / 1e6,
    )


def _backdrop(service: CutoutService, data: bytes) -> Photo:
    try:
        return service.load(data)
    except InputError as error:
        raise refused("failed_to_read_image", f"The background: {error.message}") from None


def _kind(wish: Wish, cutout: Cutout) -> Kind:
    """What the picture is of; looked for only where it matters."""
    if wish.kind is not None:
        return wish.kind
    return kinds.kind_shown(cutout) if wish.level != "none" or wish.shadow.by_kind else "other"


def _output(wish: Wish, cutout: Cutout) -> Output:
    """The file, which is a JPEG where a choice was left and nothing turned out to be transparent."""
    recipe = cutout.recipe
    own = recipe.framing == Framing() or recipe.framing.only_limits()
    opaque = wish.format == "auto" and not wish.alpha_only and own and cutout.matte.min() == 255
    return recipe.output.model_copy(update={"format": "jpg"}) if opaque else recipe.output


def _largest(cutout: Cutout, settings: Settings) -> tuple[int, int]:
    """The size that the largest result would have."""
    recipe = cutout.recipe
    if recipe.framing == Framing():  # nothing had to be made smaller
        return cutout.photo.size
    most = most_megapixels(LARGEST, recipe.output.format, settings)
    framing = recipe.framing.model_copy(update={"max_megapixels": most})
    return replace(cutout, recipe=recipe.model_copy(update={"framing": framing})).placement().canvas
