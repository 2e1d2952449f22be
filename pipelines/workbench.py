"""The studio's working state: photos by id, their previews, and full-size results.

A visitor's page holds ids only. Everything behind them lives here, is bounded in
number, and is cleaned up when it has not been used for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipelines import save
from pipelines.assets import as_backdrop
from pipelines.compose import scene
from pipelines.compose.composite import with_alpha
from pipelines.compose.guides import Frame
from pipelines.cutout import Cutout, Stopwatch, finish, preview_photo
from pipelines.errors import AssetNotFound, PhotoNotFound
from pipelines.export.bundle import Packed
from pipelines.export.versions import Version, delivered
from pipelines.gate import Gate
from pipelines.matting.confidence import heat_map
from pipelines.models.known import model_named
from pipelines.models.sessions import ModelChoice
from pipelines.photo import Photo
from pipelines.recent import Recent
from pipelines.recipe import ColorBackdrop, NoBackdrop, Output, Recipe
from pipelines.service import CutoutService, choices
from pipelines.share_terms import LONGEST
from pipelines.shares import Shares
from pipelines.shelf import Shelf
from pipelines.shown import Delivered, Preview, Received, SceneShown
from pipelines.stages import stage
from pipelines.timeline import Timelines
from pipelines.touch_up import touched_up

__all__ = ["GLIMPSE_SIDE", "PREVIEW_SIDE", "QUICK_MODEL", "Preview", "Received", "SceneShown", "Workbench"]

PREVIEW_SIDE: Final = 1600
"""Longest side of what the browser is shown, in pixels."""

GLIMPSE_SIDE: Final = 800
"""The same while a slider is still moved, when many follow one another."""

QUICK_MODEL: Final = "u2netp"
"""The network whose cutout is shown first, while a better one is made."""

Made = TypeVar("Made")
Finished = tuple[Cutout, Packed, tuple[Version, ...]]

_PREVIEW: Final = Output(format="webp", quality=88)
_OPAQUE_PREVIEW: Final = Output(format="jpg", quality=88)
_BACKDROP_PREVIEW: Final = Output(format="jpg", quality=97)
"""A gradient's dither is finer than coarser JPEG keeps: bands would show on the screen alone."""
_QUICK_PREVIEW: Final = Output(format="png")
"""Ten times as large as WebP, and written in a tenth of the time: for what follows a brush or a slider."""


