"""Looking at what clients have written."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image


def look(data: bytes | Path) -> tuple[str, str, tuple[int, int]]:
    """A picture's format, mode and size."""
    with Image.open(io.BytesIO(data) if isinstance(data, bytes) else data) as image:
        image.load()
        return str(image.format), image.mode, image.size


def is_cutout(path: Path) -> bool:
    """Whether a picture has a subject on nothing."""
    with Image.open(path) as image:
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
    return bool((alpha == 0).mean() > 0.1 and (alpha == 255).mean() > 0.1)


def parts(path: Path) -> dict[str, tuple[str, str, tuple[int, int]]]:
    """The pictures of a ZIP that stores them as they are."""
    with zipfile.ZipFile(path) as archive:
        assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())
        return {name: look(archive.read(name)) for name in archive.namelist()}
