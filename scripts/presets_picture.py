"""Draws the picture of docs/presets.md: ``python -m scripts.presets_picture docs/presets.jpg``.

A listing picture, an ID photo with its guides, and its print sheet, of two sample photos.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from pipelines import cut
from pipelines.cutout import Cutout
from pipelines.photo import Pixels
from pipelines.presets import apply, preset_named, sheet_for
from pipelines.recipe import Output, Recipe
from pipelines.samples import sample_path
from pipelines.save import encode, write_atomic

_HIGH: Final = 420
_GAP: Final = 14
_BAND: Final = (34, 160, 90)
_LINE: Final = (29, 78, 216)


def made(sample: str, preset: str, model: str, **fields: Any) -> Cutout:
    """A sample photo as a preset wants it."""
    recipe = apply(preset_named(preset), Recipe(model=model))
    return cut(sample_path(sample), recipe.changed(**fields))


def guided(cutout: Cutout) -> Pixels:
    """The picture with its guides, as the studio shows them."""
    picture = fitted(cutout.on_white())
    shown, rules = cutout.portrait(), preset_named(str(cutout.recipe.preset)).rules
    assert shown is not None  # noqa: S101  (an ID preset asks for a portrait)
    assert rules.eyes is not None  # noqa: S101  (and this one for eyes)
    head, high = shown[1], picture.shape[0]
    top, bottom = (round((1 - share) * high) for share in (rules.eyes.most or 1, rules.eyes.least or 0))
    picture[top:bottom] = np.rint(picture[top:bottom] * 0.75 + np.array(_BAND) * 0.25).astype(np.uint8)
    for share in (head.crown, head.eyes, head.chin):
        picture[round(share * high) : round(share * high) + 2, ::1] = _LINE
    return picture


def fitted(picture: Pixels) -> Pixels:
    """Made as high as the others."""
    width = round(picture.shape[1] * _HIGH / picture.shape[0])
    return np.array(cv2.resize(picture, (width, _HIGH), interpolation=cv2.INTER_AREA), np.uint8)


def page_of(cutout: Cutout) -> Pixels:
    """The print sheet as a picture."""
    data = np.frombuffer(cutout.encode(Output(format="png")), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1])
    portrait = made("astronaut", "id-eu", "modnet")
    sheet = made("astronaut", "id-eu", "modnet", sheet=sheet_for(preset_named("id-eu"), "10x15"))
    pictures = [fitted(made("coffee", "amazon-main", "auto").on_white()), guided(portrait)]
    pictures.append(fitted(page_of(sheet)))
    gap = np.full((_HIGH, _GAP, 3), 214, np.uint8)
    strip = np.hstack([part for picture in pictures for part in (gap, picture)] + [gap])
    framed = np.pad(strip, ((_GAP, _GAP), (0, 0), (0, 0)), constant_values=214)
    write_atomic(target, encode(framed, Output(format="jpg", quality=78), icc=None, dpi=None))
    print(target)


if __name__ == "__main__":
    main()
