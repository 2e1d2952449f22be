"""Pictures to measure with, made from the sample photos."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image

from pipelines.photo import Pixels
from pipelines.samples import SAMPLES, sample_path

LARGE: Final = (4240, 2828)
"""Twelve megapixels, as a camera's."""
HUGE: Final = (8660, 5773)
"""Just under fifty megapixels: the most that is let in by default."""
FOLDER: Final = 40
"""Photos in the folder."""

_SIZES: Final = (6e6, 24e6)
_SHAPES: Final = ((3, 2), (4, 3), (2, 3), (1, 1), (16, 9), (3, 4))
_GRAIN: Final = 4


def small_photo() -> bytes:
    """A sample photo as it comes: 600x400 PNG."""
    return sample_path("coffee").read_bytes()


def large_photo(size: tuple[int, int] = LARGE, name: str = "chelsea") -> bytes:
    """A sample photo grown to a camera's size, with grain so that it packs like a real one.

    Args:
        size: width and height in pixels.
        name: the sample's.
    Returns:
        A JPEG of quality 92.
    """
    return _photographed(_sample(name), size, np.random.default_rng(0), 92)


def write_folder(folder: Path, count: int = FOLDER, sizes: tuple[float, float] = _SIZES) -> None:
    """Fill a folder with JPEG photos, of 6 to 24 megapixels unless told otherwise: the same ones each time.

    Each is a part of a sample photo, some of them mirrored, at a size, shape and quality of its own.

    Args:
        folder: where they go.
        count: how many.
        sizes: pixels of the smallest and the largest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(_photos(count, sizes)):
        (folder / f"photo-{number:02}.jpg").write_bytes(data)


def _photos(count: int, sizes: tuple[float, float]) -> Iterator[bytes]:
    random = np.random.default_rng(40)
    for number, pixels in enumerate(np.linspace(*sizes, count)[random.permutation(count)]):
        across, down = _SHAPES[number % len(_SHAPES)]
        unit = math.sqrt(pixels / (across * down))
        size = (round(across * unit), round(down * unit))
        part = _part(_sample(SAMPLES[number % len(SAMPLES)].name), across / down, random)
        yield _photographed(part, size, random, int(random.integers(80, 96)))


def _sample(name: str) -> Pixels:
    with Image.open(sample_path(name)) as picture:
        return np.asarray(picture.convert("RGB"))


def _part(pixels: Pixels, shape: float, random: np.random.Generator) -> Pixels:
    """Most of a picture, of some shape (width by height), now and then mirrored."""
    height, width = pixels.shape[:2]
    share = random.uniform(0.85, 1)
    across, down = (share * min(width, height * shape), share * min(height, width / shape))
    left, top = (int(random.uniform(0, most)) for most in (width - across, height - down))
    part = pixels[top : top + int(down), left : left + int(across)]
    return part[:, ::-1] if random.random() < 0.5 else part


def _photographed(pixels: Pixels, size: tuple[int, int], random: np.random.Generator, quality: int) -> bytes:
    grown = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_CUBIC)
    grain = random.standard_normal((*grown.shape[:2], 1), np.float32) * np.float32(_GRAIN)
    buffer = io.BytesIO()
    noisy = np.clip(grown + grain, 0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
