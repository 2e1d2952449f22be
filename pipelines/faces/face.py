"""A face in a photo, and what can go wrong with finding one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.errors import FaceNotFound, SeveralFaces
from pipelines.photo import Photo

Place = tuple[float, float]
"""x, y as shares of the photo's width and height."""

_BESIDE: Final = 0.4
"""A face of at least this share of the largest one's height is a second person, not a picture on the wall."""


@dataclass(frozen=True)
class Face:
    """A face. Places and lengths are shares of the photo's width and height.

    Attributes:
        left: of its box, from the hairline to the chin.
        top: of its box.
        width: of its box.
        height: of its box.
        eyes: the left one in the picture first.
        mouth: its corners, the left one in the picture first.
        score: 0..1, how sure the detector is.
        lean: how far the head leans, in degrees clockwise.
    """

    left: float
    top: float
    width: float
    height: float
    eyes: tuple[Place, Place]
    mouth: tuple[Place, Place]
    score: float
    lean: float = 0.0


Finder = Callable[[Photo], tuple[Face, ...]]
"""Finds the faces in a photo, the largest first."""


def unavailable(_photo: Photo) -> tuple[Face, ...]:
    """The finder of a cutout that was made without one."""
    raise FaceNotFound("Nothing here looks for faces: make the cutout with the service.")


def within_region(faces: Sequence[Face], region: tuple[float, float, float, float] | None) -> list[Face]:
    """The faces whose middle lies in a region (left, top, right, bottom, as shares); None is the photo."""
    left, top, right, bottom = region or (0, 0, 1, 1)
    return [
        face
        for face in faces
        if left <= face.left + face.width / 2 <= right and top <= face.top + face.height / 2 <= bottom
    ]


def people(faces: Sequence[Face]) -> list[Face]:
    """The faces without the small ones in the background.

    Args:
        faces: the largest first.
    """
    return [face for face in faces if face.height >= _BESIDE * faces[0].height]


def only_face(faces: Sequence[Face]) -> Face:
    """The one face of an ID photo.

    Raises:
        FaceNotFound: there is none.
        SeveralFaces: there is more than one person.
    """
    if not faces:
        raise FaceNotFound(
            "No face was found. Use a photo that shows one face from the front, in even light, "
            "with the head and shoulders whole."
        )
    found = people(faces)
    if len(found) > 1:
        raise SeveralFaces(
            f"{len(found)} faces were found. Use a photo of one person, or mark a region round one of them."
        )
    return faces[0]
