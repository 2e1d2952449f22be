"""Pictures that a Recipe names, looked up by the door that took the Recipe.

The command line and Python may name files; a visitor of the studio or the API may
only name what was uploaded, so each door passes its own lookup in.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from pipelines import colour
from pipelines.compose.composite import composite
from pipelines.decode import Decoder, decode
from pipelines.errors import AssetNotFound
from pipelines.load import Limits, load
from pipelines.photo import Photo
from pipelines.recent import Recent


class Assets(Protocol):
    """Looks up a picture that a Recipe names."""

    def picture(self, source: str) -> Photo:
        """The decoded picture.

        Raises:
            AssetNotFound: nothing of that name may be used here.
            InputError: it is there but is not a picture that can be read.
        """
        ...


def as_backdrop(picture: Photo) -> Photo:
    """A picture as it is put behind: in sRGB, over white where it is transparent."""
    pixels = colour.to_srgb(picture.pixels, picture.icc)
    if picture.alpha is not None:
        pixels = composite(pixels, picture.alpha, np.full_like(pixels, 255))
    return replace(picture, pixels=pixels, alpha=None, icc=None)


class FileAssets:
    """Pictures by path: for doors whose user owns the machine.

    The last one is kept for as long as its file is as it was, so that many photos may share it.
    """

    def __init__(self, limits: Limits, decoder: Decoder = decode) -> None:
        self._limits = limits
        self._decoder = decoder
        self._kept: Recent[tuple[Path, int, int], Photo] = Recent(1)

    def picture(self, source: str) -> Photo:
        """See :meth:`Assets.picture`."""
        path = Path(source).expanduser()
        try:
            facts = path.stat()
        except (OSError, ValueError):
            facts = None
        if facts is None or not path.is_file():
            raise AssetNotFound(f"The background picture {source} is not there.")
        key = path, facts.st_mtime_ns, facts.st_size
        return self._kept.get_or_make(key, lambda: as_backdrop(load(path, self._limits, self._decoder)))


class NoAssets:
    """No pictures at all: for doors that have none."""

    def picture(self, source: str) -> Photo:
        """See :meth:`Assets.picture`."""
        raise AssetNotFound(f"There is no background picture called {source[:80]!r}.")
