"""From a cutout to its files: one for each format that is wanted, and several as a ZIP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines import png, save
from pipelines.errors import OutputError
from pipelines.export import histogram, metadata, palette, photoshop, psd, raster, sizing, svg
from pipelines.export.bundle import zipped
from pipelines.export.kinds import KINDS, check_size
from pipelines.export.raster import Dpi, Tags
from pipelines.export.rendering import Rendering
from pipelines.presets import wants_white
from pipelines.recipe import FormatName, Output
from pipelines.stages import stage

if TYPE_CHECKING:
    from pipelines.cutout import Cutout

_BY_QUALITY: Final[frozenset[FormatName]] = frozenset({"webp", "avif", "jpg"})
_WITH_PATH: Final[frozenset[FormatName]] = frozenset({"jpg", "tiff"})
_IN_PARTS: Final[frozenset[FormatName]] = frozenset({"psd", "svg", "zip"})
"""Formats that hold the subject apart from what is behind."""
_POOREST: Final = 20
"""Below this quality a picture is a ruin: rather a sentence that says so."""
_DPI_IN_EXIF: Final[frozenset[FormatName]] = frozenset({"webp", "avif"})


@dataclass(frozen=True)
class Facts:
    """What was done to make a file.

    Attributes:
        width: in pixels.
        height: in pixels.
        quality: that it was written with, for formats that lose something.
        colors: that it has, for pictures of few colours.
        error: mean difference from the finished picture, in steps of 255, for pictures of few colours.
        anchors: of the outline in it.
    """

    width: int
    height: int
    quality: int | None = None
    colors: int | None = None
    error: float | None = None
    anchors: int | None = None


@dataclass(frozen=True, eq=False)
class Export:
    """A finished file.

    Attributes:
        format: what it is.
        data: its bytes.
        facts: what was done to make it.
    """

    format: FormatName
    data: bytes
    facts: Facts


class _Job(NamedTuple):
    """One file to make."""

    cutout: Cutout
    view: Rendering
    output: Output


def exported(cutout: Cutout, output: Output) -> Iterator[Export]:
    """The files of a cutout, one for each format that is wanted.

    Args:
        cutout: with the Recipe for what is made of it.
        output: which files; need not be the Recipe's own.
    Raises:
        OutputTooLarge: a format cannot hold a picture of this size.
        LimitNotMet: a file cannot be made as small as was asked.
        RecipeError: the canvas would be larger than the limits allow, or copies do not fit on their sheet.
    """
    view = Rendering(cutout, output)
    for name in output.formats():
        check_size(*view.size, name)
        if cutout.recipe.sheet is not None and name in _IN_PARTS:
            raise OutputError(
                f"A print sheet is one flat picture. Choose PNG or JPEG instead of {KINDS[name].title}."
            )
    for name in output.formats():
        yield _made(_Job(cutout, view, output.model_copy(update={"format": name, "also": ()})))


@stage("encode")
def _made(job: _Job) -> Export:
    name, limit = job.output.format, _limit(job)
    makers: dict[FormatName, Callable[[_Job], Export]] = {
        "png8": _png8,
        "psd": _psd,
        "svg": _svg,
        "zip": _zip,
    }
    export = (_by_quality if name in _BY_QUALITY else makers.get(name, _plain))(job)
    if limit and len(export.data) > limit:
        raise sizing.not_met(len(export.data), limit, _advice(name))
    return export


def _advice(name: FormatName) -> str:
    if name == "png":
        return "Choose a PNG of few colours (png8), WebP, AVIF or JPEG, or a smaller picture."
    return "Choose WebP, AVIF or JPEG, or a smaller picture."


def _plain(job: _Job) -> Export:
    """A picture that loses nothing."""
    facts = _facts(job, anchors=_anchors(job))
    return Export(job.output.format, _picture(job, job.output, _tags(job)), facts)


def _by_quality(job: _Job) -> Export:
    """A picture whose size depends on its quality."""
    output, tags = job.output, _tags(job)

    def make(quality: int) -> bytes:
        return _picture(job, output.model_copy(update={"quality": quality}), tags)

    exact = output.format == "webp" and (output.lossless or output.matte)
    levels = range(output.quality if exact else min(_POOREST, output.quality), output.quality + 1)
    data, quality = sizing.fitted(make, len, levels, _limit(job))
    return Export(output.format, data, _facts(job, quality=None if exact else quality, anchors=_anchors(job)))


def _png8(job: _Job) -> Export:
    """A PNG of few colours."""
    pixels = _pixels(job)
    tags = _tags(job)
    counts = histogram.counted(pixels)

    def make(colors: int) -> tuple[palette.Reduced, bytes]:
        picture = palette.reduced(pixels, colors, counts)
        return picture, palette.encoded(picture, tags)

    levels = [*(level for level in palette.LEVELS if level < job.output.colors), job.output.colors]
    (picture, data), _ = sizing.fitted(make, lambda made: len(made[1]), levels, _limit(job))
    error = palette.error(pixels, picture)
    return Export("png8", data, _facts(job, colors=len(picture.palette), error=error))


def _psd(job: _Job) -> Export:
    outline = job.view.outline if job.output.clipping_path else None
    data = psd.encoded(job.view.layers(), job.view.picture, _tags(job), outline)
    return Export("psd", data, _facts(job, anchors=_anchors(job)))


def _svg(job: _Job) -> Export:
    view, output = job.view, job.output
    jpeg = None
    if output.embed_photo:
        jpeg = save.encode(view.uncut, _as(output, "jpg"), icc=view.icc, dpi=None)
    data = svg.drawn(view.outline, jpeg, _asked_dpi(output))
    return Export("svg", data, _facts(job, anchors=view.outline.anchors))


def _zip(job: _Job) -> Export:
    """Colour and alpha apart: ``color.jpg`` keeps the subject's own colours beyond its edge."""
    view, output, tags = job.view, job.output, _tags(job)
    alpha = save.encode(view.matte, _as(output, "png"), icc=None, dpi=tags.dpi)
    colours = save.written(view.uncut, _as(output, "jpg"), Tags(view.icc, tags.dpi, tags.exif))
    return Export("zip", zipped([("color.jpg", colours), ("alpha.png", alpha)]), _facts(job))


