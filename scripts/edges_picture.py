"""The docs' picture of edges: crops of sample photos on black, white and green, rembg's beside ours.

    python -m scripts.edges_picture docs/edges.jpg

The same network (U²-Net small) and one photo; on the left rembg's own cutout, in the middle ours with
that network alone, on the right ours with Auto.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.worker import rembg_task
from pipelines.photo import Pixels
from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from pipelines.service import build_service
from pipelines.settings import load_settings

NETWORK: Final = "u2netp"
BEHIND: Final = ((0, 0, 0), (255, 255, 255), (0, 177, 64))
ZOOM: Final = 2


class Crop(NamedTuple):
    """A part of a sample photo: its middle as shares of the sides; what there is to see."""

    sample: str
    middle: tuple[float, float]


CROPS: Final = (
    Crop("astronaut", (0.50, 0.10)),
    Crop("chelsea", (0.80, 0.30)),
    Crop("coffee", (0.68, 0.22)),
    Crop("rocket", (0.10, 0.50)),
)
SIDE: Final = 88
"""Of a crop, in pixels of the photo."""


def main() -> None:
    """Write the picture to the path in the first argument."""
    rows = [row(crop) for crop in CROPS]
    picture = np.concatenate(rows)
    Image.fromarray(picture).save(Path(sys.argv[1]), quality=72, optimize=True)


def row(crop: Crop) -> Pixels:
    """One crop, three ways, each on three backgrounds."""
    ways = (theirs(crop.sample), ours(crop.sample, NETWORK), ours(crop.sample, "auto"))
    tiles = [tile(rgba, crop.middle, color) for rgba in ways for color in BEHIND]
    return np.concatenate(tiles, axis=1)


def theirs(sample: str) -> NDArray[np.uint8]:
    """rembg's cutout as it comes: HxWx4 uint8."""
    task, _ = rembg_task(NETWORK)
    return np.asarray(Image.open(io.BytesIO(task(sample_path(sample).read_bytes()))).convert("RGBA"))


def ours(sample: str, model: str) -> NDArray[np.uint8]:
    """Our cutout: HxWx4 uint8."""
    service = build_service(load_settings())
    cutout = service.cut(sample_path(sample), Recipe(model=model)).rgba()
    service.close()
    return cutout


def tile(rgba: NDArray[np.uint8], middle: tuple[float, float], color: tuple[int, int, int]) -> Pixels:
    """A crop laid on a colour and enlarged, with a thin line of grey round it."""
    height, width = rgba.shape[:2]
    left = round(min(max(middle[0] * width - SIDE / 2, 0), width - SIDE))
    top = round(min(max(middle[1] * height - SIDE / 2, 0), height - SIDE))
    part = rgba[top : top + SIDE, left : left + SIDE].astype(np.float32)
    share = part[..., 3:] / np.float32(255)
    laid = part[..., :3] * share + np.array(color, np.float32) * (1 - share)
    large = cv2.resize(laid, (SIDE * ZOOM, SIDE * ZOOM), interpolation=cv2.INTER_CUBIC)
    whole = np.asarray(np.rint(large.clip(0, 255)), np.uint8)
    return np.asarray(cv2.copyMakeBorder(whole, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(128,) * 3), np.uint8)


if __name__ == "__main__":
    main()
