"""Photos that are sent to a job, one by one and in ZIP files, some of them meant to harm."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import save
from pipelines.batch.archive import check_archive
from pipelines.batch.intake import Intake, JobLimits
from pipelines.errors import (
    ImageTooLarge,
    ImageUnreadable,
    OutputError,
    StorageFull,
    TooManyPhotos,
    UnsupportedFormat,
)
from pipelines.folders import pictures
from pipelines.limits import Limits
from tests.scenes import ball, encoded

PNG = encoded(ball(40, 30).pixels)
OTHER = encoded(ball(44, 30).pixels)
EACH, MOST = 1_000_000, 8_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def intake_of(folder: Path, photos: int = 20, spare: int = 0) -> Intake:
    return Intake(folder, Limits(max_bytes=EACH), JobLimits(photos, MOST, spare))


def take(intake: Intake, name: str, data: bytes = PNG) -> str:
    return intake.take(name, io.BytesIO(data))


def packed(files: dict[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", way) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data


def lying(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


class TestPhotos:
    def test_the_same_photo_once_more_is_the_same_and_another_gets_a_number(self, folder: Path) -> None:
        assert take(intake_of(folder), "a.png") == "a.png"
        again = intake_of(folder)
        assert take(again, "A.png") == "a.png"
        assert take(again, "a.png", OTHER) == "a-2.png"
        assert (folder / "a-2.png").read_bytes() == OTHER
        assert lying(folder) == {"a.png", "a-2.png"}

    def test_a_folder_called_like_a_photo(self, folder: Path) -> None:
        intake = intake_of(folder)
        assert take(intake, "a.png") == "a.png"
        assert take(intake, "a.png/b.png", OTHER) == "a.png_/b.png"

    def test_its_content_says_what_it_is(self, folder: Path) -> None:
        intake = intake_of(folder)
        assert take(intake, "photo") == "photo.png"
        assert take(intake, "list.txt", OTHER) == "list.txt.png"
        with pytest.raises(UnsupportedFormat):
            take(intake, "a.png", b"<svg/>")
        with pytest.raises(ImageUnreadable):
            take(intake, "a.png", b"")

    def test_no_more_than_is_allowed(self, folder: Path) -> None:
        with pytest.raises(ImageTooLarge):
            take(intake_of(folder), "a.png", PNG + bytes(EACH))
        few = intake_of(folder, photos=1)
        take(few, "a.png")
        with pytest.raises(TooManyPhotos, match="1 photo"):
            take(few, "b.png", OTHER)
        assert take(few, "a.png") == "a.png"
        assert lying(folder.parent) == {"photos/a.png"}

    def test_some_room_is_left_on_the_disk(self, folder: Path) -> None:
        with pytest.raises(StorageFull):
            take(intake_of(folder, spare=1 << 60), "a.png")
        assert lying(folder.parent) == set()

    def test_what_else_the_disk_says_is_not_called_full(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(save, "sync_folder", refuse)
        with pytest.raises(OutputError, match="Permission denied") as caught:
            take(intake_of(folder), "a.png")
        assert not isinstance(caught.value, StorageFull)

    @given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=12).map("/".join))
    def test_whatever_it_is_called_it_lies_below_the_folder(self, name: str) -> None:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "x" / "photos"
            folder.mkdir(parents=True)
            place = take(intake_of(folder), name)
            assert lying(Path(made)) == {f"x/photos/{place}"}
            assert [path.relative_to(folder).as_posix() for path in pictures(folder)] == [place]


class TestArchives:
    def test_damage_and_strange_ways_are_each_files_own_affair(self, folder: Path) -> None:
        data = packed({"good.png": PNG, "broken.png": OTHER * 3, "late.png": OTHER}, zipfile.ZIP_STORED)
        raw = bytearray(data.getvalue())
        raw[raw.index(OTHER) + len(OTHER) // 2] ^= 0xFF
        taken = intake_of(folder).take_archive(io.BytesIO(raw))
        assert taken.photos == ["good.png", "late.png"]
        assert [(name, error.code) for name, error in taken.refused] == [("broken.png", "image_unreadable")]
        for way in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            taken = intake_of(folder).take_archive(packed({"a.png": OTHER}, way))
            assert [error.code for _, error in taken.refused] == ["invalid_input"]
        taken = intake_of(folder).take_archive(packed({"inner.zip": packed({"a.png": PNG}).getvalue()}))
        assert [error.code for _, error in taken.refused] == ["unsupported_format"]

    def test_a_locked_one(self, folder: Path) -> None:
        raw = bytearray(packed({"a.png": PNG}).getvalue())
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            raw[raw.index(mark) + offset] |= 1
        taken = intake_of(folder).take_archive(io.BytesIO(raw))
        assert "password" in taken.refused[0][1].message

    def test_one_that_unpacks_to_far_more_than_it_says(self, folder: Path) -> None:
        raw = bytearray(packed({"a.png": PNG + bytes(50 * EACH)}).getvalue())
        assert len(raw) < EACH
        assert intake_of(folder).take_archive(io.BytesIO(raw)).refused[0][1].code == "image_too_large"
        for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            struct.pack_into("<I", raw, raw.index(mark) + offset, len(PNG))
        taken = intake_of(folder).take_archive(io.BytesIO(raw))
        assert taken.refused[0][1].code == "image_unreadable"
        assert lying(folder.parent) == set()

    def test_many_that_are_refused_may_not_keep_the_machine_busy(self, folder: Path) -> None:
        bombs = {f"{number}.png": PNG + bytes(EACH - len(PNG) - 1) for number in range(40)}
        with pytest.raises(TooManyPhotos):
            intake_of(folder, photos=100).take_archive(packed(bombs))

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda _raw: b"no ZIP at all",
            lambda _raw: b"",
            lambda raw: raw[: len(raw) // 2],
            lambda raw: raw[: len(raw) // 2] + raw[-22:],
        ],
    )
    def test_what_is_none(self, folder: Path, spoil: Callable[[bytes], bytes]) -> None:
        raw = spoil(packed({"a.png": PNG, "b.png": OTHER}).getvalue())
        with pytest.raises(UnsupportedFormat, match="no ZIP"):
            intake_of(folder).take_archive(io.BytesIO(raw))

    def test_a_directory_that_would_take_all_memory_is_not_read(self) -> None:
        end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, 2_000_000_000, 0, 0)
        with pytest.raises(TooManyPhotos):
            check_archive(io.BytesIO(bytes(100) + end), 100)
        end64 = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 2_000_000_000, 0)
        locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
        small = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, 100, 0, 0)
        with pytest.raises(TooManyPhotos):
            check_archive(io.BytesIO(end64 + locator + small), 100)

    def test_more_entries_than_photos_could_need(self, folder: Path) -> None:
        with pytest.raises(TooManyPhotos, match="holds more"):
            intake_of(folder, photos=2).take_archive(packed({f"{n}.txt": b"" for n in range(1001)}))

    @given(st.binary(max_size=400), st.integers(0, 2000))
    def test_any_damage_is_told_or_borne(self, noise: bytes, at: int) -> None:
        raw = bytearray(packed({"a/one.png": PNG, "two.png": OTHER}).getvalue())
        raw[at : at + len(noise)] = noise
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "photos"
            folder.mkdir()
            try:
                taken = intake_of(folder).take_archive(io.BytesIO(bytes(raw)))
            except (UnsupportedFormat, TooManyPhotos):
                taken = None
            assert {f"photos/{photo}" for photo in taken.photos} <= lying(Path(made)) if taken else True
            assert all(path.startswith("photos/") for path in lying(Path(made)))
