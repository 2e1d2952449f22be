"""One picture gives one cutout, however it is stored, handed over or turned."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

import pipelines
from pipelines.load import Source
from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from pipelines.service import CutoutService
from tests.scenes import ball, overlap
from tests.unit.pictures_made import adobe_rgb

pytestmark = pytest.mark.weights

QUICK = Recipe(model="u2netp")
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture is turned before it is stored with each Exif orientation."""


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    """A photo without any symmetry; its sides are multiples of JPEG's blocks."""
    with Image.open(sample_path("coffee")) as image:
        return image.convert("RGB").resize((304, 208))


@pytest.fixture(scope="module")
def upright(service: CutoutService, picture: Image.Image) -> NDArray[np.uint8]:
    return service.cut(picture, QUICK).rgba()


def stored(picture: Image.Image, orientation: int, kind: str, **options: int) -> bytes:
    turn = STORED[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    (picture if turn is None else picture.transpose(turn)).save(stream, kind, exif=exif, **options)
    return stream.getvalue()


@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation(
    service: CutoutService, picture: Image.Image, upright: NDArray[np.uint8], orientation: int
) -> None:
    cutout = service.cut(stored(picture, orientation, "PNG"), QUICK)
    assert np.array_equal(cutout.rgba(), upright)
    assert np.array_equal(cutout.photo.pixels, np.asarray(picture))


@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_of_a_jpeg(
    service: CutoutService, picture: Image.Image, upright: NDArray[np.uint8], orientation: int
) -> None:
    data = stored(picture, orientation, "JPEG", quality=95, subsampling=0)
    result = service.cut(data, QUICK).rgba()
    assert overlap(result[..., 3], upright[..., 3]) > 0.98
    assert np.abs(result.astype(int) - upright).mean() < 2


def test_every_way_to_hand_it_over(
    service: CutoutService, picture: Image.Image, upright: NDArray[np.uint8], tmp_path: Path
) -> None:
    path = tmp_path / "photo.png"
    picture.save(path)
    pixels = np.asarray(picture)
    sources: list[Source] = [
        path,
        str(path),
        path.read_bytes(),
        pixels,
        np.asfortranarray(pixels),
        Image.open(path),
    ]
    for source in sources:
        assert np.array_equal(service.cut(source, QUICK).rgba(), upright)


def test_the_same_again(service: CutoutService, picture: Image.Image) -> None:
    data = stored(picture, 6, "JPEG")
    first = service.cut(data, QUICK).encode()
    assert service.cut(data, QUICK).encode() == first
    fresh = pipelines.service.build_service(service.settings)
    assert fresh.cut(data, QUICK).encode() == first
    fresh.close()


def test_the_short_way_in_python(picture: Image.Image, upright: NDArray[np.uint8]) -> None:
    assert np.array_equal(pipelines.cut(picture, pipelines.Recipe(model="u2netp")).rgba(), upright)


def test_the_source_is_not_changed(service: CutoutService, picture: Image.Image) -> None:
    pixels = np.array(picture)
    before = pixels.copy()
    cutout = service.cut(pixels, QUICK)
    assert np.array_equal(pixels, before)
    pixels[:] = 0
    assert np.array_equal(cutout.photo.pixels, before)


def test_a_wide_colour_space(
    service: CutoutService, picture: Image.Image, upright: NDArray[np.uint8]
) -> None:
    """The same colours in Adobe RGB: the same cutout, still in Adobe RGB."""
    wide, narrow = ImageCms.ImageCmsProfile(io.BytesIO(adobe_rgb())), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(picture, narrow, wide)
    assert converted is not None
    assert np.abs(np.asarray(converted, int) - np.asarray(picture)).max() > 15
    stream = io.BytesIO()
    converted.save(stream, "PNG", icc_profile=adobe_rgb())
    cutout = service.cut(stream.getvalue(), QUICK)
    assert np.abs(cutout.matte.astype(int) - upright[..., 3]).mean() < 0.6
    result = Image.open(io.BytesIO(cutout.encode()))
    assert result.info["icc_profile"] == adobe_rgb()
    back = ImageCms.profileToProfile(result.convert("RGB"), wide, narrow)
    inside = (cutout.matte == 255) & (upright[..., 3] == 255)
    assert np.abs(np.asarray(back, int)[inside] - upright[inside][:, :3]).mean() < 1.5


def test_a_background_colour_in_a_wide_colour_space(service: CutoutService) -> None:
    """Tomato is tomato: what the file holds, read through its profile, is the colour that was asked for."""
    stream = io.BytesIO()
    Image.fromarray(ball().pixels).save(stream, "PNG", icc_profile=adobe_rgb())
    data = service.cut(stream.getvalue(), Recipe(model="u2netp", background="tomato")).encode()
    wide, narrow = ImageCms.ImageCmsProfile(io.BytesIO(adobe_rgb())), ImageCms.createProfile("sRGB")
    seen = ImageCms.profileToProfile(Image.open(io.BytesIO(data)), wide, narrow)
    assert seen is not None
    assert seen.getpixel((3, 3)) == pytest.approx((255, 99, 71), abs=2)
