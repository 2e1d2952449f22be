"""Finds faces on demand: the detector is loaded for the first photo that needs it."""

from __future__ import annotations

import threading
from typing import Final

from pipelines.faces.detector import FaceDetector
from pipelines.faces.face import Face
from pipelines.models.known import YUNET
from pipelines.models.weights import WeightsStore
from pipelines.photo import Photo
from pipelines.recent import Recent

_KEPT: Final = 64


class FaceFinder:
    """A :data:`pipelines.faces.face.Finder` that remembers what it found, by the photo's digest.

    A photo and its smaller copies have the same digest: what is found in one holds for all, so
    that a preview is framed as the download is.

    Args:
        store: has the detector's weights, or fetches them.
    """

    def __init__(self, store: WeightsStore) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._detector: FaceDetector | None = None
        self._found: Recent[str, tuple[Face, ...]] = Recent(_KEPT)

    def __call__(self, photo: Photo) -> tuple[Face, ...]:
        """The faces in a photo, the largest first.

        Raises:
            ModelError: the weights are not here and can't be had.
        """
        if not photo.digest:
            return self._loaded().find(photo)
        return self._found.get_or_make(photo.digest, lambda: self._loaded().find(photo))

    def _loaded(self) -> FaceDetector:
        with self._guard:
            if self._detector is None:
                self._detector = FaceDetector(self._store.ensure(YUNET))
            return self._detector
