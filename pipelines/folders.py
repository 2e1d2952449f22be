"""The pictures of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

PICTURES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"}
    | {".avif", ".heic", ".heif"}
)
"""What is taken from a folder; a file named by itself is tried whatever it is called."""


def pictures(folder: Path, results: Path | None = None) -> Iterator[Path]:
    """The pictures of a folder and those within it, in the order of their names.

    Args:
        folder: where to look. Hidden folders and files are passed over.
        results: a folder within it that holds earlier results, which are no sources.
    """
    inner = results.resolve() if results and folder.resolve() in results.resolve().parents else None
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        ours = inner is not None and inner in path.resolve().parents
        if path.suffix.lower() in PICTURES and not hidden and not ours and path.is_file():
            yield path
