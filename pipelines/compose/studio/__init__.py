"""A library of studio backdrops, made by code: any size, any seed, one's own colours.

Each is a module with a neutral colour ``COLOR``, a function ``accent_of(color)`` that gives the colour of its
veins, lamps, rim or shapes that goes with it, and a function ``draw(grid, color, accent)`` that gives
linear light, 3xHxW float32. All lengths are relative to the canvas, and all random numbers come
from the seed, so that a preview is the full-size picture, only smaller.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, NamedTuple

import cv2
import numpy as np

from pipelines.compose.studio import bokeh, marble, paper, pastel, plaster, podium, vignette, window
from pipelines.compose.studio.grid import Grid
from pipelines.compose.tones import RGB, Fixed, Light, enlarged, fixed
from pipelines.photo import Pixels
from pipelines.recipe import StudioBackdrop, parse_color

_MASTER_SIDE: Final = 2400
"""Longest side that is drawn, in pixels. Larger canvases are enlarged from there: a backdrop lies behind
what the camera is focused on."""

_KEPT: Final = 3
"""Masters in memory: at most 35 MB each."""


class _Kind(NamedTuple):
    color: RGB
    accent_of: Callable[[RGB], RGB]
    draw: Callable[[Grid, RGB, RGB], Light]


_LIBRARY: Final[dict[str, _Kind]] = {
    "paper": _Kind(paper.COLOR, paper.accent_of, paper.draw),
    "vignette": _Kind(vignette.COLOR, vignette.accent_of, vignette.draw),
    "plaster": _Kind(plaster.COLOR, plaster.accent_of, plaster.draw),
    "marble": _Kind(marble.COLOR, marble.accent_of, marble.draw),
    "window": _Kind(window.COLOR, window.accent_of, window.draw),
    "podium": _Kind(podium.COLOR, podium.accent_of, podium.draw),
    "pastel": _Kind(pastel.COLOR, pastel.accent_of, pastel.draw),
    "bokeh": _Kind(bokeh.COLOR, bokeh.accent_of, bokeh.draw),
}


class Look(NamedTuple):
    """One backdrop of the library.

    Attributes:
        name: of its kind.
        seed: another one gives another picture of the same kind.
        color: the backdrop's; None takes its own.
        accent: that of its veins, lamps, rim or shapes; None takes one that goes with the colour.
    """

    name: str
    seed: int = 1
    color: RGB | None = None
    accent: RGB | None = None


def look_of(backdrop: StudioBackdrop) -> Look:
    """What a Recipe asks for."""
    color, accent = (
        None if one is None else parse_color(one)[:3] for one in (backdrop.color, backdrop.accent)
    )
    return Look(backdrop.name, backdrop.seed, color, accent)


def names() -> tuple[str, ...]:
    """What there is."""
    return tuple(_LIBRARY)


def own_colors(name: str) -> tuple[RGB, RGB]:
    """The colour and the accent that a backdrop has of itself."""
    kind = _LIBRARY[name]
    return kind.color, kind.accent_of(kind.color)


def drawn(look: Look, size: tuple[int, int]) -> Pixels:
    """A backdrop of the library.

    Args:
        look: which.
        size: (height, width).
    Returns:
        HxWx3 uint8, sRGB.
    """
    height, width = size
    scale = min(1.0, _MASTER_SIDE / max(size))
    master = _master(look, max(1, round(height * scale)), max(1, round(width * scale)))
    return enlarged(master, (width, height))


def thumbnail(look: Look, size: tuple[int, int]) -> Pixels:
    """A small picture of one, which takes no room among the large ones that are kept."""
    twice = size[0] * 2, size[1] * 2
    whole = enlarged(_drawn(look, *twice), twice[::-1])
    return np.asarray(cv2.resize(whole, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _drawn(look: Look, height: int, width: int) -> Fixed:
    kind = _LIBRARY[look.name]
    color = look.color or kind.color
    return fixed(kind.draw(Grid(height, width, look.seed), color, look.accent or kind.accent_of(color)))


@functools.lru_cache(maxsize=_KEPT)
def _master(look: Look, height: int, width: int) -> Fixed:
    values = _drawn(look, height, width)
    values.flags.writeable = False
    return values
