"""Loading: every door a picture can come in by."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import (
    ImageTooLarge,
    ImageTruncated,
    InputError,
    ShapeError,
    SourceUnavailable,
    UnsupportedFormat,
)
from pipelines.load import Limits, load
from tests.unit.pictures_made import adobe_rgb, astronaut, difference, file_of

SMALL = np.random.default_rng(3).integers(0, 256, (5, 7, 3), np.uint8)


def test_bytes_path_image_and_array_give_the_same_pixels(tmp_path: Path) -> None:
    data = file_of(Image.fromarray(SMALL), "PNG")
    path = tmp_path / "a photo.png"
    path.write_bytes(data)
    with Image.open(path) as image:
        photos = [load(source) for source in (data, path, str(path), image, SMALL)]
    assert all((photo.pixels == SMALL).all() and photo.alpha is None for photo in photos)


def test_facts_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "holiday.2026.dat"
    path.write_bytes(data := file_of(astronaut(), "JPEG", dpi=(300, 150), icc_profile=adobe_rgb()))
    photo = load(path)
    assert (photo.name, photo.format, photo.dpi) == ("holiday.2026", "JPEG", (300, 150))
    assert photo.icc == adobe_rgb()
    assert photo.digest == hashlib.sha256(data).hexdigest()


def test_facts_of_an_opened_image(tmp_path: Path) -> None:
    path = tmp_path / "cat.jpg"
    path.write_bytes(file_of(astronaut(), "JPEG", dpi=(72, 72), icc_profile=adobe_rgb()))
    with Image.open(path) as image:
        photo = load(image)
    assert (photo.name, photo.format, photo.dpi, photo.icc) == ("cat", "JPEG", (72, 72), adobe_rgb())


def test_an_array_has_no_name_and_no_format() -> None:
    photo = load(SMALL)
    assert (photo.name, photo.format, photo.dpi, photo.icc) == (None, None, None, None)


def test_the_callers_array_is_copied() -> None:
    array = SMALL.copy()
    photo = load(array)
    array[:] = 0
    assert (photo.pixels == SMALL).all()


def test_digests_tell_pixels_apart() -> None:
    other = SMALL.copy()
    other[0, 0, 0] ^= 1
    flat = SMALL.reshape(7, 5, 3)
    rgba = np.dstack([SMALL, np.full(SMALL.shape[:2], 9, np.uint8)])
    assert len({load(array).digest for array in (SMALL, other, flat, rgba)}) == 4
    assert load(SMALL).digest == load(Image.fromarray(SMALL)).digest


def test_grey_and_rgba_arrays() -> None:
    rgba = np.dstack([SMALL, np.full(SMALL.shape[:2], 9, np.uint8)])
    photo = load(rgba)
    assert (photo.pixels == SMALL).all()
    assert photo.alpha is not None
    assert (photo.alpha == 9).all()
    assert (load(SMALL[..., 0]).pixels == SMALL[..., :1]).all()


def test_an_opaque_alpha_is_no_alpha() -> None:
    assert load(np.dstack([SMALL, np.full(SMALL.shape[:2], 255, np.uint8)])).alpha is None


def test_pixels_are_contiguous_whatever_the_array_was() -> None:
    photo = load(np.asfortranarray(SMALL)[::-1])
    assert photo.pixels.flags.c_contiguous
    assert (photo.pixels == SMALL[::-1]).all()


@pytest.mark.parametrize("shape", [(5,), (5, 7, 2), (5, 7, 5), (1, 5, 7, 3), (0, 7, 3), (5, 0, 3), (5, 0)])
def test_arrays_of_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="HxWx3"):
        load(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("kind", [np.float32, np.uint16, bool])
def test_arrays_of_other_types_are_refused(kind: Any) -> None:
    with pytest.raises(InputError, match="uint8"):
        load(np.zeros((4, 4, 3), kind))


def test_something_else_altogether_is_refused() -> None:
    with pytest.raises(InputError, match="dict"):
        load({})  # type: ignore[arg-type]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"nothing\.png is not there"):
        load(tmp_path / "nothing.png")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="is a folder"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0byte"])
def test_impossible_names_are_refused(name: str) -> None:
    with pytest.raises(SourceUnavailable):
        load(name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceUnavailable):
        load(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="needs a file that may not be read")
def test_a_file_that_can_not_be_read_is_refused() -> None:
    with pytest.raises(SourceUnavailable, match="can't be read"):
        load("/proc/self/mem")


def test_a_file_of_too_many_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.png"
    path.write_bytes(file_of(astronaut(), "PNG"))
    with pytest.raises(ImageTooLarge, match="1 kB"):
        load(path, Limits(max_bytes=1000))


def test_a_file_that_is_longer_than_it_says_is_refused() -> None:
    endless = Path("/proc/self/status")  # its size is told as 0
    if not endless.is_file():
        pytest.skip("needs a file that lies about its size")
    with pytest.raises(ImageTooLarge):
        load(endless, Limits(max_bytes=10))


@pytest.mark.parametrize("limits", [Limits(max_pixels=34), Limits(max_side=6)])
def test_limits_hold_for_every_source(limits: Limits) -> None:
    image = Image.fromarray(SMALL)
    for source in (SMALL, image, file_of(image, "PNG")):
        with pytest.raises(ImageTooLarge, match="7 x 5"):
            load(source, limits)


def test_a_damaged_opened_image_is_refused() -> None:
    import io

    data = file_of(astronaut(), "JPEG")
    with Image.open(io.BytesIO(data[: len(data) // 2])) as image, pytest.raises(ImageTruncated):
        load(image)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match="empty"):
        load(b"")


def test_nothing_of_exif_is_carried() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    photo = load(file_of(astronaut(), "JPEG", exif=exif, comment=b"a secret place"))
    assert b"secret" not in repr(photo.__dict__).encode()
    assert difference(photo.pixels, astronaut()) < 8
