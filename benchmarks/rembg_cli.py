"""rembg's own command line: ``python -m benchmarks.rembg_cli i ...`` or ``p ...``.

What ``rembg[cli]`` needs beyond rembg itself can't be installed beside us (it wants an older
FastAPI). Of that, whatever is missing is stood in for: it serves rembg's web server and its
watching of folders, which no benchmark uses, and the guess at a file's type. rembg starts
a little faster so.
"""

from __future__ import annotations

import importlib.util
import mimetypes
import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any, Final


def _guess(path: os.PathLike[str]) -> SimpleNamespace | None:
    kind = mimetypes.guess_type(path)[0]
    return SimpleNamespace(mime=kind) if kind else None


_STAND_INS: Final[dict[str, dict[str, Any]]] = {
    "aiohttp": {},
    "asyncer": {"asyncify": None},
    "filetype": {"guess": _guess},
    "watchdog": {},
    "watchdog.events": {"FileSystemEvent": object, "FileSystemEventHandler": object},
    "watchdog.observers": {"Observer": object},
}


def main() -> None:
    """Run rembg."""
    missing = {name for name in _STAND_INS if "." not in name and importlib.util.find_spec(name) is None}
    for name, content in _STAND_INS.items():
        if name.partition(".")[0] in missing:
            module = ModuleType(name)
            vars(module).update(content)
            sys.modules[name] = module
    from rembg.cli import main as rembg

    rembg(prog_name="rembg")


if __name__ == "__main__":
    main()
