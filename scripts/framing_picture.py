"""Draws the picture of docs/framing.md: ``python -m scripts.framing_picture docs/framing.jpg``.

One sample photo, cut out with the small network alone, in several framings.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from pipelines import cut
from pipelines.assets import NoAssets
from pipelines.photo import Pixels
from pipelines.recipe import Framing, Output, Recipe
from pipelines.samples import sample_path
from pipelines.save import encode, write_atomic

_HIGH: Final = 300
_GAP: Final = 10

_FRAMINGS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"crop": "subject", "margin": "5%"},
    {"ratio": "1:1", "share": 0.85},
    {"ratio": "4:5", "share": 0.9, "align": "bottom"},
    {"ratio": "16:9", "share": 0.6, "align": (0.85, 0.6), "straighten": -8, "flip": "horizontal"},
)


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1])
    whole = cut(sample_path("coffee"), Recipe(model="u2netp", background="lightsteelblue"))
    shown: list[Pixels] = []
    for fields in _FRAMINGS:
        recipe = whole.recipe.model_copy(update={"framing": Framing(**fields)})
        pixels = whole.made(recipe, NoAssets()).on_white()
        width = round(_HIGH * pixels.shape[1] / pixels.shape[0])
        small = cv2.resize(pixels, (width, _HIGH), interpolation=cv2.INTER_AREA)
        shown += [np.full((_HIGH, _GAP, 3), 255, np.uint8), np.asarray(small, np.uint8)]
    sheet = np.hstack(shown[1:])
    write_atomic(target, encode(sheet, Output(format="jpg", quality=80), icc=None, dpi=None))
    print(target)


if __name__ == "__main__":
    main()