class Workbench:
    """Everything the studio keeps between two clicks.

    Args:
        service: cuts photos out.
        shelf: keeps the files.
    """

    def __init__(self, service: CutoutService, shelf: Shelf) -> None:
        self.service = service
        self.shelf = shelf
        self._photos: Recent[str, Photo] = Recent(3)
        self._previews: Recent[tuple[str, str], Preview] = Recent(24)
        self._cutouts: Recent[tuple[str, str], Cutout] = Recent(1)
        self._pictures: Recent[str, Photo] = Recent(2)
        self._files: Recent[tuple[str, str, str], tuple[Packed, tuple[Version, ...]]] = Recent(1)
        self.timelines = Timelines()
        self.shares = Shares(Shelf(LONGEST, parent=shelf.root))
        self.gate = Gate(service.settings.workers, service.settings.queue)

    def warm_up(self) -> None:
        """Load the quick network where its weights are here, so that the first photo need not wait."""
        if self.service.store.find(model_named(QUICK_MODEL)) is not None:
            self.service.pool.get(ModelChoice(QUICK_MODEL))

    def receive(self, data: bytes, filename: str) -> Received:
        """Take a photo in.

        Args:
            data: the file's bytes.
            filename: the visitor's name for it; only its stem is used, and only for the download.
        Raises:
            InputError: not a picture that can be used.
            StorageFull: no room on the disk.
        """
        name = PurePath(filename.replace("\\", "/")).stem.strip() or "photo"
        photo = replace(self.service.load(data), name=name)
        photo_id = self.shelf.put(data, filename, "application/octet-stream")
        self._photos.get_or_make(photo_id, lambda: photo)
        width, height = photo.size
        small = preview_photo(photo, PREVIEW_SIDE)
        pixels = small.pixels if small.alpha is None else with_alpha(small.pixels, small.alpha)
        return Received(photo_id, name, width, height, self._shown(pixels, name))

    def duplicate(self, photo_id: str) -> Received:
        """The same photo once more, with what was done to it so far.

        Raises:
            PhotoNotFound: never was, or was cleaned up.
            StorageFull: no room on the disk.
        """
        kept = self.shelf.get(photo_id)
        twin = self.receive(kept.path.read_bytes(), kept.filename)
        known = self.timelines.of(photo_id)
        if known is not None:
            self.timelines.record(twin.id, known.recipe)
        return twin

    def remove(self, photo_id: str) -> None:
        """Forget a photo and what was done to it; an unknown one is no error."""
        self._photos.drop(photo_id)
        self.timelines.drop(photo_id)
        self.shelf.drop(photo_id)

    def _shown(
        self,
        pixels: NDArray[np.uint8],
        name: str,
        translucent: Output = _PREVIEW,
        opaque: Output = _OPAQUE_PREVIEW,
    ) -> str:
        """A screen-sized picture on the shelf: as JPEG, written ten times as fast, where it can."""
        output = opaque if pixels.shape[2] == 3 else translucent
        with stage("encode"):
            data = save.encode(pixels, output, icc=None, dpi=None)
        return self.shelf.put(data, f"{name}.{output.format}", save.media_type(output.format))

    def photo(self, photo_id: str) -> Photo:
        """The decoded photo behind an id.

        Raises:
            PhotoNotFound: never was, or was cleaned up.
        """
        kept = self.shelf.get(photo_id)
        name = PurePath(kept.filename.replace("\\", "/")).stem.strip() or "photo"
        return self._photos.get_or_make(
            photo_id, lambda: replace(self.service.load(kept.path.read_bytes()), name=name)
        )

    def preview(self, photo_id: str, recipe: Recipe) -> Preview:
        """The cutout at screen size; runs networks only where their mattes are not known yet.

        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        key = _key(photo_id, recipe)
        choices(recipe)  # the licence is asked for on every call, kept or not
        make = self._touch_up if recipe.strokes else self._make_preview
        found = self._previews.get_or_make(key, lambda: make(photo_id, recipe))
        if self.shelf.has(found.image) and self.shelf.has(found.doubt):
            return found
        self._previews.drop(key)  # its file was too old and is gone
        return self._previews.get_or_make(key, lambda: make(photo_id, recipe))

    def _touch_up(self, photo_id: str, recipe: Recipe) -> Preview:
        """A preview with strokes: only the last is painted where the one before is still known."""
        earlier = recipe.model_copy(update={"strokes": recipe.strokes[:-1]})
        before = self._previews.find(_key(photo_id, earlier))
        if before is None or not self.shelf.has(before.doubt):
            before = self.preview(photo_id, recipe.model_copy(update={"strokes": ()}))
        with self.gate.enter():
            start = time.perf_counter()
            cutout = touched_up(before.cutout, recipe.strokes[len(before.cutout.recipe.strokes) :])
            image = self._shown(cutout.rgba(), cutout.photo.name or "cutout", _QUICK_PREVIEW)
            return replace(before, cutout=cutout, image=image, seconds=time.perf_counter() - start)

    def _make_preview(self, photo_id: str, recipe: Recipe) -> Preview:
        with self.gate.enter():
            start = time.perf_counter()
            photo = self.photo(photo_id)
            coarse = self.service.coarse(photo, recipe)
            small = preview_photo(photo, PREVIEW_SIDE)
            scale = small.size[0] / photo.size[0]
            wanted = recipe.model_copy(update={"edges": recipe.edges.scaled(scale)})
            made = finish(small, coarse, wanted, Stopwatch())
            cutout = replace(made, limits=self.service.limits, faces=self.service.faces)
            image = self._shown(cutout.rgba(), photo.name or "cutout")
            doubt = self._shown(heat_map(cutout.confidence.doubt), "doubt")
            return Preview(cutout, image, doubt, scale, time.perf_counter() - start + coarse.saved)

    def scene(self, photo_id: str, recipe: Recipe, side: int = PREVIEW_SIDE) -> SceneShown:
        """The finished picture at screen size, or smaller.

        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        cutout = self.preview(photo_id, recipe).cutout.made(recipe, self)
        image = self._shown(cutout.render(side), "result", _QUICK_PREVIEW, _BACKDROP_PREVIEW)
        head = shown[1] if (shown := cutout.portrait()) else None
        return SceneShown(image, cutout.placement(side), cutout.photo.size, head)

    def frame(self, photo_id: str, recipe: Recipe) -> Frame:
        """What can be said of the finished picture's framing.

        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        cutout = self.preview(photo_id, recipe).cutout
        return scene.frame(recipe, cutout.photo, cutout.subject())

    def layer(self, photo_id: str, recipe: Recipe) -> str | None:
        """What is behind the subject, at screen size.

        Returns:
            A colour (``#rrggbb``), the id of a picture on the shelf, or None for nothing.
        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        match recipe.background:
            case NoBackdrop():
                return None
            case ColorBackdrop(color=color):
                return color
            case _:
                cutout = self.preview(photo_id, recipe).cutout.made(recipe, self)
                pixels = cutout.backdrop()
                assert pixels is not None  # noqa: S101  (all others give pixels)
                return self._shown(pixels, "backdrop", opaque=_BACKDROP_PREVIEW)

    def render(self, photo_id: str, recipe: Recipe) -> str:
        """The result at full size as a file on the shelf: its id; see :meth:`deliver`."""
        return self.deliver(photo_id, recipe).file

    def deliver(self, photo_id: str, recipe: Recipe, language: str = "en") -> Delivered:
        """The result at full size, as a file on the shelf, under the name that the Recipe gives it.

        Several formats, or presets, are one ZIP.

        Args:
            photo_id: of the photo.
            recipe: what becomes of it.
            language: of what such a ZIP tells.
        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        file = self.finished(photo_id, recipe, language)[1]
        return Delivered(self.shelf.put(file.data, file.name, file.media_type), file.facts)

    def finished(self, photo_id: str, recipe: Recipe, language: str = "en") -> Finished:
        """The cutout at full size, and what :meth:`deliver` makes of it; the last file is remembered.

        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        key = photo_id, recipe.to_json(), language

        def make(whole: Cutout) -> Finished:
            return whole, *self._files.get_or_make(key, lambda: delivered(whole, language))

        return self.at_full_size(photo_id, recipe, make)

    def at_full_size(self, photo_id: str, recipe: Recipe, make: Callable[[Cutout], Made]) -> Made:
        """Something made of the cutout at full size, when its turn has come.

        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        with self.gate.enter():
            whole = self._cutouts.get_or_make(
                _key(photo_id, recipe), lambda: self.service.cut(self.photo(photo_id), recipe.cut(), self)
            )
            return make(whole.made(recipe, self))

    def picture(self, source: str) -> Photo:
        """A backdrop picture: only what was put on this shelf (see :class:`pipelines.assets.Assets`).

        Raises:
            AssetNotFound: no such upload.
        """
        try:
            self.shelf.get(source)  # one that was cleaned up is not shown from memory
            return self._pictures.get_or_make(source, lambda: as_backdrop(self.photo(source)))
        except PhotoNotFound:
            raise AssetNotFound("The background picture is no longer here. Choose it again.") from None

    def close(self) -> None:
        """Remove every file and forget every picture."""
        for cache in (self._photos, self._previews, self._cutouts, self._pictures, self._files):
            cache.clear()
        self.timelines.clear()
        self.shelf.close()


def _key(photo_id: str, recipe: Recipe) -> tuple[str, str]:
    """What a cutout of a photo depends on."""
    return photo_id, recipe.cut().to_json()
