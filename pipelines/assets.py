"""Pictures that a Recipe names, looked up by the door that took the Recipe.

The command line and Python may name files; a visitor of the studio or the API may
only name what was uploaded, so each door passes its own lookup in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pipelines.errors import AssetNotFound
from pipelines.load import Limits, load
from pipelines.photo import Photo


class Assets(Protocol):
    """Looks up a picture that a Recipe names."""

    def picture(self, source: str) -> Photo:
        """The decoded picture.

        Raises:
            AssetNotFound: nothing of that name may be used here.
            InputError: it is there but is not a picture that can be read.
        """
        ...


class FileAssets:
    """Pictures by path: for doors whose user owns the machine."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def picture(self, source: str) -> Photo:
        """See :meth:`Assets.picture`."""
        path = Path(source).expanduser()
        if not path.is_file():
            raise AssetNotFound(f"The background picture {source} is not there.")
        return load(path, self._limits)


class NoAssets:
    """No pictures at all: for doors that have none."""

    def picture(self, source: str) -> Photo:
        """See :meth:`Assets.picture`."""
        raise AssetNotFound(f"There is no background picture called {source[:80]!r}.")
