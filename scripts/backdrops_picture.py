"""Draws the picture of docs/backdrops.md: ``python -m scripts.backdrops_picture docs/backdrops.jpg``.

A sample photo, cut out with the small network alone, on each backdrop of the studio's library and on two
gradients; and two photos before their own backgrounds, seen through a lens.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from pipelines import cut
from pipelines.compose.studio import names
from pipelines.photo import Pixels
from pipelines.recipe import Output, Recipe
from pipelines.samples import sample_path
from pipelines.save import encode, write_atomic

_CELL: Final = (285, 214)
_GAP: Final = 6
_COLUMNS: Final = 4
_FRAMING: Final = {"size": "1140x856", "share": 0.56, "align": "0.5,0.62"}


def shown(name: str, background: str, framing: dict[str, Any]) -> Pixels:
    """A sample photo before a background, as a cell of the sheet."""
    result = cut(sample_path(name), Recipe(model="fast", background=background, framing=framing)).on_white()
    return np.asarray(cv2.resize(result, _CELL, interpolation=cv2.INTER_AREA), np.uint8)


def sheet(cells: list[Pixels]) -> Pixels:
    """Cells in rows, with a gap between them."""
    width, height = _CELL
    rows = -(-len(cells) // _COLUMNS)
    canvas = np.full((rows * (height + _GAP) - _GAP, _COLUMNS * (width + _GAP) - _GAP, 3), 255, np.uint8)
    for index, cell in enumerate(cells):
        top, left = index // _COLUMNS * (height + _GAP), index % _COLUMNS * (width + _GAP)
        canvas[top : top + height, left : left + width] = cell
    return canvas


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1])
    cells = [shown("coffee", f"studio:{name}", _FRAMING) for name in names()]
    cells += [
        shown("coffee", word, _FRAMING)
        for word in ("gradient:#fde2cf-#f2b5a7-#c58fa9@160", "radial:#7d838c-#3a3e45 50%-#17191d@0.5,0.45")
    ]
    cells += [shown("rocket", f"blur:{shape}@0.012", {"size": "1140x856"}) for shape in ("gaussian", "disc")]
    data = encode(sheet(cells), Output(format="jpg", quality=78), icc=None, dpi=None)
    write_atomic(target, data)
    print(target, len(data))


if __name__ == "__main__":
    main()
