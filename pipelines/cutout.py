"""The pipeline: the visible list of steps from a photo and a coarse matte to a result."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines import colour, save
from pipelines.assets import Assets
from pipelines.compose import behind, even, scene
from pipelines.compose import portrait as portraits
from pipelines.compose.composite import on_white, with_alpha
from pipelines.compose.framing import Placement
from pipelines.compose.portrait import HeadShown
from pipelines.compose.subject import Box, Subject, subject_box
from pipelines.export import bundle, results
from pipelines.faces.face import Finder, only_face, unavailable, within_region
from pipelines.fitting import shrunk
from pipelines.limits import Limits
from pipelines.matting.confidence import Confidence, judge
from pipelines.matting.controls import adjust
from pipelines.matting.foreground import estimate_foreground
from pipelines.matting.refine import enlarged, refine_matte
from pipelines.matting.strokes import painted
from pipelines.models.coarse import CoarseMatte
from pipelines.models.network import NetworkFacts
from pipelines.photo import Matte, Matte8, Photo, Pixels
from pipelines.recipe import Backdrop, Edges, Framing, ImageBackdrop, Output, Recipe
from pipelines.stages import stage


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
        limits: how large a canvas may be.
        faces: finds the faces in the photo, for a portrait.
        evened: whether photo and foreground were brought to the look of a set.
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
    limits: Limits = field(default_factory=Limits)
    faces: Finder = unavailable
    evened: bool = False

    def rgba(self) -> NDArray[np.uint8]:
        """The subject on nothing: HxWx4 uint8, straight alpha; transparent pixels are black."""
        return save.hide_transparent(with_alpha(self.foreground, self.matte))

    def subject(self) -> Subject:
        """What is laid on a backdrop."""
        return Subject(self.foreground, self.matte, self.box)

    @stage("compose")
    def render(self, side: int | None = None) -> NDArray[np.uint8]:
        """The finished picture: the subject in its frame, on its backdrop, with its shadows.

        Args:
            side: the longest side that it may have, in pixels; None for any.
        Returns:
            HxWx3 uint8, or HxWx4 where the result has transparency.
        Raises:
            RecipeError: the full-size canvas would be larger than the limits allow.
        """
        place = self.placement(side)
        return scene.render(self.recipe, self.photo, self.subject(), self.picture, place)

    def placement(self, side: int | None = None) -> Placement:
        """The canvas, and where the photo lies on it.

        Args:
            side: the longest side that the canvas may have, in pixels; None for any.
        Raises:
            RecipeError: the full-size canvas would be larger than the limits allow.
            FaceNotFound, SeveralFaces: a portrait is wanted, and the photo is not of one person.
        """
        shown = self.portrait()
        place = shown[0] if shown else scene.placement(self.recipe, self.photo, self.subject())
        if self.recipe.framing != Framing():
            self.limits.check_canvas(*place.canvas)
        return place if side is None else place.within(side)

    def portrait(self) -> tuple[Placement, HeadShown] | None:
        """Where the photo and its head lie on the full-size canvas; None where no portrait is wanted.

        Raises:
            FaceNotFound, SeveralFaces: the photo is not of one person.
            ModelError: the face detector can't be had.
        """
        wanted, framing, photo = self.recipe.portrait, self.recipe.framing, self.photo
        if wanted is None:
            return None
        full = photo.full or photo.size
        face = only_face(within_region(self.faces(photo), self.recipe.edges.region))
        place, head = portraits.plan(wanted, framing, full, face, self.matte)
        return place.of_copy(full[0] / photo.size[0], full[1] / photo.size[1]), head

    def backdrop(self) -> NDArray[np.uint8] | None:
        """The backdrop alone, on the canvas and in the photo's colour space.

        Returns:
            HxWx3 or HxWx4 uint8, None for nothing.
        """
        return behind.layer(self.recipe.background, self.photo, self.matte, self.placement(), self.picture)

    def encode(self, output: Output | None = None) -> bytes:
        """The result as a file: the cutout on its backdrop, a sheet of copies of it, or the matte alone.

        Args:
            output: format, quality and what else is wanted; None takes the Recipe's own. Several formats
                are one ZIP. A limit in bytes is the picture's, and not a sheet's. The Recipe's own
                is made for each of its presets, see :func:`pipelines.export.versions.delivered`.
        Raises:
            OutputTooLarge: the format cannot hold a picture of this size.
            LimitNotMet: a file cannot be made as small as was asked.
            RecipeError: the copies do not fit on their sheet.
        """
        if output is None and self.recipe.also_presets:
            from pipelines.export.versions import delivered

            return delivered(self)[0].data
        return bundle.packed(self, output or self.recipe.output).data

    def exports(self, output: Output | None = None) -> Iterator[results.Export]:
        """The result as files, one for each format that is wanted, with what was done to make them.

        Args:
            output: formats and what else is wanted; None takes the Recipe's own.
        Raises:
            OutputTooLarge, LimitNotMet, RecipeError: see :meth:`encode`.
        """
        return results.exported(self, output or self.recipe.output)

    def on_white(self) -> Pixels:
        """The result with white behind whatever is still transparent: HxWx3 uint8."""
        return on_white(self.render())

    def made(self, recipe: Recipe, assets: Assets) -> Cutout:
        """The same cutout, made into something else; no network runs.

        Args:
            recipe: what becomes of it; what it says of the cutting is not looked at.
            assets: looks up the backdrop's picture.
        Raises:
            AssetNotFound: the picture is not there.
        """
        made = replace(self, recipe=recipe, picture=picture_of(recipe.background, assets))
        return made.brought_to_set()

    def brought_to_set(self) -> Cutout:
        """The same in the light of the set that it belongs to, where the Recipe asks for that."""
        if self.evened or self.recipe.even.reference is None or not self.recipe.even.wanted:
            return self
        table = even.curves(self.recipe.even, even.measure(self.photo.pixels, self.matte))
        if table is None:
            return replace(self, evened=True)
        photo = replace(self.photo, pixels=even.bent(self.photo.pixels, table))
        return replace(self, photo=photo, foreground=even.bent(self.foreground, table), evened=True)

    def made_of(self, recipe: Recipe) -> Cutout:
        """The same cutout, made into something else with the backdrop's picture that it has, or with none."""
        picture = self.picture if isinstance(recipe.background, ImageBackdrop) else None
        return replace(self, recipe=recipe, picture=picture)


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


@stage("refine")
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
    with clock.step("confidence"):  # what a user then paints by hand is no reason for doubt
        confidence = judge(coarse.matte, coarse.testimony, matte, photo.pixels)
    with clock.step("matte"):
        matte = painted(photo, matte, recipe.strokes)
    with clock.step("foreground"):
        foreground = freed(photo.pixels, matte, recipe.decontaminate)
    box = subject_box(matte)
    return Cutout(photo, matte, foreground, box, coarse.facts, recipe, confidence, clock.timings)


def preview_photo(photo: Photo, side: int) -> Photo:
    """The photo at screen size and in sRGB, for looking at.

    Args:
        photo: any size.
        side: the longest side wanted, in pixels; smaller photos keep their size.
    """
    small = shrunk(photo, side)
    return replace(small, pixels=colour.to_srgb(small.pixels, small.icc), icc=None)
