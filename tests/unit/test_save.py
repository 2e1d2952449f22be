"""Files that come out, and how they reach the disk."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from pipelines import save
from pipelines.errors import OutputError, OutputTooLarge, ShapeError, StorageFull
from pipelines.recipe import FormatName, Output
from tests.unit.pictures_made import adobe_rgb, astronaut, difference

RGB = np.asarray(astronaut())
ALPHA = np.asarray(Image.radial_gradient("L").resize((203, 160)).point(lambda v: max(0, 255 - 2 * v)))
RGBA = np.dstack([RGB, ALPHA])
ALL: tuple[FormatName, ...] = ("png", "webp", "jpg")
CLEAR: tuple[FormatName, ...] = ("png", "webp")


def written(pixels: NDArray[np.uint8], name: FormatName, quality: int = 92) -> bytes:
    return save.encode(pixels, Output(format=name, quality=quality), icc=adobe_rgb(), dpi=(300, 150))


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


@pytest.mark.parametrize("name", ALL)
def test_colour_comes_back_with_its_profile(name: FormatName) -> None:
    image = opened(written(RGB, name))
    assert difference(RGB, image) < 3
    assert image.info["icc_profile"] == adobe_rgb()


@pytest.mark.parametrize("name", ["png", "jpg"])
def test_resolution_is_kept(name: FormatName) -> None:
    assert np.allclose(opened(written(RGB, name)).info["dpi"], (300, 150), atol=0.02)


@pytest.mark.parametrize("name", CLEAR)
def test_alpha_comes_back_exactly(name: FormatName) -> None:
    image = opened(written(RGBA, name))
    assert (np.asarray(image.getchannel("A")) == ALPHA).all()
    seen = ALPHA > 128
    assert difference(np.asarray(image)[seen][:, :3], RGB[seen]) < 4


@pytest.mark.parametrize("name", CLEAR)
@given(seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_what_was_under_transparency_changes_nothing(name: FormatName, seed: int) -> None:
    other = RGBA.copy()
    other[ALPHA == 0, :3] = np.random.default_rng(seed).integers(0, 256, 3)
    assert written(other, name) == written(RGBA, name)


def test_hidden_colour_is_black_and_the_rest_untouched() -> None:
    before = RGBA.copy()
    found = save.hide_transparent(RGBA)
    assert not found[ALPHA == 0].any()
    assert (found[ALPHA > 0] == RGBA[ALPHA > 0]).all()
    assert (before == RGBA).all()


@pytest.mark.parametrize("name", ALL)
def test_a_matte_is_grey_without_a_profile(name: FormatName) -> None:
    image = opened(written(ALPHA, name))
    assert "icc_profile" not in image.info
    assert image.mode == ("RGB" if name == "webp" else "L")
    assert difference(ALPHA, image.convert("L")) < 2


@pytest.mark.parametrize("name", CLEAR)
def test_a_matte_comes_back_exactly(name: FormatName) -> None:
    assert (np.asarray(opened(written(ALPHA, name)).convert("L")) == ALPHA).all()


@pytest.mark.parametrize(("quality", "layers"), [(89, (2, 2)), (90, (1, 1))])
def test_jpegs_of_high_quality_keep_full_colour(quality: int, layers: tuple[int, int]) -> None:
    image = opened(written(RGB, "jpg", quality))
    assert image.layer[0][1:3] == layers  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["webp", "jpg"])
def test_quality_counts(name: FormatName) -> None:
    assert len(written(RGB, name, 30)) < len(written(RGB, name, 95)) / 2


@pytest.mark.parametrize("name", ALL)
def test_no_other_metadata_is_written(name: FormatName) -> None:
    image = opened(written(RGB, name))
    assert set(image.info) <= {
        *("icc_profile", "dpi", "jfif", "jfif_version", "jfif_unit", "jfif_density"),
        *("loop", "background", "timestamp", "duration", "progressive", "progression"),
    }


def test_jpeg_holds_no_transparency() -> None:
    with pytest.raises(OutputError, match="background"):
        written(RGBA, "jpg")


@pytest.mark.parametrize(("name", "side"), [("webp", 16_384), ("jpg", 65_501)])
def test_too_long_a_side_is_told(name: FormatName, side: int) -> None:
    for shape in ((1, side, 3), (side, 1, 3)):
        with pytest.raises(OutputTooLarge, match="Choose PNG"):
            written(np.zeros(shape, np.uint8), name)


@pytest.mark.parametrize(("name", "side"), [("webp", 16_383), ("jpg", 65_500), ("png", 70_000)])
def test_the_longest_side_is_written(name: FormatName, side: int) -> None:
    assert opened(written(np.zeros((1, side, 3), np.uint8), name)).size == (side, 1)


def test_an_encoder_that_gives_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise ValueError("encoding error 6")  # as libwebp does with very large pictures of quality 100

    monkeypatch.setattr(Image.Image, "save", give_up)
    with pytest.raises(OutputError, match="too much for a WEBP file"):
        written(RGB, "webp")


@pytest.mark.parametrize("shape", [(4,), (4, 4, 2), (0, 4, 3), (2, 4, 4, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError):
        written(np.zeros(shape, np.uint8), "webp")


def test_names_of_formats() -> None:
    assert [save.media_type(name) for name in ALL] == ["image/png", "image/webp", "image/jpeg"]
    assert [save.extension(name) for name in ALL] == ["png", "webp", "jpg"]


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    for content in (b"first", b"second"):
        save.write_atomic(path, content)
        assert path.read_bytes() == content
    assert [*tmp_path.iterdir()] == [path]


def test_a_new_file_may_be_read_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    save.write_atomic(tmp_path / "out", b"")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "plain").stat().st_mode
    )


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    save.write_atomic(tmp_path / "link", b"content")
    assert (tmp_path / "real").read_bytes() == b"content"
    assert (tmp_path / "link").is_symlink()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"gone/out\.png can't be written: its folder is not there"):
        save.write_atomic(tmp_path / "gone" / "out.png", b"")


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is not a file"):
        save.write_atomic(tmp_path, b"")


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(OutputError, match="can't be written"):
        save.write_atomic(tmp_path / "file" / "out.png", b"")
    assert (tmp_path / "file").read_bytes() == b"kept"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody may write to")
def test_a_folder_that_may_not_be_written_to_is_told() -> None:
    with pytest.raises(OutputError, match="can't be written"):
        save.write_atomic("/proc/self/out.png", b"")


@pytest.mark.parametrize(
    ("code", "error"), [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, OutputError)]
)
def test_a_failure_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[OutputError]
) -> None:
    def fail(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    (tmp_path / "out.png").write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(error, match=r"out\.png"):
        save.write_atomic(tmp_path / "out.png", b"after")
    assert (tmp_path / "out.png").read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [tmp_path / "out.png"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_is_really_full_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left"), Path("/dev/full").open("wb") as full:
        full.write(b"x" * 100_000)
    with pytest.raises(OutputError, match="is not a file"):
        save.write_atomic("/dev/full", b"x")


def test_what_a_killed_program_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    left, kept = tmp_path / "deep" / ".cutaway-0123.part", tmp_path / "deep" / "a.part"
    for path in (left, kept):
        path.write_bytes(b"half")
    save.sweep_parts(tmp_path)
    assert (left.exists(), kept.exists()) == (False, True)


def test_folders_are_on_the_disk_before_anybody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(save, "sync_folder", synced.append)
    made = save.MadeFolders(tmp_path)
    (tmp_path / "a").mkdir()  # perhaps by a program that was killed before it synced
    for _ in range(2):
        made.make(tmp_path / "a" / "b")
        made.make(tmp_path / "a")
    assert synced == [tmp_path / "a", tmp_path]
    (tmp_path / "a" / "b").rmdir()
    made.make(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, StorageFull), (errno.EACCES, OutputError), (errno.EEXIST, OutputError)],
)
def test_a_folder_that_can_not_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[OutputError]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(kind, match="new"):
        save.MadeFolders(tmp_path).make(tmp_path / "new")
