"""Draws the picture of docs/alike.md: ``python -m scripts.alike_picture docs/alike.jpg``.

A sample's cup on grey paper, under five lights and at five sizes: the photos; framed alike; and brought to
one exposure and white balance as well. Cut out with the small network alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from benchmarks.alike import Shown, lamp, on_paper
from pipelines import cut
from pipelines.compose import tones
from pipelines.compose.even import look_of, measure
from pipelines.cutout import Cutout
from pipelines.photo import Pixels
from pipelines.recipe import Output, Recipe
from pipelines.samples import sample_path
from pipelines.save import encode, write_atomic

_SIDE: Final = 200
_GAP: Final = 6
_PAPER: Final = 0.42
_PHOTOS: Final = (
    (0.0, 6500, 1.0, (0, 0)),
    (-1.0, 5000, 0.7, (-60, 40)),
    (0.4, 5500, 0.85, (40, -20)),
    (-0.5, 9000, 0.6, (70, 50)),
    (-0.2, 4000, 0.9, (-20, 10)),
)
"""Stops, kelvin, size, and how far off the middle."""

_ALIKE: Final[dict[str, Any]] = {
    "framing": {"size": "400", "share": 0.72, "share_of": "width", "baseline": 0.8},
    "background": "white",
    "shadows": ["contact"],
}


def photo_of(cup: Cutout, number: int) -> Pixels:
    """A photo of the cup."""
    stops, kelvin, size, (right, down) = _PHOTOS[number]
    assert cup.box is not None  # noqa: S101  (the sample is known)
    box = cup.box
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    scale = size * 400 / box.longer
    move = np.array([[scale, 0, 300 + right - scale * middle[0]], [0, scale, 300 + down - scale * middle[1]]])
    laid = [
        cv2.warpAffine(one, move, (600, 600), flags=cv2.INTER_AREA) for one in (cup.foreground, cup.matte)
    ]
    light = tones.to_light(laid[0]).astype(np.float64)
    scene = on_paper(Shown(light, np.asarray(laid[1], np.uint8)), _PAPER, number).light
    return np.rint(tones.from_light(np.clip(scene * lamp(kelvin) * 2**stops, 0, 1))).astype(np.uint8)


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1])
    cup = cut(sample_path("coffee"), Recipe(model="u2netp"))
    photos = [photo_of(cup, number) for number in range(len(_PHOTOS))]
    plain = Recipe(model="u2netp").changed(**_ALIKE)
    cutouts = [cut(photo, plain) for photo in photos]
    look = look_of([measure(one.photo.pixels, one.matte) for one in cutouts])
    evened = plain.changed(even={"exposure": 1, "white": 1, "reference": look})
    rows = [photos, [one.on_white() for one in cutouts], [cut(photo, evened).on_white() for photo in photos]]
    small = [[cv2.resize(one, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) for one in row] for row in rows]
    upright = np.full((_SIDE, _GAP, 3), 255, np.uint8)
    lines = [np.hstack([row[0], *(part for one in row[1:] for part in (upright, one))]) for row in small]
    level = np.full((_GAP, lines[0].shape[1], 3), 255, np.uint8)
    sheet = np.asarray(np.vstack([lines[0], level, lines[1], level, lines[2]]), np.uint8)
    write_atomic(target, encode(sheet, Output(format="jpg", quality=82), icc=None, dpi=None))
    print(target)


if __name__ == "__main__":
    main()
