"""Pictures to measure with, made from the sample photos."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from pipelines.samples import sample_path

LARGE = (4240, 2828)
"""Twelve megapixels, as a camera's."""


def small_photo() -> bytes:
    """A sample photo as it comes: 600x400 PNG."""
    return sample_path("coffee").read_bytes()


def large_photo(size: tuple[int, int] = LARGE) -> bytes:
    """A sample photo grown to a camera's size, with grain so that it packs like a real one.

    Args:
        size: width and height in pixels.
    Returns:
        A JPEG of quality 92.
    """
    with Image.open(sample_path("chelsea")) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    grown = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(0).normal(0, 4, (*grown.shape[:2], 1))
    noisy = np.clip(grown + grain, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noisy).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
