"""A cutout as the files need it: each view of it is made once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipelines import colour
from pipelines.compose import scene
from pipelines.compose import sheet as sheets
from pipelines.compose.composite import on_white, with_alpha
from pipelines.compose.framing import placed
from pipelines.compose.subject import Subject
from pipelines.export import photoshop
from pipelines.export.psd import Layer
from pipelines.export.tracing import Outline, traced
from pipelines.photo import Matte8, Pixels
from pipelines.recipe import NoBackdrop, Output

if TYPE_CHECKING:
    from pipelines.cutout import Cutout


class Rendering:
    """A cutout on its canvas, in the colour space that the files will have.

    Args:
        cutout: with the Recipe for what is made of it.
        output: says the colour space.
    """

    def __init__(self, cutout: Cutout, output: Output) -> None:
        self._cutout = cutout
        self._place = cutout.placement()
        self._convert = output.profile == "srgb" and cutout.photo.icc is not None
        self.icc = None if self._convert else cutout.photo.icc

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the canvas, or of the sheet that it is copied on."""
        sheet, canvas = self._cutout.recipe.sheet, self._place.canvas
        return canvas if sheet is None else sheets.page_size(sheet, canvas)

    @property
    def dots(self) -> float | None:
        """The resolution at which copies on a sheet have their size on paper; None without a sheet."""
        sheet = self._cutout.recipe.sheet
        return None if sheet is None else 25.4 * sheets.dots_per_mm(sheet, self._place.canvas)

    @property
    def bare(self) -> bool:
        """Whether the result is the subject itself, of which encoders need no picture with alpha."""
        recipe = self._cutout.recipe
        return scene.plain(recipe) and isinstance(recipe.background, NoBackdrop) and recipe.sheet is None

    @cached_property
    def matte(self) -> Matte8:
        """HxW uint8, on the canvas."""
        return placed(self._cutout.matte, self._place)

    @cached_property
    def subject(self) -> Subject:
        """On the canvas. Where its matte is 0 its pixels are the photo's, as far as that reaches."""
        shown = scene.on_canvas(self._cutout.subject(), self._place)
        exact = self._place.copies(self._cutout.photo.size)
        pixels = shown.pixels if exact else self._with_photo(shown)
        return Subject(self._in_space(pixels), shown.matte, shown.box)

    @cached_property
    def picture(self) -> NDArray[np.uint8]:
        """The finished picture, or a sheet of copies of it: HxWx3, or HxWx4 with transparency, uint8.

        Raises:
            RecipeError: the copies do not fit on their sheet.
        """
        sheet = self._cutout.recipe.sheet
        if sheet is None:
            return self._in_space(self._cutout.render())
        one = self._cutout.on_white()
        self._cutout.limits.check_canvas(*sheets.page_size(sheet, (one.shape[1], one.shape[0])))
        return self._in_space(sheets.sheet_of(one, sheet))

    @cached_property
    def flat(self) -> Pixels:
        """The finished picture with white behind whatever is still transparent: HxWx3 uint8."""
        return on_white(self.picture)

    @cached_property
    def uncut(self) -> Pixels:
        """The whole photo with the subject's own colours at its edge, to be clipped by the outline.

        HxWx3 uint8, white where the photo does not reach.
        """
        reach = self._reach()
        return self.subject.pixels if reach is None else on_white(with_alpha(self.subject.pixels, reach))

    @cached_property
    def outline(self) -> Outline:
        """The subject's outline on the canvas."""
        return traced(self.matte, photoshop.MOST_ANCHORS)

    def layers(self) -> list[Layer]:
        """What lies behind, shadows and the like, the photo with the matte as its mask: the lowest first."""
        cutout = self._cutout
        taken = scene.apart(cutout.recipe, cutout.photo, cutout.subject(), cutout.picture, self._place)
        below = (("Background", taken.backdrop), ("Shadow", taken.between))
        found = [_layer(name, self._in_space(pixels)) for name, pixels in below if pixels is not None]
        pixels = self._in_space(self._with_photo(taken.subject))
        return [*found, Layer("Photo", pixels, self._reach(), taken.subject.matte)]

    def _with_photo(self, shown: Subject) -> Pixels:
        """A subject's pixels where it can be seen, and the photo's as far as that reaches."""
        photo = placed(self._cutout.photo.pixels, self._place)
        return np.where((shown.matte > 0)[..., None], shown.pixels, photo)

    def _reach(self) -> Matte8 | None:
        """Where the photo lies on the canvas, 255 or 0; None for everywhere.

        Pixels that it covers in part count only where they show the subject, whose matte tells that part.
        """
        width, height = self._cutout.photo.size
        if self._place.keeps((width, height)):
            return None
        whole = placed(np.full((height, width), 255, np.uint8), self._place) == 255
        reach = whole | (self.subject.matte > 0)
        return None if reach.all() else reach.astype(np.uint8) * 255

    def _in_space(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if not self._convert:
            return pixels
        icc = self._cutout.photo.icc
        if pixels.shape[2] == 3:
            return colour.to_srgb(pixels, icc)
        return colour.to_srgb_with_alpha(pixels, icc)


def _layer(name: str, pixels: NDArray[np.uint8]) -> Layer:
    if pixels.shape[2] == 3:
        return Layer(name, pixels)
    return Layer(name, np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3]))
