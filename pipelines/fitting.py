"""Photos made smaller."""

from __future__ import annotations

from dataclasses import replace

from pipelines.models.predict import resize
from pipelines.photo import Photo


def shrunk(photo: Photo, side: int) -> Photo:
    """A copy whose longer side is at most ``side`` pixels, its transparency with it.

    Args:
        photo: any size; one that is small enough comes back as it is.
        side: in pixels.
    """
    width, height = photo.size
    scale = side / max(width, height)
    if scale >= 1:
        return photo
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    alpha = None if photo.alpha is None else resize(photo.alpha, size)
    return replace(photo, pixels=resize(photo.pixels, size), alpha=alpha, full=photo.full or photo.size)
