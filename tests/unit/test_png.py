"""The PNG writer, read back by readers that are not ours."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from pipelines import png
from pipelines.errors import ShapeError
from tests.unit.pictures_made import adobe_rgb, astronaut

shapes = st.one_of(
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
    st.tuples(st.integers(1, 70), st.integers(1, 70), st.sampled_from([3, 4])),
)


def noise(shape: tuple[int, ...], seed: int = 0, levels: int = 256) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, levels, shape, np.uint8)


def by_pillow(data: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def by_opencv(data: bytes) -> NDArray[np.uint8]:
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert found is not None
    order = {3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}
    return np.asarray(found if found.ndim == 2 else cv2.cvtColor(found, order[found.shape[2]]), np.uint8)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's name and content, its checksum verified."""
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length) == (zlib.crc32(kind + body),)
        yield kind, body
        at += 12 + length


@given(shapes, st.integers(0, 99), st.sampled_from([2, 5, 256]))
def test_any_picture_reads_back(shape: tuple[int, ...], seed: int, levels: int) -> None:
    pixels = noise(shape, seed, levels)
    data = png.encode(pixels)
    assert (by_pillow(data) == pixels).all()
    assert (by_opencv(data) == pixels).all()


@given(shapes, st.integers(1, 400), st.integers(1, 4))
def test_strips_of_any_size_join(shape: tuple[int, ...], strip: int, threads: int) -> None:
    pixels = noise(shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(png, "_STRIP", strip)
        data = png.encode(pixels, threads=threads)
    assert (by_pillow(data) == pixels).all()
    stream = b"".join(body for kind, body in chunks(data) if kind == b"IDAT")
    assert len(zlib.decompress(stream)) == pixels.size + shape[0]  # zlib verifies the joined Adler-32


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99), st.integers(1, 400))
def test_colour_and_alpha_apart_give_the_file_of_both(height: int, width: int, seed: int, strip: int) -> None:
    pixels, alpha = noise((height, width, 3), seed), noise((height, width), seed, levels=3) * np.uint8(127)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(png, "_STRIP", strip)
        apart = png.encode(pixels, alpha=alpha)
        joined = np.dstack([np.where(alpha[..., np.newaxis] > 0, pixels, 0), alpha]).astype(np.uint8)
        assert apart == png.encode(joined)
    assert (by_pillow(apart) == joined).all()


@pytest.mark.parametrize("shape", [(1500, 1100, 4), (3, 400_000, 3), (400_000, 3, 3), (2_000, 2_000)])
def test_large_pictures_of_many_strips(shape: tuple[int, ...]) -> None:
    pixels = noise(shape, levels=9)
    assert (by_pillow(png.encode(pixels)) == pixels).all()
    assert (by_opencv(png.encode(pixels)) == pixels).all()


def test_the_file_does_not_depend_on_the_threads() -> None:
    pixels = noise((900, 1000, 4), levels=30)
    assert png.encode(pixels, threads=1) == png.encode(pixels, threads=2) == png.encode(pixels, threads=5)


def test_one_pixel() -> None:
    for shape in ((1, 1), (1, 1, 3), (1, 1, 4)):
        assert by_pillow(png.encode(np.full(shape, 200, np.uint8))).tolist() == np.full(shape, 200).tolist()


def test_pixels_may_lie_anyhow() -> None:
    pixels = noise((40, 50, 4))
    for view in (pixels[::-2, ::3], pixels[..., :3], np.asfortranarray(pixels)):
        assert (by_pillow(png.encode(view)) == view).all()


def test_profile_and_resolution_are_kept() -> None:
    data = png.encode(noise((4, 4, 3)), icc=adobe_rgb(), dpi=(300, 72))
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["icc_profile"] == adobe_rgb()
        assert np.allclose(image.info["dpi"], (300, 72), atol=0.02)


def test_without_a_profile_it_says_srgb_and_nothing_else() -> None:
    kinds = [kind for kind, _ in chunks(png.encode(noise((4, 4, 3))))]
    assert kinds == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]


def test_a_photo_is_nearly_as_small_as_the_slowest_level() -> None:
    pixels = np.asarray(astronaut(512, 512))
    slow = io.BytesIO()
    Image.fromarray(pixels).save(slow, "PNG", compress_level=6)
    assert len(png.encode(pixels)) < 1.2 * slow.tell()


@pytest.mark.parametrize("shape", [(4,), (4, 4, 1), (4, 4, 2), (4, 4, 5), (0, 4, 3), (4, 0), (1, 4, 4, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="HxWx4"):
        png.encode(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("shape", [(4, 4), (4, 5, 3), (4, 4, 4)])
def test_alpha_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="as its alpha"):
        png.encode(np.zeros(shape, np.uint8), alpha=np.zeros((4, 4), np.uint8))
