"""Files that are small and want to be large: refused by their header, before anything is decoded."""

from __future__ import annotations

import tracemalloc

import pytest
from PIL import Image, ImageFile
from PIL.GifImagePlugin import GifImageFile

from pipelines.decode import decode
from pipelines.errors import ImageTooLarge, ImageUnreadable
from pipelines.limits import Limits
from pipelines.load import load
from tests.bombs import BOMBS, many_passes
from tests.unit.pictures_made import file_of, gif_of

LIMITS = Limits()


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_before_they_are_decoded(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = BOMBS[bomb]()
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _picture: pytest.fail("it was decoded"))
    tracemalloc.start()
    with pytest.raises(ImageTooLarge):
        decode(data, LIMITS)
    assert tracemalloc.get_traced_memory()[1] < 50e6 + len(data)
    tracemalloc.stop()


def test_of_very_many_frames_only_the_first_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = gif_of((1, 1), (1, 1), 100_000)
    places: list[int] = []
    seek = GifImageFile.seek

    def noted(picture: GifImageFile, frame: int) -> None:
        places.append(frame)
        seek(picture, frame)

    monkeypatch.setattr(GifImageFile, "seek", noted)
    assert load(data).size == (1, 1)
    assert max(places, default=0) <= 1


def test_a_jpeg_of_very_many_passes_is_refused() -> None:
    with pytest.raises(ImageUnreadable, match="passes"):
        decode(many_passes(), LIMITS)


def test_pillows_own_refusal_is_ours() -> None:
    wide_open = Limits(max_pixels=10**12, max_side=10**6)
    with pytest.raises(ImageTooLarge):
        decode(gif_of((5, 5), (20_000, 20_000)), wide_open)


def test_pillows_warning_is_not_shown() -> None:
    data = file_of(Image.new("1", (12_000, 8_000)), "PNG")
    assert load(data, Limits(max_pixels=10**8)).size == (12_000, 8_000)
