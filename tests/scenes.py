"""Pictures made by code, with exactly known mattes and foregrounds."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Scene:
    """A composite and what it was made of.

    Attributes:
        pixels: HxWx3 uint8.
        matte: HxW uint8, the truth.
        foreground: HxWx3 uint8, the subject's colour everywhere.
    """

    pixels: NDArray[np.uint8]
    matte: NDArray[np.uint8]
    foreground: NDArray[np.uint8]


def ball(width: int = 640, height: int = 480, softness: float = 2.0) -> Scene:
    """A shaded red ball on a grey sweep, as in a product photo.

    Args:
        width: in pixels.
        height: in pixels.
        softness: standard deviation of the edge, in pixels.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    centre_x, centre_y, radius = width * 0.52, height * 0.5, min(width, height) * 0.3
    distance = np.hypot(x - centre_x, y - centre_y)
    matte = np.clip((radius - distance) / max(softness, 0.1) * 0.5 + 0.5, 0, 1)
    light = np.clip(
        1.15 - np.hypot(x - centre_x + radius * 0.4, y - centre_y + radius * 0.4) / (2 * radius), 0.2, 1
    )
    foreground = light[..., None] * np.array([215, 40, 35], np.float32)
    backdrop = np.repeat((205 - 45 * (y / height))[..., None], 3, axis=2)
    pixels = foreground * matte[..., None] + backdrop * (1 - matte[..., None])
    noise = np.random.default_rng(7).normal(0, 2, pixels.shape)
    return Scene(
        np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8),
        np.rint(matte * 255).astype(np.uint8),
        np.clip(np.rint(foreground), 0, 255).astype(np.uint8),
    )


def encoded(pixels: NDArray[np.uint8], ending: str = ".png") -> bytes:
    """RGB pixels as a picture file, by OpenCV: a writer that is not ours."""
    done, data = cv2.imencode(ending, np.ascontiguousarray(pixels[..., ::-1]))
    assert done
    return data.tobytes()


def overlap(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Intersection over union of two mattes at one half."""
    a, b = first > 127, second > 127
    union = int((a | b).sum())
    return 1.0 if union == 0 else int((a & b).sum()) / union
