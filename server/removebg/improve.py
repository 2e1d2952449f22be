"""Pictures that came out badly, put aside on this machine where its owner wants them."""

from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.errors import OutputError, StorageFull, TooMany
from pipelines.save import write_atomic

_A_DAY: Final = 100
_DAY_SECONDS: Final = 24 * 3600


@dataclass(frozen=True)
class Case:
    """A picture that came out badly.

    Attributes:
        data: the file's bytes.
        format: its format's name.
        filename: what its owner calls it; may be empty.
        tag: a word of its owner's; may be empty.
    """

    data: bytes
    format: str | None
    filename: str
    tag: str


class Aside:
    """A folder of hard cases.

    Args:
        folder: where they lie; None keeps none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._guard = threading.Lock()

    def put(self, case: Case) -> str:
        """Keep a case, as a picture and a JSON file beside it.

        Returns:
            Its id, which it also gets where nothing is kept.
        Raises:
            TooMany: a hundred were put aside within a day.
            StorageFull: no room on the disk.
        """
        name = str(uuid.uuid4())
        if self._folder is not None:
            with self._guard:
                self._keep(case, name, self._folder)
        return name

    def _keep(self, case: Case, name: str, folder: Path) -> None:
        facts = {"image_filename": case.filename[:200], "tag": case.tag[:200]}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            since = time.time() - _DAY_SECONDS
            if sum(1 for path in folder.glob("*.json") if path.stat().st_mtime > since) >= _A_DAY:
                raise TooMany(f"At most {_A_DAY} pictures are put aside a day.")
            write_atomic(folder / f"{name}.{(case.format or 'picture').lower()}", case.data)
            write_atomic(folder / f"{name}.json", json.dumps(facts).encode())
        except (OSError, OutputError) as error:  # their messages name the folder
            raise StorageFull("The picture can't be put aside just now. Try again later.") from error
