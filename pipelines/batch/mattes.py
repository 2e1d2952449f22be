"""Finished mattes on the disk, so that another Recipe for the same photo runs no network."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np

from pipelines import save
from pipelines.compose.subject import subject_box
from pipelines.cutout import Cutout, freed
from pipelines.matting.confidence import Confidence
from pipelines.matting.reasons import Reason
from pipelines.models.network import NetworkFacts
from pipelines.photo import Photo
from pipelines.recipe import Output, Recipe
from pipelines.service import CutoutService


class MatteStore:
    """Keeps the finished matte of each photo, and what was said of it.

    Args:
        folder: where they lie; made when the first is kept.
        made: makes it, and those in it.
    """

    def __init__(self, folder: Path, made: save.MadeFolders) -> None:
        self._folder = folder
        self._made = made

    def cutout(self, service: CutoutService, photo: Photo, recipe: Recipe, key: str) -> Cutout:
        """The cutout of a photo: from the matte that is kept, else by the networks, whose matte is then kept.

        Args:
            service: cuts photos out.
            photo: decoded.
            recipe: how to cut it.
            key: of its matte, see :func:`pipelines.batch.keys.matte_key`.
        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        kept = self._find(service, photo, recipe, key)
        if kept is not None:
            return kept
        cutout = service.cut(photo, recipe)
        self._keep(key, cutout)
        return cutout

    def _find(self, service: CutoutService, photo: Photo, recipe: Recipe, key: str) -> Cutout | None:
        try:
            said = json.loads(self._path(key, ".json").read_text(encoding="utf-8"))
            matte = cv2.imdecode(np.fromfile(self._path(key, ".png"), np.uint8), cv2.IMREAD_GRAYSCALE)
        except (OSError, ValueError, cv2.error):
            return None
        if matte is None or matte.shape != photo.pixels.shape[:2]:
            return None
        finished = np.asarray(matte, np.uint8)
        reasons = tuple(Reason(**{**reason, "sides": tuple(reason["sides"])}) for reason in said["reasons"])
        return Cutout(
            photo,
            finished,
            freed(photo.pixels, finished, recipe.decontaminate),
            subject_box(finished),
            tuple(NetworkFacts(**facts) for facts in said["networks"]),
            recipe,
            Confidence(said["score"], np.zeros((1, 1), np.uint8), reasons, said["dispute"]),
            limits=service.limits,
            faces=service.faces,
        )

    def _keep(self, key: str, cutout: Cutout) -> None:
        confidence = cutout.confidence
        said = {
            "score": confidence.score,
            "dispute": confidence.dispute,
            "reasons": [asdict(reason) for reason in confidence.reasons],
            "networks": [asdict(facts) for facts in cutout.model],
        }
        path = self._path(key, ".png")
        self._made.make(path.parent)
        save.write_atomic(path, save.encode(cutout.matte, Output(), icc=None, dpi=None))
        save.write_atomic(
            self._path(key, ".json"), json.dumps(said).encode()
        )  # last: it says that all is there

    def _path(self, key: str, ending: str) -> Path:
        return self._folder / key[:2] / (key + ending)
