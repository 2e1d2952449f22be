"""Notes of results, each a small file beside them, written when all their files are there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipelines.batch.places import OWN, Files
from pipelines.errors import StoreUnavailable

FOLDER: Final = f"{OWN}/notes"


class FileNotes:
    """Notes as files; see :class:`pipelines.batch.places.Notes`.

    Args:
        files: keeps them.
    """

    def __init__(self, files: Files) -> None:
        self._files = files

    def keep_result(self, key: str, place: str, files: Sequence[Mapping[str, Any]], facts: object) -> None:
        """Note that a result lies where it belongs."""
        said = {"key": key, "place": place, "files": list(files), "facts": facts}
        self._files.write(_path(key, place), json.dumps(said).encode())

    def find_result(self, key: str, place: str) -> tuple[list[dict[str, Any]], Any] | None:
        """The files of a result, and what is to be told of it; None where it was not made yet.

        Raises:
            StoreUnavailable: that can't be told.
        """
        try:
            said = json.loads(self._files.read(_path(key, place)))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"What was made before can't be read: {error}.") from error
        except ValueError:  # damaged: made again
            return None
        return said["files"], said["facts"]


def _path(key: str, place: str) -> str:
    name = hashlib.sha256(f"{key}\n{place}".encode()).hexdigest()
    return f"{FOLDER}/{name[:2]}/{name}.json"
