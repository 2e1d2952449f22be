"""What evening out does to a set: photos under known exposures and lamps, before and after.

    python -m benchmarks.alike SET_DIR... [--every N]

A SET_DIR holds ``im/`` and ``gt/``, as for benchmarks.quality. Each photo is lit anew in linear light: one
stop less, as it is, and one more, under black bodies of 3000 to 9000 K. The set's look is that of the photos
as they are. "paper" lays the subjects on grey paper with a soft shadow; "own" leaves their background, of
which nobody knows whether it is grey.

"spread" is the standard deviation over the versions of one photo, of the subject's median L* and mean a* and
b* (CIELAB, D65), averaged over the photos; "told" is the share of versions whose cast could be told, and
"spread of told" is over those alone. "moved" is by how much (a*, b*) of photos moves that needed nothing: the
mean, and the worst.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import pairs
from pipelines.compose import tones
from pipelines.compose.even import Measured, bent, curves, look_of, measure
from pipelines.matting.foreground import estimate_foreground
from pipelines.photo import Matte8, Pixels
from pipelines.recipe import Even, Look

Floats = NDArray[np.float64]

_SIDE: Final = 256
_STOPS: Final = (-1.0, 0.0, 1.0)
_KELVIN: Final = (3000, 4000, 5000, 6500, 9000)
_AS_IT_IS: Final = (0.0, 6500)
_PAPERS: Final = (0.3, 0.5, 0.7)
"""Linear light of the papers."""

_TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE: Final = _TO_XYZ.sum(1)


def lamp(kelvin: float) -> Floats:
    """Linear red, green and blue of a black body against 6500 K, of luminance 1.

    Kim and others, 2002, US patent 7024034: the cubic splines of the locus in CIE 1931 (x, y).
    """
    found = _body(kelvin) / _body(6500)
    return np.asarray(found / (found @ _TO_XYZ[1]))


def _body(kelvin: float) -> Floats:
    ways = (
        (-0.2661239e9, -0.2343589e6, 0.8776956e3, 0.179910)
        if kelvin < 4000
        else (-3.0258469e9, 2.1070379e6, 0.2226347e3, 0.240390)
    )
    x = sum(way / kelvin**power for way, power in zip(ways, (3, 2, 1, 0), strict=True))
    falls = (
        (-0.9549476, -1.37418593, 2.09137015, -0.16748867)
        if kelvin < 4000
        else (3.0817580, -5.87338670, 3.75112997, -0.37001483)
    )
    y = np.polyval(falls, x)
    return np.asarray(np.linalg.solve(_TO_XYZ, np.array([x / y, 1, (1 - x - y) / y], np.float64)))


@dataclass(frozen=True, eq=False)
class Shown:
    """A photo in linear light (HxWx3), and its true matte (HxW uint8)."""

    light: Floats
    matte: Matte8

    def lit(self, stops: float, kelvin: float) -> Pixels:
        """The same under other light; what is too light is cut off, as in a camera."""
        light = np.clip(self.light * lamp(kelvin) * 2**stops, 0, 1)
        return np.rint(tones.from_light(light)).astype(np.uint8)


def on_paper(shown: Shown, level: float, seed: int) -> Shown:
    """The subject on grey paper that falls off towards the corners, with its shadow and grain."""
    height, width = shown.matte.shape
    pixels = np.rint(tones.from_light(shown.light)).astype(np.uint8)
    own = tones.to_light(estimate_foreground(pixels, shown.matte))
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    paper = level * (1 - 0.18 * ((x / width - 0.4) ** 2 + (y / height - 0.3) ** 2))
    paper *= 1 - 0.3 * np.roll(cv2.GaussianBlur(shown.matte / 255, (0, 0), width / 30), height // 25, 0)
    grain = np.random.default_rng(seed).normal(1, 0.01, (height, width, 1))
    share = (shown.matte / 255)[..., None]
    return Shown(own * share + paper[..., None] * grain * (1 - share), shown.matte)


def colour_of(pixels: Pixels, matte: Matte8) -> Floats:
    """Median L*, mean a* and b* of the subject."""
    ratio = tones.to_light(pixels[matte >= 200]) @ _TO_XYZ.T / _WHITE
    root = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    lab = 116 * root[:, 1] - 16, 500 * (root[:, 0] - root[:, 1]), 200 * (root[:, 1] - root[:, 2])
    return np.array([np.median(lab[0]), lab[1].mean(), lab[2].mean()])


def photos(folders: Sequence[Path]) -> Iterator[Shown]:
    """The sets' photos, small."""
    for folder in folders:
        for path, truth in pairs(folder):
            pixels, matte = cv2.imread(str(path)), cv2.imread(str(truth), cv2.IMREAD_GRAYSCALE)
            if pixels is None or matte is None:
                continue
            scale = _SIDE / max(matte.shape)
            size = round(matte.shape[1] * scale), round(matte.shape[0] * scale)
            small, mask = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (pixels, matte))
            if (mask >= 200).sum() >= 200:
                light = tones.to_light(np.ascontiguousarray(small[..., ::-1])).astype(np.float64)
                yield Shown(light, np.asarray(mask, np.uint8))


