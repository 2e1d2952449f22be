"""The face detector: YuNet, run by OpenCV.

Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 2023.
It was trained on faces of 10 to 300 pixels, so that large ones are looked for in smaller copies.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines import colour
from pipelines.faces.face import Face
from pipelines.faces.lean import lean_of
from pipelines.fitting import shrunk
from pipelines.photo import Photo, Pixels

_SIDES: Final = (640, 320, 160)
"""Longest sides of the copies that are looked at, in pixels."""
_SURE: Final = 0.75
"""Below this score it is no face."""
_OVERLAP: Final = 0.3
_MOST: Final = 50
_QUIET: Final = 2
"""OpenCV's log level for errors alone: it warns of a target that nobody asked for."""


class FaceDetector:
    """Finds faces. Safe to share between threads.

    Args:
        weights: the ONNX file.
    """

    def __init__(self, weights: Path) -> None:
        self._guard = threading.Lock()
        with _quiet():
            # From bytes: OpenCV can't open every path on every system.
            model = np.frombuffer(weights.read_bytes(), np.uint8)
            self._network = cv2.FaceDetectorYN.create(
                "onnx", model, np.zeros(0, np.uint8), (320, 320), _SURE, _OVERLAP, _MOST
            )

    def find(self, photo: Photo) -> tuple[Face, ...]:
        """The faces in a photo, the largest first.

        Of several copies of the photo, the one on which the detector is surest says which faces there
        are; where they are is the mean of all copies, for in each a place is off by a pixel or two.
        """
        sights = [self._look(photo, side) for side in _SIDES]
        best = max(sights, key=lambda faces: max((face.score for face in faces), default=0.0))
        every = [face for faces in sights for face in faces]
        small = _srgb(shrunk(photo, _SIDES[0]))
        found = (_mean([other for other in every if _same(face, other)]) for face in best)
        leaning = (replace(face, lean=lean_of(small, face)) for face in found)
        return tuple(sorted(leaning, key=lambda face: -face.height))

    def _look(self, photo: Photo, side: int) -> list[Face]:
        small = shrunk(photo, side)
        pixels = np.ascontiguousarray(_srgb(small)[..., ::-1])
        with self._guard:
            self._network.setInputSize(small.size)
            _, found = self._network.detect(pixels)
        return [] if found is None else [_face(row, small.size) for row in found]


def _srgb(photo: Photo) -> Pixels:
    return colour.to_srgb(photo.pixels, photo.icc)


def _face(row: NDArray[np.float32], size: tuple[int, int]) -> Face:
    """A row of the detector: box, both eyes, nose, corners of the mouth, score; in pixels."""
    values = row.astype(float)
    points = values[4:14].reshape(5, 2) / size
    box = values[:4] / (*size, *size)
    places = [(float(x), float(y)) for x, y in points]
    eyes, mouth = sorted(places[:2]), sorted(places[3:])
    left, top, width, height = box.tolist()
    return Face(left, top, width, height, (eyes[0], eyes[1]), (mouth[0], mouth[1]), float(values[14]))


def _same(first: Face, second: Face) -> bool:
    """Whether two boxes hold the same face: they overlap by half of what they cover together."""
    wide = min(first.left + first.width, second.left + second.width) - max(first.left, second.left)
    high = min(first.top + first.height, second.top + second.height) - max(first.top, second.top)
    if wide <= 0 or high <= 0:
        return False
    common = wide * high
    return common > 0.5 * (first.width * first.height + second.width * second.height - common)


def _mean(faces: list[Face]) -> Face:
    """One face of several sights of it."""
    rows = [
        [face.left, face.top, face.width, face.height, *np.ravel(face.eyes), *np.ravel(face.mouth)]
        for face in faces
    ]
    left, top, width, height, *places = np.mean(rows, axis=0).tolist()
    pairs = [(places[start], places[start + 1]) for start in range(0, 8, 2)]
    score = max(face.score for face in faces)
    return Face(left, top, width, height, (pairs[0], pairs[1]), (pairs[2], pairs[3]), score)


@contextmanager
def _quiet() -> Iterator[None]:
    log = cv2.utils.logging
    before = log.getLogLevel()
    log.setLogLevel(_QUIET)
    try:
        yield
    finally:
        log.setLogLevel(before)
