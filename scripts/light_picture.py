"""Draws the picture of docs/light.md: ``python -m scripts.light_picture docs/light.jpg``.

Of two sample photos: the cup with shadows and a reflection; the astronaut before a sunset as she is, in
its light, and as a sticker.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import cv2
import numpy as np

from pipelines import cut
from pipelines.photo import Pixels
from pipelines.recipe import Output, Recipe
from pipelines.samples import sample_path
from pipelines.save import encode, write_atomic

_SIDE: Final = 300
_GAP: Final = 6
_GREY: Final = "#e4e2de"
_STUDIO: Final[dict[str, Any]] = {"size": "600x600", "share": 0.62, "align": "0.4,0.45"}
_BUST: Final[dict[str, Any]] = {"size": "600x600", "share": 0.9}
_CUP: Final[tuple[dict[str, Any], ...]] = (
    {"shadows": ["drop"]},
    {"shadows": ["contact"]},
    {"shadows": ["cast:direction=50", "contact"]},
    {"shadows": ["reflection", "contact:opacity=0.45"]},
)
_ASTRONAUT: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"light": {"harmonise": 0.7}},
    {"light": {"harmonise": 0.7, "wrap": 0.7}},
    {"outline": "0.02,white", "glow": "0.08,#7a1f3d"},
)


def sunset() -> Pixels:
    """An evening sky."""
    down = np.linspace(0, 1, 600)[:, None, None]
    sky = (1 - down) * np.array([232, 116, 70]) + down * np.array([255, 214, 150])
    return np.asarray(np.rint(np.broadcast_to(sky, (600, 600, 3))), np.uint8)


def tile(name: str, background: object, fields: dict[str, Any], framing: dict[str, Any]) -> Pixels:
    """A sample, finished."""
    recipe = Recipe().changed(model="isnet-general-use", background=background, framing=framing, **fields)
    shown = cut(sample_path(name), recipe).on_white()
    return np.asarray(cv2.resize(shown, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1])
    with TemporaryDirectory() as folder:
        sky = Path(folder) / "sky.png"
        sky.write_bytes(encode(sunset(), Output(), icc=None, dpi=None))
        picture = {"kind": "image", "source": str(sky)}
        rows = [
            [tile("coffee", _GREY, fields, _STUDIO) for fields in _CUP],
            [tile("astronaut", picture, fields, _BUST) for fields in _ASTRONAUT],
        ]
    upright = np.full((_SIDE, _GAP, 3), 255, np.uint8)
    lines = [np.hstack([row[0], *(part for one in row[1:] for part in (upright, one))]) for row in rows]
    sheet = np.vstack([lines[0], np.full((_GAP, lines[0].shape[1], 3), 255, np.uint8), lines[1]])
    jpeg = Output(format="jpg", quality=82)
    write_atomic(target, encode(np.asarray(sheet, np.uint8), jpeg, icc=None, dpi=None))
    print(target)


if __name__ == "__main__":
    main()
