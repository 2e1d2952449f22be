"""One photo of a batch: its results, each made once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipelines import naming, save
from pipelines.batch import alike
from pipelines.batch.items import Item
from pipelines.batch.keys import matte_key, result_key, weights_of
from pipelines.batch.mattes import MatteStore
from pipelines.batch.order import Order, Variant
from pipelines.batch.places import OWN, Places
from pipelines.batch.thumbs import before, thumb
from pipelines.compose.even import Measured, measure
from pipelines.conveyor import Room
from pipelines.cutout import Cutout
from pipelines.export.bundle import made_facts, names
from pipelines.recipe import Output
from pipelines.rules.checking import broken_rules
from pipelines.service import CutoutService

_THUMB_FILE: Final = Output(format="webp", quality=75)


class PhotoWork:
    """Makes the results of photos; safe to share between threads.

    Args:
        service: cuts photos out.
        order: what is made of each.
        places: where they are, where results go, and what is known of these.
        room: for the pixels under way.
        begun: told of a photo before it is decoded, where something is to be made of it. What it raises
            comes out of the work.
    """

    def __init__(
        self,
        service: CutoutService,
        order: Order,
        places: Places,
        room: Room | None = None,
        begun: Callable[[Item], None] | None = None,
    ) -> None:
        self._service = service
        self._order = order
        self._places = places
        self._mattes = MatteStore(places.target, f"{OWN}/mattes")
        self._weights = weights_of(service, order.cut)
        self._room = room or Room()
        self._begun = begun

    def __call__(self, item: Item) -> dict[str, Any]:
        """Make what is not there yet of a photo's results.

        Returns:
            What is to be told of it, ready for JSON.
        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        start = time.perf_counter()
        data = self._places.source.photo(item.path, self._service.limits)
        digest = hashlib.sha256(data).hexdigest()
        changes = item.changes_for(digest)
        order = self._order.changed(changes)
        weights = weights_of(self._service, order.cut) if changes else self._weights
        matte = matte_key(digest, weights, order.cut)
        wanted = [(each, result_key(matte, each.recipe)) for each in order.variants]
        told = {each.name: self._known(key, item.places[each.name]) for each, key in wanted}
        missing = [(each, key) for each, key in wanted if told[each.name] is None]
        if missing:
            if self._begun:
                self._begun(item)
            photo = self._service.load(data)
            with self._room.hold(photo.size[0] * photo.size[1]):
                self._keep_small(f"{digest}-before", before(photo))
                cutout = self._mattes.cutout(self._service, photo, order.cut, matte)
                for variant, key in missing:
                    told[variant.name] = self._make(item, variant, key, cutout)
        seconds = round(time.perf_counter() - start, 3)
        keys = {each.name: key for each, key in wanted}
        made = {"results": told, "seconds": seconds, "made": len(missing)}
        return {"sha256": digest, "before": _small(f"{digest}-before"), "key": matte, "keys": keys, **made}

    def measure(self, item: Item) -> Measured:
        """How a photo is lit. Its matte is kept, so that the results that follow need no network.

        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        data = self._places.source.photo(item.path, self._service.limits)
        matte = matte_key(hashlib.sha256(data).hexdigest(), self._weights, self._order.cut)
        photo = self._service.load(data)
        with self._room.hold(photo.size[0] * photo.size[1]):
            cutout = self._mattes.cutout(self._service, photo, self._order.cut, matte)
            return measure(cutout.photo.pixels, cutout.matte)

    def _known(self, key: str, place: str) -> Any:
        """What is told of a result that lies where it belongs, as it was written."""
        found = self._places.notes.find_result(key, place)
        if found is None:
            return None
        files, told = found
        return told if all(self._intact(file) for file in files) else None

    def _intact(self, file: dict[str, Any]) -> bool:
        try:
            return _facts_of(self._places.target.read(file["path"])) == (file["bytes"], file["sha256"])
        except OSError:
            return False

    def _make(self, item: Item, variant: Variant, key: str, cutout: Cutout) -> dict[str, Any]:
        """Make and write one result; note it when all its files are there."""
        place = item.places[variant.name]
        made = cutout.made(variant.recipe, self._service.files)
        files: list[dict[str, Any]] = []
        broken: tuple[str, ...] = ()
        for number, (path, data) in enumerate(_exported(made, PurePosixPath(place))):
            self._places.target.write(path.as_posix(), data)
            size, digest = _facts_of(data)
            files.append({"path": path.as_posix(), "bytes": size, "sha256": digest})
            broken = broken if number else broken_rules(made, data)
        told = {
            **_told(made),
            "alike": alike.facts_of(made),
            "files": files,
            "broken": broken,
            "thumb": self._keep_small(key, thumb(made)),
        }
        self._places.notes.keep_result(key, place, files, told)
        return told

    def _keep_small(self, name: str, pixels: NDArray[np.uint8]) -> str:
        """Keep a small picture for the report.

        Args:
            name: of which there is no other.
            pixels: HxWx3 or HxWx4 uint8.
        Returns:
            Its path below the batch's own folder.
        """
        path = _small(name)
        self._places.target.write(f"{OWN}/{path}", save.encode(pixels, _THUMB_FILE, icc=None, dpi=None))
        return path


def _small(name: str) -> str:
    return f"thumbs/{name[:2]}/{name}.webp"


def _exported(made: Cutout, place: PurePosixPath) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files of a result with their places."""
    output = made.recipe.output
    stem = naming.safe(naming.filled(place.name, made_facts(made)))
    for name, export in zip(names(stem, output), made.exports(), strict=True):
        yield place.parent / name, export.data


def _told(made: Cutout) -> dict[str, Any]:
    width, height = made.photo.size
    return {
        "confidence": round(made.confidence.score, 3),
        "reasons": [asdict(reason) for reason in made.confidence.reasons],
        "networks": [f"{facts.name}:{facts.digest[:12]}" for facts in made.model],
        "photo": [width, height],
        "size": list(made.placement().canvas),
        "box": list(made.box) if made.box else None,
    }


def _facts_of(data: bytes) -> tuple[int, str]:
    return len(data), hashlib.sha256(data).hexdigest()