@dataclass(frozen=True, eq=False)
class Versions:
    """A photo under all lights, measured."""

    shown: Shown
    pixels: list[Pixels]
    found: list[Measured]

    @classmethod
    def of(cls, shown: Shown) -> Versions:
        """All versions of a photo."""
        pixels = [shown.lit(stops, kelvin) for stops in _STOPS for kelvin in _KELVIN]
        return cls(shown, pixels, [measure(one, shown.matte) for one in pixels])

    @property
    def told(self) -> NDArray[np.bool_]:
        """Whose cast could be told."""
        return np.array([one.cast is not None for one in self.found])

    def colours(self, even: Even) -> Floats:
        """Colours of the subject after evening out: Nx3."""
        tables = [curves(even, one) for one in self.found]
        made = [
            one if table is None else bent(one, table) for one, table in zip(self.pixels, tables, strict=True)
        ]
        return np.array([colour_of(one, self.shown.matte) for one in made])


def table(title: str, found: list[Versions]) -> None:
    """Print what the wishes do to a set."""
    lights = [(stops, kelvin) for stops in _STOPS for kelvin in _KELVIN]
    plain = lights.index(_AS_IT_IS)
    look: Look | None = look_of([one.found[plain] for one in found])
    print(f"{title}: {len(found)} photos; told {np.mean([one.told for one in found]):.0%}, by lamp ", end="")
    for kelvin in _KELVIN:
        told = np.mean(
            [one.told[[at for at, light in enumerate(lights) if light[1] == kelvin]] for one in found]
        )
        print(f"{kelvin} K {told:.0%}", end="  ")
    print(f"\n  {'':10}{'spread L* a* b*':>20}{'spread of told':>22}{'moved':>14}")
    before = [one.colours(Even()) for one in found]
    for name, exposure, white in (("as it is", 0, 0), ("exposure", 1, 0), ("white", 0, 1), ("both", 1, 1)):
        even = Even(exposure=exposure, white=white, reference=look)
        after = [one.colours(even) for one in found]
        spread = np.mean([each.std(0) for each in after], axis=0)
        of_told = [
            each[one.told].std(0) for each, one in zip(after, found, strict=True) if one.told.sum() > 1
        ]
        moved = [np.hypot(*(new[plain] - old[plain])[1:]) for new, old in zip(after, before, strict=True)]
        shown = "  ".join(
            " ".join(f"{value:5.1f}" for value in row)
            for row in (spread, np.mean(of_told, axis=0) if of_told else np.full(3, np.nan))
        )
        print(f"  {name:10}   {shown}     {np.mean(moved):5.1f} {np.max(moved):5.1f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1, help="only every so many of the photos")
    wanted = parser.parse_args()
    found = list(photos(wanted.sets))[:: wanted.every]
    table("own", [Versions.of(one) for one in found])
    for level in _PAPERS:
        papers = [Versions.of(on_paper(one, level, seed)) for seed, one in enumerate(found)]
        table(f"paper {level}", papers)


if __name__ == "__main__":
    main()
