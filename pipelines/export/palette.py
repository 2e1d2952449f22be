"""Pictures of at most 256 colours, with alpha, for PNG files of 8 bits.

Colours are counted in a coarse histogram and gathered by weighted k-means (Lloyd 1982), started from the
bins that are farthest from what is there already and weigh most (as k-means++, Arthur and Vassilvitskii 2007,
but without its dice). Distances are between colours multiplied by their alpha, and alpha itself: what
the eye can't see costs nothing. What is wholly transparent has an entry of its own, and what is opaque or
translucent stays so. Opaque pixels are dithered (Floyd and Steinberg 1976, by Pillow).
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.export.histogram import STRIP, Bins, Counts, Floats, counted, premultiplied
from pipelines.export.raster import Tags

_ROUNDS: Final = 12
_SOFT_SHARE: Final = 0.35
"""At most so much of the palette goes to translucent colours, where there are opaque ones."""
_IMPORTANCE: Final = 0.75
"""The power of a bin's weight that counts when clusters are started."""
_DITHER: Final = 0.5
"""How much of the difference between a colour and its entry is spread over its neighbours."""
_BLOCK: Final = 4096
"""Colours whose distances to a palette are taken together."""


LEVELS: Final = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 160, 192, 224, 256)
"""Numbers of colours that are tried when a file is to be small."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """A picture of few colours.

    Attributes:
        indices: HxW uint8.
        palette: Nx4 uint8, straight colour and alpha; N is 1 to 256.
    """

    indices: NDArray[np.uint8]
    palette: NDArray[np.uint8]


def reduced(rgba: NDArray[np.uint8], colors: int, counts: Counts | None = None) -> Reduced:
    """Make a picture of few colours.

    Args:
        rgba: HxWx3 or HxWx4 uint8, straight alpha.
        colors: at most so many, 2..256.
        counts: the picture's colours, where they are known already.
    """
    opaque, soft, clear = counts or counted(rgba)
    for_opaque, for_soft = _shares(colors - clear, len(opaque.weights), len(soft.weights))
    solid = _gathered(opaque, for_opaque)
    solid[:, 3] = 255
    parts = [np.zeros((int(clear), 4), np.float32), solid, _gathered(soft, for_soft)]
    palette = _straight(np.concatenate(parts))
    return Reduced(_assigned(rgba, palette, int(clear), len(solid)), palette)


def error(rgba: NDArray[np.uint8], picture: Reduced) -> float:
    """How far a picture of few colours is from what it was made from.

    Args:
        rgba: HxWx3 or HxWx4 uint8, straight alpha.
        picture: made from it.
    Returns:
        The mean difference in steps of 255: over the channels (colours multiplied by alpha, and alpha) of all
        pixels that can be seen.
    """
    table = _premultiplied8(picture.palette[None])[0]
    total, count = 0.0, 0
    rows = max(1, STRIP // rgba.shape[1])
    for top in range(0, len(rgba), rows):
        before = _premultiplied8(rgba[top : top + rows])
        after = table[picture.indices[top : top + rows]]
        seen = cv2.extractChannel(before, 3)
        visible = int(np.count_nonzero(seen))
        total += sum(cv2.mean(cv2.absdiff(before, after), (seen > 0).view(np.uint8))) / 4 * visible
        count += visible
    return total / count if count else 0.0


def _premultiplied8(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """HxWx4 uint8: colours multiplied by alpha, and alpha."""
    if pixels.shape[2] == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA), np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA), np.uint8)


def encoded(picture: Reduced, tags: Tags) -> bytes:
    """The picture as a PNG file.

    Args:
        picture: see :func:`reduced`.
        tags: what is written beside it.
    """
    image = Image.fromarray(picture.indices, "P")
    image.putpalette(picture.palette[:, :3].tobytes())
    how: dict[str, object] = {"optimize": True}
    if (picture.palette[:, 3] < 255).any():
        how["transparency"] = picture.palette[:, 3].tobytes()
    for name, value in (("icc_profile", tags.icc), ("dpi", tags.dpi), ("exif", tags.exif)):
        if value:
            how[name] = value
    stream = BytesIO()
    image.save(stream, "PNG", **how)
    return stream.getvalue()


def _shares(colors: int, opaque: int, soft: int) -> tuple[int, int]:
    """How many entries opaque and translucent colours get."""
    if not soft or not opaque:
        return min(colors, opaque), min(colors, soft)
    for_soft = min(soft, max(1, round(colors * _SOFT_SHARE)))
    for_opaque = min(opaque, max(1, colors - for_soft))
    return for_opaque, min(soft, max(0, colors - for_opaque))


def _gathered(bins: Bins, count: int) -> Floats:
    """The centres of so many clusters: count x 4."""
    points, weights = bins
    if len(points) <= count:
        return points.copy()
    if count == 0:
        return np.zeros((0, 4), np.float32)
    centres = _started(bins, count)
    for _ in range(_ROUNDS):
        nearest = _nearest(points, centres)
        total = np.bincount(nearest, weights, count)
        filled = total > 0
        for channel in range(4):
            mean = np.bincount(nearest, weights * points[:, channel], count)
            centres[filled, channel] = (mean[filled] / total[filled]).astype(np.float32)
    return centres


def _started(bins: Bins, count: int) -> Floats:
    """Centres to start from: each the bin that those before serve worst, by distance and weight."""
    points, weights = bins
    chosen = [int(np.argmax(weights))]
    importance = weights**_IMPORTANCE
    distance = np.full(len(points), np.inf, np.float32)
    for _ in range(count - 1):
        distance = np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(np.argmax(distance * importance)))
    return points[chosen].copy()


def _nearest(points: Floats, centres: Floats) -> NDArray[np.int64]:
    squares = (centres**2).sum(axis=1)
    found = np.empty(len(points), np.int64)
    for at in range(0, len(points), _BLOCK):
        block = points[at : at + _BLOCK]
        found[at : at + _BLOCK] = np.argmin(squares - 2 * (block @ centres.T), axis=1)
    return found


def _straight(premultiplied: Floats) -> NDArray[np.uint8]:
    """Premultiplied colours as a palette. What is translucent never becomes clear or opaque."""
    alpha = premultiplied[:, 3:]
    colours = premultiplied[:, :3] * (255 / np.maximum(alpha, 1))
    result = np.rint(np.clip(np.concatenate([colours, alpha], axis=1), 0, 255))
    return np.asarray(result, np.uint8)


def _assigned(
    rgba: NDArray[np.uint8], palette: NDArray[np.uint8], clear: int, solid: int
) -> NDArray[np.uint8]:
    """The entry of each pixel. The palette holds the clear entry, if any, the opaque, then the others."""
    shape = rgba.shape[:2]
    indices = _dithered(rgba, palette[: clear + solid], clear) if solid else np.zeros(shape, np.uint8)
    if rgba.shape[2] == 3:
        return indices
    alpha = rgba[..., 3]
    indices[alpha == 0] = 0
    where = np.flatnonzero((alpha > 0) & (alpha < 255)) if len(palette) > clear + solid else np.zeros(0, int)
    others = premultiplied(palette[clear + solid :]) if len(where) else np.zeros((0, 4), np.float32)
    flat, given = indices.reshape(-1), rgba.reshape(-1, 4)
    for at in range(0, len(where), STRIP):
        part = where[at : at + STRIP]
        flat[part] = _nearest(premultiplied(given[part]), others) + clear + solid
    return np.asarray(indices, np.uint8)


def _dithered(rgba: NDArray[np.uint8], palette: NDArray[np.uint8], clear: int) -> NDArray[np.uint8]:
    """Opaque entries for all pixels.

    Colours are first brought part of the way to their entry, so that the error that is spread is smaller:
    spread in full, it gathers where the palette has few colours, and shows as specks. Where nothing is seen,
    black has the clear entry and spreads none.
    """
    colours = palette[:, :3]
    table = _table(colours)
    model = Image.new("P", (1, 1))
    model.putpalette(colours.tobytes())
    result = np.empty(rgba.shape[:2], np.uint8)
    rows = max(1, STRIP // rgba.shape[1])
    for top in range(0, len(rgba), rows):
        part = rgba[top : top + rows, :, :3]
        near = colours[_looked_up(table, part)]
        softened = Image.fromarray(cv2.addWeighted(part, _DITHER, near, 1 - _DITHER, 0))
        dithered = softened.quantize(palette=model, dither=Image.Dither.FLOYDSTEINBERG)
        result[top : top + rows] = np.asarray(dithered)
    if clear and rgba.shape[2] == 4:
        lost = (result == 0) & (rgba[..., 3] == 255)
        result[lost] = 1 + np.argmin(colours[1:].astype(int).sum(axis=1))
    return result


def _table(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The entry nearest to each colour, at six bits a channel."""
    steps = np.arange(64, dtype=np.float32) * 4 + 2
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    return np.asarray(_nearest(cube, colours.astype(np.float32)), np.uint8)


def _looked_up(table: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    red, green, blue = ((pixels[..., channel] >> 2).astype(np.int32) for channel in range(3))
    return np.asarray(table[red << 12 | green << 6 | blue], np.uint8)
