"""Where the pixels of a made picture lie, and smooth noise over them, the same at any size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
"""HxW float32, or Hx1 and 1xW where it is the same along a row or column."""

_FINE: Final = 4
"""Pixels for each cell of a noise's lattice: it is smooth enough to be enlarged from there."""

_LACUNARITY: Final = 2.07
"""How much finer each octave is than the one before: not twice, so that their lattices never meet."""


@dataclass(frozen=True)
class Grid:
    """A canvas's pixels as places. Two sizes of the same proportions have the same places.

    Attributes:
        height: in pixels.
        width: in pixels.
        seed: another one gives another picture of the same kind.
    """

    height: int
    width: int
    seed: int = 0

    @property
    def longer(self) -> int:
        """The longer side in pixels: the unit of lengths."""
        return max(self.height, self.width)

    @property
    def reach(self) -> tuple[float, float]:
        """How far x and y go from the middle, in shares of the longer side."""
        return self.width / self.longer / 2, self.height / self.longer / 2

    @cached_property
    def x(self) -> Plane:
        """From the middle to the right, in shares of the longer side: 1xW."""
        return (places(self.width) * np.float32(2 * self.reach[0]))[None]

    @cached_property
    def y(self) -> Plane:
        """From the middle downwards, in shares of the longer side: Hx1."""
        return (places(self.height) * np.float32(2 * self.reach[1]))[:, None]

    @cached_property
    def v(self) -> Plane:
        """From top to bottom, 0..1: Hx1."""
        return (places(self.height) + np.float32(0.5))[:, None]

    def random(self, salt: int) -> np.random.Generator:
        """Random numbers of their own for each purpose, the same for a seed."""
        return np.random.default_rng([self.seed, salt])

    def noise(self, cells: float, salt: int, *, across: float = 1.0) -> Plane:
        """Smooth noise: a random lattice as a cubic B-spline surface.

        Args:
            cells: of the lattice along the longer side.
            salt: sets it apart from other noise of the same picture.
            across: how many times more cells there are from left to right.
        Returns:
            HxW float32, mean 0, standard deviation about 1.
        """
        return self._enlarged(self._surface(cells, salt, across))

    def clouds(self, cells: float, salt: int, octaves: int = 5, gain: float = 0.5) -> Plane:
        """Noise at several scales, each finer one weaker (Perlin, 1985).

        Args:
            cells: of the coarsest, along the longer side.
            salt: as in :meth:`noise`.
            octaves: how many; what is finer than the pixels is left out.
            gain: how strong each is against the one before it.
        Returns:
            HxW float32, standard deviation about 1.
        """
        total = self._surface(cells, salt)
        for octave in range(1, octaves):
            finer = cells * _LACUNARITY**octave
            if finer > self.longer / 2:
                break
            surface = self._surface(finer, salt + octave)
            size = surface.shape[1], surface.shape[0]
            coarser = cv2.resize(total, size, interpolation=cv2.INTER_CUBIC)
            total = np.asarray(cv2.addWeighted(surface, gain**octave, coarser, 1, 0), np.float32)
        power = sum(gain ** (2 * octave) for octave in range(octaves)) ** 0.5
        return self._enlarged(total * np.float32(1 / power))

    def grain(self, cells: int, salt: int) -> Plane:
        """Fine grain: noise of so many cells along the longer side, whatever the pixels' size.

        Returns:
            HxW float32, standard deviation 1 where pixels are as fine as the grain, less where they
            are larger.
        """
        height, width = (max(1, round(cells * side / self.longer)) for side in (self.height, self.width))
        even = (self.random(salt).random((height, width), np.float32) - np.float32(0.5)) * np.float32(12**0.5)
        how = cv2.INTER_AREA if self.longer < cells else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(even, (self.width, self.height), interpolation=how), np.float32)

    def soft(self, plane: Plane, sigma: float) -> Plane:
        """A Gaussian blur by a standard deviation in shares of the longer side."""
        return blurred(plane, sigma * self.longer)

    def _surface(self, cells: float, salt: int, across: float = 1.0) -> Plane:
        """Noise with as many pixels as it has detail for, at most as many as there are."""
        fine = int(np.ceil(cells * max(across, 1) * _FINE))
        height, width = (min(side, fine * side // self.longer + 1) for side in (self.height, self.width))
        rows = _spline(places(height) * (2 * self.reach[1] * cells), cells)
        columns = _spline(places(width) * (2 * self.reach[0] * cells * across), cells * across)
        lattice = self.random(salt).standard_normal((rows.shape[1], columns.shape[1]), np.float32)
        # A B-spline smooths its lattice: to 0.479 of the variance along each axis.
        return np.asarray(rows @ (lattice * np.float32(1 / 0.479)) @ columns.T, np.float32)

    def _enlarged(self, surface: Plane) -> Plane:
        size = self.width, self.height
        return np.asarray(cv2.resize(surface, size, interpolation=cv2.INTER_CUBIC), np.float32)


def places(count: int) -> Plane:
    """The middles of so many pixels along a side, from -0.5 to 0.5."""
    return ((np.arange(count, dtype=np.float32) + 0.5) / count - 0.5).astype(np.float32)


def blurred(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """A Gaussian blur whose cost does not grow with sigma (pixels): wide ones are done on a smaller copy.

    Args:
        plane: HxW or HxWxC.
        sigma: standard deviation in pixels.
    """
    if sigma < 0.3:
        return plane
    step = max(1, int(sigma / 4))
    height, width = plane.shape[:2]
    small = (max(1, round(width / step)), max(1, round(height / step)))
    reduced = cv2.resize(plane, small, interpolation=cv2.INTER_AREA) if step > 1 else plane
    soft = cv2.GaussianBlur(reduced, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def smooth(low: float, high: float, values: Plane) -> Plane:
    """From 0 at ``low`` to 1 at ``high``, level at both ends (Hermite)."""
    t = (values - np.float32(low)) * np.float32(1 / (high - low))
    np.clip(t, 0, 1, out=t)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _spline(at: NDArray[np.float32], cells: float) -> NDArray[np.float32]:
    """Weights of a cubic B-spline over a lattice round 0.

    Args:
        at: N places in cells.
        cells: how many the longer side has.
    Returns:
        NxM float32: for each place, the weight of each of the lattice's points.
    """
    low = int(np.floor(-cells / 2)) - 1
    whole = np.floor(at).astype(np.int64)
    t = at - whole
    parts = (1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 1 + 3 * (t + t**2 - t**3), t**3
    weights = np.zeros((at.size, 4 - 2 * low + 1), np.float32)
    for offset, part in enumerate(parts):
        weights[np.arange(at.size), whole - low - 1 + offset] = part / 6
    return weights
