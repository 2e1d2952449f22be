"""Huffman coding of a JPEG's blocks (ITU-T T.81, annex F.1.2), a whole row of blocks at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.jpeg.blocks import Coefficients

Ints = NDArray[np.int64]

_DC_LUMA: Final = (bytes.fromhex("00010501010101010100000000000000"), bytes(range(12)))
_DC_CHROMA: Final = (bytes.fromhex("00030101010101010101010000000000"), bytes(range(12)))
_AC_LUMA: Final = (
    bytes.fromhex("0002010303020403050504040000017d"),
    bytes.fromhex(
        "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728"
        "292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586878889"
        "8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2"
        "e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
    ),
)
_AC_CHROMA: Final = (
    bytes.fromhex("00020102040403040705040400010277"),
    bytes.fromhex(
        "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a26"
        "2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384858687"
        "88898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da"
        "e2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
    ),
)
TABLES: Final = ((0x00, *_DC_LUMA), (0x10, *_AC_LUMA), (0x01, *_DC_CHROMA), (0x11, *_AC_CHROMA))
"""Class and number, how many codes there are of each length, and their symbols (annex K.3)."""

_END: Final = 0x00
_SIXTEEN_ZEROS: Final = 0xF0


def _codes(counts: bytes, symbols: bytes) -> tuple[Ints, Ints]:
    """Code and its length by symbol (annex C)."""
    codes, lengths = np.zeros(256, np.int64), np.zeros(256, np.int64)
    code, place = 0, 0
    for length, count in enumerate(counts, 1):
        for symbol in symbols[place : place + count]:
            codes[symbol], lengths[symbol] = code, length
            code += 1
        place += count
        code <<= 1
    return codes, lengths


_DC: Final = [np.stack(pair) for pair in zip(_codes(*_DC_LUMA), _codes(*_DC_CHROMA), strict=True)]
_AC: Final = [np.stack(pair) for pair in zip(_codes(*_AC_LUMA), _codes(*_AC_CHROMA), strict=True)]
"""Codes and lengths: luma in the first row, chroma in the second."""


@dataclass
class BitStream:
    """Bits on their way into bytes.

    Attributes:
        before: the last DC value of each component.
        left: bits that fill no byte yet, 0 or 1 each.
    """

    before: Ints
    left: NDArray[np.uint8]

    @classmethod
    def start(cls) -> BitStream:
        """Before the first block."""
        return cls(np.zeros(3, np.int64), np.zeros(0, np.uint8))

    def write(self, blocks: Coefficients) -> bytes:
        """Code some blocks; returns the bytes that are full."""
        values = blocks.astype(np.int64)
        steps = np.diff(values[:, :, 0], axis=0, prepend=self.before[None])
        self.before = values[-1, :, 0]
        bits = np.concatenate([self.left, _bits(*_words(steps, values))])
        whole = bits.size // 8 * 8
        self.left = bits[whole:]
        return _stuffed(np.packbits(bits[:whole]))

    def finish(self) -> bytes:
        """The last byte, filled with ones."""
        if not self.left.size:
            return b""
        padded = np.concatenate([self.left, np.ones(8 - self.left.size, np.uint8)])
        return _stuffed(np.packbits(padded))


def _stuffed(data: NDArray[np.uint8]) -> bytes:
    return data.tobytes().replace(b"\xff", b"\xff\x00")


def _words(steps: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Every code with its value's bits behind it, in order: the bits as a number, and how many.

    Args:
        steps: Nx3, what each block's DC differs from the one before.
        values: Nx3x64, zigzag.
    """
    chroma = np.tile([0, 1, 1], len(values))
    ac = values.reshape(-1, 64)[:, 1:]
    row, place = np.nonzero(ac)
    first = np.ones(row.size, bool)
    first[1:] = row[1:] != row[:-1]
    before = np.concatenate([[-1], place[:-1]])
    zeros = place - np.where(first, -1, before) - 1
    last = np.full(len(ac), -1)
    last[row] = place  # the later ones overwrite the earlier
    ending = np.flatnonzero(last < 62)
    far = np.repeat(np.arange(row.size), zeros // 16)
    parts = [
        _dc_words(steps.reshape(-1), chroma),
        _ac_words(ac[row, place], zeros % 16, chroma[row]),
        _bare(_SIXTEEN_ZEROS, chroma[row[far]]),
        _bare(_END, chroma[ending]),
    ]
    # By block, then place: DC, then zeros before the value that they lead to, then the end.
    ends, leads = row * 256 + place * 2 + 3, row[far] * 256 + place[far] * 2 + 2
    order = np.concatenate([np.arange(len(ac)) * 256, ends, leads, ending * 256 + 255])
    turn = np.argsort(order, kind="stable")
    words, lengths = (np.concatenate(column)[turn] for column in zip(*parts, strict=True))
    return words, lengths


def _size(values: Ints) -> Ints:
    """How many bits a value takes."""
    return np.asarray(np.ceil(np.log2(np.abs(values) + 1)), np.int64)


def _dc_words(steps: Ints, chroma: Ints) -> tuple[Ints, Ints]:
    size = _size(steps)
    return _joined(_DC[0][chroma, size], _DC[1][chroma, size], steps, size)


def _ac_words(values: Ints, zeros: Ints, chroma: Ints) -> tuple[Ints, Ints]:
    size = _size(values)
    symbol = zeros * 16 + size
    return _joined(_AC[0][chroma, symbol], _AC[1][chroma, symbol], values, size)


def _joined(codes: Ints, lengths: Ints, values: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Negative values are written as one less (F.1.2.1), in the low bits."""
    low = np.where(values < 0, values - 1, values) & ((1 << size) - 1)
    return (codes << size) | low, lengths + size


def _bare(symbol: int, chroma: Ints) -> tuple[Ints, Ints]:
    return _AC[0][chroma, symbol], _AC[1][chroma, symbol]


def _bits(words: Ints, lengths: Ints) -> NDArray[np.uint8]:
    """Words laid end to end, a bit an element."""
    ends = np.cumsum(lengths).astype(np.int32)
    places = np.arange(1, int(ends[-1]) + 1, dtype=np.int32)
    shift = np.repeat(ends, lengths) - places
    return np.asarray((np.repeat(words.astype(np.int32), lengths) >> shift) & 1, np.uint8)