def _limit(job: _Job) -> int | None:
    """Bytes that a file may take. What is allowed is a picture's, and not that of a sheet of copies."""
    limit = job.output.max_kb
    return None if limit is None or job.cutout.recipe.sheet else limit * 1000


def _as(output: Output, name: FormatName) -> Output:
    return Output(format=name, quality=output.quality)


def _facts(job: _Job, **others: object) -> Facts:
    width, height = job.view.size
    return Facts(width, height, **others)  # type: ignore[arg-type]


def _anchors(job: _Job) -> int | None:
    wanted = job.output.clipping_path and job.output.format in (*_WITH_PATH, "psd")
    return job.view.outline.anchors if wanted and not job.output.matte else None


def _asked_dpi(output: Output) -> Dpi | None:
    return None if output.dpi is None else (output.dpi, output.dpi)


def _dpi(job: _Job) -> Dpi | None:
    if job.view.dots is not None and not job.output.matte:
        return job.view.dots, job.view.dots
    return _asked_dpi(job.output) or job.cutout.photo.dpi


def _tags(job: _Job) -> Tags:
    name, output = job.output.format, job.output
    asked = _asked_dpi(output) if name in _DPI_IN_EXIF else None
    exif = metadata.exif_for(job.cutout.photo.exif, output, asked)
    if output.matte:
        return Tags(None, _dpi(job), exif, untagged=output.luma)
    path = photoshop.clipping_path(job.view.outline) if _anchors(job) and name in _WITH_PATH else None
    return Tags(job.view.icc, _dpi(job), exif, photoshop=path)


def _picture(job: _Job, output: Output, tags: Tags) -> bytes:
    """The picture, or the matte, in a format of one layer."""
    view = job.view
    alpha = None
    if output.matte:
        pixels = np.repeat(view.matte[..., None], 3, axis=2) if output.luma else view.matte
    elif output.format == "jpg":
        clipped = output.clipping_path and view.picture.shape[2] == 4
        pixels = view.uncut if clipped else view.flat
        if wants_white(job.cutout.recipe.preset):
            return raster.white_jpeg(pixels, output.quality, tags)
    elif view.bare:
        pixels, alpha = view.subject.pixels, view.subject.matte
    else:
        pixels = view.picture
    return save.written(pixels, output, tags, alpha)


def _pixels(job: _Job) -> NDArray[np.uint8]:
    """The finished picture; transparent pixels are black."""
    if job.view.bare:
        return png.covered(job.view.subject.pixels, job.view.subject.matte)
    return job.view.picture
