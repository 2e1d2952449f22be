"""A line of text all over a picture."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.compose import watermark
from pipelines.compose.watermark import LONGEST, watermarked

SIZES = [(1, 1), (3, 2000), (40, 30), (600, 800), (1600, 900)]


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_shape_and_type_stay(size: tuple[int, int], channels: int) -> None:
    pixels = np.full((*size, channels), 120, np.uint8)
    kept = pixels.copy()
    marked = watermarked(pixels, "PROOF")
    assert marked.shape == pixels.shape
    assert marked.dtype == np.uint8
    assert np.array_equal(pixels, kept)


@pytest.mark.parametrize("grey", [0, 128, 255])
@pytest.mark.parametrize("text", ["PROOF", "© Studio Müller", "样张", "W" * LONGEST])
def test_it_shows_everywhere_on_any_ground(grey: int, text: str) -> None:
    pixels = np.full((900, 1200, 3), grey, np.uint8)
    changed = np.abs(watermarked(pixels, text).astype(int) - grey).max(axis=2) > 25
    for row in np.split(changed, 3):
        for part in np.split(row, 3, axis=1):
            assert part.mean() > 0.01
    assert changed.mean() < 0.35  # and leaves the picture to be judged


def test_it_lies_over_transparent_parts_as_well() -> None:
    pixels = np.zeros((600, 800, 4), np.uint8)
    pixels[100:300, 100:400] = (200, 30, 30, 255)
    marked = watermarked(pixels, "PROOF")
    outside = marked[350:, :, 3]
    assert (outside > 0).mean() > 0.02
    assert outside.max() < 200
    inside = marked[100:300, 100:400]
    assert (inside[..., 3] == 255).all()
    assert (np.abs(inside[..., 1].astype(int) - 30) > 25).mean() > 0.02


def test_bands_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.full((1600, 300, 3), 90, np.uint8)
    banded = watermarked(pixels, "PROOF").astype(int)
    monkeypatch.setattr(watermark, "_BAND", 1600)
    assert np.abs(banded - watermarked(pixels, "PROOF")).max() <= 12  # positions are kept to 1/32 pixel


def test_a_larger_copy_has_the_same_lettering() -> None:
    small = watermarked(np.full((400, 600, 3), 90, np.uint8), "PROOF").astype(float)
    large = watermarked(np.full((1200, 1800, 3), 90, np.uint8), "PROOF").astype(float)
    shares = [(np.abs(one - 90).max(axis=2) > 20).mean() for one in (small, large)]
    assert shares[0] == pytest.approx(shares[1], rel=0.35)
