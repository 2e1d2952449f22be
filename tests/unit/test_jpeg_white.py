"""The JPEG writer that keeps pure white pure."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
import simplejpeg
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from pipelines.jpeg.writer import encode
from pipelines.photo import Pixels


def by_pillow(data: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(data)))


def by_opencv(data: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)


def by_turbo(data: bytes) -> Pixels:
    return np.asarray(simplejpeg.decode_jpeg(data, "RGB"), np.uint8)


def pillows(pixels: Pixels, quality: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality, subsampling="4:4:4")
    return stream.getvalue()


def disc(high: int, wide: int, seed: int, color: tuple[int, int, int], noise: float) -> Pixels:
    """A coloured, noisy disc with a soft edge on pure white."""
    y, x = np.mgrid[0:high, 0:wide]
    matte = np.clip((min(high, wide) * 0.4 - np.hypot(y - high / 2, x - wide / 2)) / 2 + 0.5, 0, 1)[..., None]
    inside = np.array(color) + np.random.default_rng(seed).normal(0, noise, (high, wide, 3))
    return np.asarray(np.clip(np.rint(inside * matte + 255 * (1 - matte)), 0, 255), np.uint8)


channel = st.integers(0, 255)


@settings(max_examples=25)
@example(color=(216, 254, 131), size=(57, 84), noise=3.0, quality=58, seed=34)
@example(color=(232, 54, 106), size=(102, 119), noise=0.0, quality=97, seed=1)
@given(
    color=st.tuples(channel, channel, channel),
    size=st.tuples(st.integers(1, 130), st.integers(1, 130)),
    noise=st.sampled_from([0.0, 3.0, 60.0]),
    quality=st.integers(40, 100),
    seed=st.integers(0, 2**31),
)
def test_white_stays_white(
    color: tuple[int, int, int], size: tuple[int, int], noise: float, quality: int, seed: int
) -> None:
    pixels = disc(*size, seed, color, noise)
    white = (pixels == 255).all(axis=2)
    data = encode(pixels, quality, None, None)
    for decode in (by_pillow, by_opencv, by_turbo):
        assert (decode(data)[white] == 255).all()


def test_an_ordinary_encoder_does_not_keep_it() -> None:
    pixels = disc(400, 400, 1, (200, 40, 40), 3)
    white = (pixels == 255).all(axis=2)
    assert (by_pillow(pillows(pixels, 95))[white] != 255).any()


@pytest.mark.parametrize("quality", [75, 90, 95])
def test_it_is_as_good_as_others_and_little_larger(quality: int) -> None:
    pixels = disc(600, 800, 2, (30, 90, 160), 2)
    ours, other = encode(pixels, quality, None, None), pillows(pixels, quality)
    error, usual = (float(np.abs(by_pillow(data).astype(int) - pixels).mean()) for data in (ours, other))
    assert error < usual * 1.1
    assert len(ours) < len(other) * 1.5


def test_extremes_are_coded() -> None:
    board = np.indices((64, 72)).sum(axis=0) % 2 * 255
    for pixels in (
        np.repeat(board[..., None], 3, axis=2).astype(np.uint8),
        np.stack([board, 255 - board, board], axis=2).astype(np.uint8),
        np.full((9, 9, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
    ):
        back = by_pillow(encode(pixels, 100, None, None))
        assert back.shape == pixels.shape
        assert np.abs(back.astype(int) - pixels).mean() < 40


def test_facts_are_written() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() * 150  # in several parts
    image = Image.open(io.BytesIO(encode(np.zeros((8, 8, 3), np.uint8), 90, profile, (300, 600))))
    assert (image.mode, image.size) == ("RGB", (8, 8))
    assert image.info["dpi"] == (300, 600)
    assert image.info["icc_profile"] == profile
