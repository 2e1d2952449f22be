"""Pictures by path: read once for many photos, and again where the file changed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from pipelines import assets
from pipelines.assets import FileAssets, as_backdrop
from pipelines.decode import Decoder
from pipelines.errors import AssetNotFound, InputError
from pipelines.limits import Limits
from pipelines.load import load
from pipelines.photo import Photo
from tests.unit.pictures_made import adobe_rgb, astronaut, file_of


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were decoded."""
    found: list[str] = []

    def counting(path: Path, limits: Limits, decoder: Decoder) -> Photo:
        found.append(path.name)
        return load(path, limits, decoder)

    monkeypatch.setattr(assets, "load", counting)
    return found


def test_a_picture_is_read_once(tmp_path: Path, reads: list[str]) -> None:
    path = tmp_path / "beach.png"
    path.write_bytes(file_of(astronaut(), "PNG"))
    files = FileAssets(Limits())
    first, second = files.picture(str(path)), files.picture(str(path))
    assert first is second
    assert reads == ["beach.png"]


def test_a_changed_file_is_read_again(tmp_path: Path, reads: list[str]) -> None:
    path = tmp_path / "beach.png"
    path.write_bytes(file_of(astronaut(60, 40), "PNG"))
    files = FileAssets(Limits())
    assert files.picture(str(path)).size == (60, 40)
    path.write_bytes(file_of(astronaut(70, 40), "PNG"))
    os.utime(path, ns=(1, 1))
    assert files.picture(str(path)).size == (70, 40)
    assert len(reads) == 2


@pytest.mark.parametrize("name", ["gone.png", "", "a\0b.png", "x" * 5000])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(AssetNotFound):
        FileAssets(Limits()).picture(str(tmp_path / name))


def test_what_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("only words")
    with pytest.raises(InputError, match="picture"):
        FileAssets(Limits()).picture(str(path))


def test_a_backdrop_is_opaque_and_in_srgb() -> None:
    translucent = np.dstack([np.asarray(astronaut(20, 10)), np.zeros((10, 20), np.uint8)])
    behind = as_backdrop(load(np.ascontiguousarray(translucent)))
    assert behind.alpha is None
    assert (behind.pixels == 255).all()
    wide = as_backdrop(load(file_of(astronaut(20, 10), "PNG", icc_profile=adobe_rgb())))
    assert wide.icc is None
    assert (wide.pixels != np.asarray(astronaut(20, 10))).any()
