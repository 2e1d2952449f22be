"""Pixels to quantised blocks of a JPEG, with white that stays white.

A block that holds both white background and a subject comes out of an ordinary encoder with
ripples: background pixels of 253 or 254 beside the edge. Here such blocks are chosen so that
their white pixels decode to white:

- brightness: decoders clip at 255, so whatever a white pixel would be above that is free. It is
  asked to be whiter than white until the ripple does not reach below;
- colour: there a white pixel must decode to no colour exactly. It is stored in steps of one, and
  steps are taken where the remaining ripple is large until none is left. Blocks without white keep
  to multiples of the usual, larger steps, so that they cost no more than in other files.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.photo import Pixels

Coefficients = NDArray[np.int32]
"""Nx3x64 int32: blocks in reading order, Y, Cb, Cr, coefficients in zigzag order, quantised."""
Blocks = NDArray[np.float32]
"""Nx3x8x8 float32: Y, Cb, Cr of 8x8 pixels, about 0 (the standard's level shift is done)."""

_SURE: Final = 1.5
"""How far beyond 255 a white pixel must decode: decoders' arithmetic differs by one."""
_STILL: Final = 0.36
"""How far from no colour a white pixel may decode, before it is rounded."""
_ROUNDS: Final = 80
"""In each the missing whiteness is asked for again, with more weight; a handful do."""
_STEPS: Final = 150
"""Most steps that are taken to settle the colour of a block; ten do for most."""
_PALER: Final = (1.0, 0.7, 0.4, 0.2, 0.0)
"""Where a block does not settle, its colour is made paler by these factors; the last always settles."""

ZIGZAG: Final = np.array(
    sorted(range(64), key=lambda i: (i // 8 + i % 8, (i // 8 if (i // 8 + i % 8) % 2 else i % 8)))
)
"""Where in a block, row by row, each coefficient of the zigzag order lies (ITU-T T.81, figure 5)."""

_LUMA: Final = np.fromstring(
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
    "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 "
    "72 92 95 98 112 100 103 99",
    np.int64,
    sep=" ",
)
_CHROMA: Final = np.full((8, 8), 99)
_CHROMA[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
"""ITU-T T.81, annex K.1, row by row."""

_TO_YCC: Final = np.array(
    [[0.299, 0.587, 0.114], [-0.168735892, -0.331264108, 0.5], [0.5, -0.418687589, -0.081312411]], np.float32
)
"""JFIF 1.02; the level shift of 128 is left out."""


def _cosines() -> NDArray[np.float32]:
    k, n = np.mgrid[0:8, 0:8]
    table = np.cos((2 * n + 1) * k * np.pi / 16) / 2
    table[0] /= np.sqrt(2)
    return np.asarray(table, np.float32)


_DCT: Final = _cosines()


def steps_of(quality: int) -> NDArray[np.int32]:
    """The steps of brightness and colour, scaled as libjpeg does: 2x64 int32, row by row.

    Args:
        quality: 1..100.
    """
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    steps = (np.stack([_LUMA, _CHROMA.reshape(64)]) * scale + 50) // 100
    steps = np.clip(steps, 1, 255)
    steps[0, 0] = max(steps[0, 0], 2)  # in steps of 1, a block's mean could hardly be beyond white
    return np.asarray(steps, np.int32)


def quantised(pixels: Pixels, quality: int) -> Coefficients:
    """The coefficients of some rows of blocks.

    Args:
        pixels: HxWx3 uint8, RGB, both sides multiples of 8. Pixels of exactly 255 in all three
            stay so when decoded.
        quality: 1..100.
    """
    blocks = _blocks(pixels)
    steps, coarse = steps_of(quality).reshape(2, 8, 8).astype(np.float32)
    exact = _forward(blocks)
    levels = np.rint(exact / np.stack([steps, coarse, coarse]))
    levels[:, 1:] *= coarse
    white = (pixels == 255).all(axis=2).reshape(pixels.shape[0] // 8, 8, -1, 8).swapaxes(1, 2)
    white = white.reshape(-1, 8, 8)
    every = white.all(axis=(1, 2))
    levels[every] = 0
    levels[every, 0, 0, 0] = np.ceil((127 + _SURE) * 8 / steps[0, 0])
    edges = np.flatnonzero(white.any(axis=(1, 2)) & ~every)
    levels[edges, 0] = _whitened(blocks[edges, 0], levels[edges, 0], white[edges], steps)
    for plane in (1, 2):
        levels[edges, plane] = _settled(np.rint(exact[edges, plane]), white[edges])
    flat = np.clip(levels, -1023, 1023).astype(np.int32).reshape(-1, 3, 64)
    return np.ascontiguousarray(flat[..., ZIGZAG])


def _blocks(pixels: Pixels) -> Blocks:
    """Colour in Y, Cb, Cr, cut into blocks."""
    high, wide = pixels.shape[0] // 8, pixels.shape[1] // 8
    shifted = pixels.astype(np.float32) - 128
    ycc = shifted @ _TO_YCC.T
    return np.ascontiguousarray(ycc.reshape(high, 8, wide, 8, 3).transpose(0, 2, 4, 1, 3)).reshape(
        -1, 3, 8, 8
    )


def _forward(blocks: Blocks) -> Blocks:
    return np.asarray(_DCT @ blocks @ _DCT.T, np.float32)


def _inverse(levels: Blocks) -> Blocks:
    return np.asarray(_DCT.T @ levels @ _DCT, np.float32)


def _whitened(wanted: Blocks, levels: Blocks, white: NDArray[np.bool_], steps: NDArray[np.float32]) -> Blocks:
    """Brightness, quantised, whose white pixels all decode beyond white.

    Args:
        wanted: Nx8x8, what is to be encoded.
        levels: the same, quantised as it is.
        white: Nx8x8, which pixels are pure white.
        steps: 8x8, the quantisation.
    """
    wanted, levels = wanted.copy(), levels.copy()
    todo = np.arange(len(wanted))
    for attempt in range(_ROUNDS):
        lacking = _lacking(levels[todo], white[todo], steps)
        left = lacking.max(axis=(1, 2)) > 0
        todo, lacking = todo[left], lacking[left]
        if not len(todo):
            return levels
        wanted[todo] += lacking * (1.2 + attempt / 8)
        levels[todo] = np.rint(_forward(wanted[todo]) / steps)
    lacking = _lacking(levels[todo], white[todo], steps)
    levels[todo, 0, 0] += np.ceil(lacking.max(axis=(1, 2)) * 8 / steps[0, 0])  # rather all of it a little
    return levels


def _lacking(levels: Blocks, white: NDArray[np.bool_], steps: NDArray[np.float32]) -> Blocks:
    """How much brighter the white pixels of blocks would have to decode."""
    return np.where(white, 127 + _SURE - _inverse(levels * steps), 0).clip(min=0)


def _settled(levels: Blocks, white: NDArray[np.bool_]) -> Blocks:
    """Colour, quantised in steps of one, whose white pixels all decode to none.

    Args:
        levels: Nx8x8, quantised as it is.
        white: Nx8x8, which pixels are pure white.
    """
    result = levels.copy()
    todo = np.arange(len(levels))
    for paler in _PALER:
        result[todo] = np.rint(levels[todo] * paler)
        todo = _settle(result, white, todo)
    return result


def _settle(levels: Blocks, white: NDArray[np.bool_], todo: NDArray[np.int64]) -> NDArray[np.int64]:
    """Take steps in some blocks, in place; returns those that did not settle."""
    chance = np.random.default_rng(0)  # always the steepest step would go round in circles
    for _ in range(_STEPS):
        decoded = _inverse(levels[todo])
        excess = np.where(white[todo], decoded - decoded.clip(-_STILL, _STILL), 0)
        left = np.abs(excess).max(axis=(1, 2)) > 0
        todo, excess = todo[left], excess[left]
        if not len(todo):
            break
        slope = _forward(excess).reshape(-1, 64)
        chosen = (np.abs(slope) * chance.uniform(0.2, 1, slope.shape)).argmax(axis=1)
        down = np.sign(slope[np.arange(len(todo)), chosen])
        levels[todo, chosen // 8, chosen % 8] -= down
    return todo
