"""Draws the picture of docs/touch-up.md: ``python -m scripts.touch_up_picture docs/touch-up.jpg``.

Of two sample photos, cut out with the small network alone: the cutout with a stroke drawn over it, the
stroke painted as it is, and grown by the smart brush.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from pipelines import cut
from pipelines.compose.composite import composite
from pipelines.matting.strokes import coverage
from pipelines.photo import Pixels
from pipelines.recipe import Output, Recipe, Stroke
from pipelines.samples import sample_path
from pipelines.save import encode, write_atomic

_HIGH: Final = 360
_GAP: Final = 8
_GREEN: Final = (34, 197, 94)
_RED: Final = (239, 68, 68)
_STROKES: Final = {
    "astronaut": Stroke(
        mode="erase", points=((0.01, 0.47), (0.02, 0.62), (0.008, 0.92)), size=0.05, hardness=1
    ),
    "chelsea": Stroke(mode="keep", points=((0.05, 0.62), (0.13, 0.75), (0.2, 0.93)), size=0.1, hardness=1),
}


def row(name: str, stroke: Stroke) -> Pixels:
    """Before, by hand, and smart, side by side."""
    smart = stroke.model_copy(update={"smart": True})
    photo = sample_path(name)
    shown = [
        cut(photo, Recipe(model="u2netp", background="lightsteelblue", strokes=strokes)).on_white()
        for strokes in ((), (stroke,), (smart,))
    ]
    cover = np.rint(coverage(stroke, shown[0].shape) * 0.7).astype(np.uint8)
    color = _GREEN if stroke.mode == "keep" else _RED
    shown[0] = composite(np.full_like(shown[0], color), cover, shown[0])
    width = round(_HIGH * shown[0].shape[1] / shown[0].shape[0])
    small = [cv2.resize(one, (width, _HIGH), interpolation=cv2.INTER_AREA) for one in shown]
    gap = np.full((_HIGH, _GAP, 3), 255, np.uint8)
    return np.hstack([small[0], gap, small[1], gap, small[2]])


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1])
    rows = [row(name, stroke) for name, stroke in _STROKES.items()]
    wide = max(one.shape[1] for one in rows)
    scaled = [cv2.resize(one, (wide, round(one.shape[0] * wide / one.shape[1]))) for one in rows]
    sheet = np.vstack([scaled[0], np.full((_GAP, wide, 3), 255, np.uint8), scaled[1]])
    write_atomic(
        target, encode(np.asarray(sheet, np.uint8), Output(format="jpg", quality=76), icc=None, dpi=None)
    )
    print(target)


if __name__ == "__main__":
    main()
