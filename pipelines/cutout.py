"""The pipeline: the visible list of steps from a photo and a coarse matte to a result."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines import colour, save
from pipelines.assets import Assets
from pipelines.compose import backdrop as backdrops
from pipelines.compose.composite import composite, composite_over_translucent, with_alpha
from pipelines.matting.confidence import Confidence, judge
from pipelines.matting.controls import adjust
from pipelines.matting.foreground import estimate_foreground
from pipelines.matting.refine import enlarged, refine_matte
from pipelines.models.coarse import CoarseMatte
from pipelines.models.network import NetworkFacts
from pipelines.models.predict import resize
from pipelines.photo import Matte, Matte8, Photo, Pixels
from pipelines.recipe import (
    Backdrop,
    BlurBackdrop,
    ColorBackdrop,
    Edges,
    ImageBackdrop,
    NoBackdrop,
    Output,
    Recipe,
    parse_color,
)

_PRESENT: Final = 26
"""A pixel counts as subject for the box from this alpha on (10 %): haze does not widen it."""


class Box(NamedTuple):
    """A rectangle in pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class Stopwatch:
    """Collects how long named steps took, in milliseconds."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a ``with`` block under a name."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timings[name] = self.timings.get(name, 0.0) + (time.perf_counter() - start) * 1000


@dataclass(frozen=True, eq=False)
class Cutout:
    """A photo, its matte and the subject's own colour.

    Attributes:
        photo: what was given, decoded.
        matte: HxW uint8, 0 is all background.
        foreground: HxWx3 uint8, the subject's own colour, straight; meaningless where the matte is 0.
        box: the subject's rectangle; None when nothing was found.
        model: the networks that made the matte.
        recipe: what was asked for.
        confidence: how far it can be trusted, where not, and why.
        timings: milliseconds by step.
        picture: the decoded backdrop picture, when the Recipe names one.
    """

    photo: Photo
    matte: Matte8
    foreground: Pixels
    box: Box | None
    model: tuple[NetworkFacts, ...]
    recipe: Recipe
    confidence: Confidence
    timings: Mapping[str, float] = field(default_factory=dict)
    picture: Photo | None = None

    def rgba(self) -> NDArray[np.uint8]:
        """The subject on nothing: HxWx4 uint8, straight alpha; transparent pixels are black."""
        return save.hide_transparent(with_alpha(self.foreground, self.matte))

    def render(self) -> NDArray[np.uint8]:
        """The subject on its backdrop.

        Returns:
            HxWx3 uint8, or HxWx4 where the result has transparency.
        """
        layer = self.backdrop()
        if layer is None:
            return self.rgba()
        if layer.shape[2] == 3:
            return composite(self.foreground, self.matte, layer)
        return save.hide_transparent(composite_over_translucent(self.foreground, self.matte, layer))

    def backdrop(self) -> NDArray[np.uint8] | None:
        """The backdrop alone, of the photo's size and in its colour space.

        Returns:
            HxWx3 or HxWx4 uint8, None for nothing.
        """
        size = self.matte.shape[0], self.matte.shape[1]
        match self.recipe.background:
            case NoBackdrop():
                return None
            case ColorBackdrop(color=text):
                return _color_layer(text, size, self.photo.icc)
            case ImageBackdrop(fit=fit):
                assert self.picture is not None  # noqa: S101  (the pipeline loads it with the Recipe)
                return _in_space(backdrops.fitted(_opaque_srgb(self.picture), size, fit), self.photo.icc)
            case BlurBackdrop(radius=radius):
                return backdrops.blurred(self.photo.pixels, self.matte, radius)

    def encode(self, output: Output | None = None) -> bytes:
        """The result as a file: the cutout on its backdrop, or the matte alone.

        Args:
            output: format and quality; None takes the Recipe's own.
        Raises:
            OutputTooLarge: the format cannot hold a picture of this size.
        """
        wanted = output or self.recipe.output
        if wanted.alpha_only:
            return save.encode(self.matte, wanted, icc=None, dpi=self.photo.dpi)
        if wanted.format != "jpg" and isinstance(self.recipe.background, NoBackdrop):
            return save.encode(
                self.foreground, wanted, alpha=self.matte, icc=self.photo.icc, dpi=self.photo.dpi
            )
        pixels = self.on_white() if wanted.format == "jpg" else self.render()
        return save.encode(pixels, wanted, icc=self.photo.icc, dpi=self.photo.dpi)

    def on_white(self) -> Pixels:
        """The result with white behind whatever is still transparent: HxWx3 uint8."""
        pixels = self.render()
        if pixels.shape[2] == 3:
            return pixels
        size = self.matte.shape[0], self.matte.shape[1]
        white = backdrops.solid(size, (255, 255, 255))
        return composite(np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3]), white)

    def with_backdrop(self, background: Backdrop, assets: Assets) -> Cutout:
        """The same cutout on something else; no network runs.

        Raises:
            AssetNotFound: the picture is not there.
        """
        return replace(
            self,
            recipe=self.recipe.model_copy(update={"background": background}),
            picture=picture_of(background, assets),
        )


def picture_of(background: Backdrop, assets: Assets) -> Photo | None:
    """The decoded picture that a backdrop names, None where it names none."""
    return assets.picture(background.source) if isinstance(background, ImageBackdrop) else None


def full_matte(coarse: Matte, photo: Photo, *, refine: bool = True) -> Matte8:
    """A coarse matte at the photo's own size, times the transparency the photo already had.

    Args:
        coarse: hxw float32 in [0, 1], any size.
        photo: gives the size, and the edges.
        refine: False only enlarges the matte.
    Returns:
        HxW uint8.
    """
    width, height = photo.size
    matte = refine_matte(photo.pixels, coarse) if refine else enlarged(coarse, (height, width))
    return within(matte, photo.alpha)


def within(matte: Matte8, alpha: Matte8 | None) -> Matte8:
    """A matte times the transparency that a picture already had.

    Args:
        matte: HxW uint8.
        alpha: HxW uint8; None leaves the matte alone.
    """
    return matte if alpha is None else np.asarray(cv2.multiply(matte, alpha, scale=1 / 255), np.uint8)


def freed(pixels: Pixels, matte: Matte8, amount: float) -> Pixels:
    """The subject's colour with the old background's taken out, wholly or in part.

    Args:
        pixels: HxWx3 uint8, the photo.
        matte: HxW uint8.
        amount: 0 is the photo itself, 1 the estimated foreground.
    """
    if amount == 0:
        return pixels
    foreground = estimate_foreground(pixels, matte)
    if amount == 1:
        return foreground
    return np.asarray(cv2.addWeighted(foreground, amount, pixels, 1 - amount, 0), np.uint8)


def subject_box(matte: Matte8) -> Box | None:
    """The rectangle that holds every pixel of at least 10 % subject; None for an empty matte."""
    left, top, width, height = cv2.boundingRect((matte >= _PRESENT).view(np.uint8))
    return Box(left, top, left + width, top + height) if width and height else None


def finish(photo: Photo, coarse: CoarseMatte, recipe: Recipe, clock: Stopwatch) -> Cutout:
    """Everything that follows the networks, without the backdrop's picture.

    Args:
        photo: at full or at preview size.
        coarse: what the networks said.
        recipe: what was asked for.
        clock: where the time goes.
    """
    with clock.step("matte"):
        matte = full_matte(coarse.matte, photo, refine=recipe.refine)
        if recipe.edges != Edges():
            matte = adjust(matte, recipe.edges)
            if photo.alpha is not None:  # a grown or feathered edge must not reach beyond the picture's own
                matte = np.minimum(matte, photo.alpha)
    with clock.step("foreground"):
        foreground = freed(photo.pixels, matte, recipe.decontaminate)
    with clock.step("confidence"):
        confidence = judge(coarse.matte, coarse.testimony, matte, photo.pixels)
    box = subject_box(matte)
    return Cutout(photo, matte, foreground, box, coarse.facts, recipe, confidence, clock.timings)


def preview_photo(photo: Photo, side: int) -> Photo:
    """The photo at screen size and in sRGB, for looking at.

    Args:
        photo: any size.
        side: the longest side wanted, in pixels; smaller photos keep their size.
    """
    width, height = photo.size
    scale = min(1.0, side / max(width, height))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    alpha = None if photo.alpha is None else resize(photo.alpha, size)
    return replace(photo, pixels=colour.to_srgb(resize(photo.pixels, size), photo.icc), alpha=alpha, icc=None)


def _color_layer(text: str, size: tuple[int, int], icc: bytes | None) -> NDArray[np.uint8]:
    red, green, blue, alpha = parse_color(text)
    pixel = colour.from_srgb(np.array([[[red, green, blue]]], np.uint8), icc)[0, 0]
    layer = backdrops.solid(size, (int(pixel[0]), int(pixel[1]), int(pixel[2])))
    return layer if alpha == 255 else with_alpha(layer, np.full(size, alpha, np.uint8))


def _opaque_srgb(picture: Photo) -> Pixels:
    pixels = colour.to_srgb(picture.pixels, picture.icc)
    if picture.alpha is None:
        return pixels
    return composite(pixels, picture.alpha, np.full_like(pixels, 255))


def _in_space(layer: NDArray[np.uint8], icc: bytes | None) -> NDArray[np.uint8]:
    if layer.shape[2] == 3:
        return colour.from_srgb(layer, icc)
    return with_alpha(
        colour.from_srgb(np.ascontiguousarray(layer[..., :3]), icc), np.ascontiguousarray(layer[..., 3])
    )
