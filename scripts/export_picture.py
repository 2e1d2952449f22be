"""Draws the picture of docs/export.md: ``python -m scripts.export_picture docs/export.jpg``.

One sample photo, cut out with the portrait network, as four of its files hold it: the PSD's layer and its
mask, the outline with its anchors, a PNG of 32 colours, and the mask for video.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image
from psd_tools import PSDImage

from pipelines import Cutout, cut
from pipelines.compose.composite import composite, on_white
from pipelines.export import photoshop
from pipelines.export.tracing import Outline, traced
from pipelines.photo import Pixels
from pipelines.recipe import Output, Recipe
from pipelines.samples import sample_path
from pipelines.save import encode, write_atomic

_HIGH: Final = 420
_GAP: Final = 8
_LINE: Final = (16, 160, 90)
_ANCHOR: Final = (220, 40, 40)


def layer_and_mask(cutout: Cutout) -> Pixels:
    """The PSD's only layer on the left of its mask."""
    layer = PSDImage.open(io.BytesIO(cutout.encode(Output(format="psd"))))[0]
    assert layer.mask  # noqa: S101  (written just now)
    photo = np.asarray(layer.topil())[..., :3]
    mask = cv2.cvtColor(np.asarray(layer.mask.topil()), cv2.COLOR_GRAY2RGB)
    half = photo.shape[1] // 2
    return np.hstack([photo[:, :half], mask[:, half:]])


def outlined(cutout: Cutout) -> Pixels:
    """The outline over the faded photo, at twice its size."""
    pixels = np.asarray(cutout.photo.pixels)
    faded = composite(pixels, np.full(pixels.shape[:2], 110, np.uint8), np.full_like(pixels, 255))
    large = np.asarray(cv2.resize(faded, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    _draw(traced(cutout.matte, photoshop.MOST_ANCHORS), large)
    return large


def _draw(outline: Outline, canvas: Pixels) -> None:
    share = np.linspace(0, 1, 24)[:, None]
    weights = (1 - share) ** 3, 3 * (1 - share) ** 2 * share, 3 * (1 - share) * share**2, share**3
    for loop in outline.loops:
        for one, following in zip(loop.knots, np.roll(loop.knots, -1, axis=0), strict=True):
            corners = one[1], one[2], following[0], following[1]
            curve = sum(weight * point for weight, point in zip(weights, corners, strict=True))
            cv2.polylines(canvas, [np.rint(curve * 2).astype(np.int32)], False, _LINE, 2, cv2.LINE_AA)
        for anchor in np.rint(loop.knots[:, 1] * 2).astype(int):
            cv2.circle(canvas, (int(anchor[0]), int(anchor[1])), 4, _ANCHOR, -1, cv2.LINE_AA)


def opened(cutout: Cutout, output: Output) -> Pixels:
    """A file, opened again, on white."""
    with Image.open(io.BytesIO(cutout.encode(output))) as image:
        return on_white(np.asarray(image.convert("RGBA")))


def main() -> None:
    """Write the picture."""
    cutout = cut(sample_path("astronaut"), Recipe(model="modnet"))
    shown = [
        layer_and_mask(cutout),
        outlined(cutout),
        opened(cutout, Output(format="png8", colors=32)),
        opened(cutout, Output(luma=True)),
    ]
    gap = np.full((_HIGH, _GAP, 3), 255, np.uint8)
    small = [cv2.resize(one, (_HIGH, _HIGH), interpolation=cv2.INTER_AREA) for one in shown]
    sheet = np.hstack([part for one in small for part in (one, gap)][:-1])
    data = encode(np.asarray(sheet, np.uint8), Output(format="jpg", quality=82), icc=None, dpi=None)
    write_atomic(Path(sys.argv[1]), data)
    print(sys.argv[1])


if __name__ == "__main__":
    main()
