"""Checksums: computed once, noted where only a weak one is pinned."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.models.digests import digest_of, fits, note_digest
from tests.unit.models_made import md5, sha256


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"weights")
    return path


def test_it_is_the_sum_that_hashlib_gives(file: Path) -> None:
    assert f"sha256:{digest_of(file)}" == sha256(b"weights")
    assert f"md5:{digest_of(file, 'md5')}" == md5(b"weights")


def test_a_changed_file_is_read_again(file: Path) -> None:
    before = digest_of(file)
    file.write_bytes(b"weighed")
    os.utime(file, ns=(1, 1))
    assert digest_of(file) != before


def test_an_unchanged_file_is_read_once(file: Path) -> None:
    digest_of(file)
    facts = file.stat()
    file.write_bytes(b"WEIGHTS")  # same size, and the times are put back: only reading would tell
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert f"sha256:{digest_of(file)}" == sha256(b"weights")


@given(content=st.binary(max_size=200), flipped=st.data())
def test_one_changed_bit_never_fits(
    content: bytes, flipped: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bit") / "m.onnx"
    damaged = bytearray(content + b"\0")
    path.write_bytes(damaged)
    assert fits(path, sha256(bytes(damaged)))
    position = flipped.draw(st.integers(0, len(content)))
    expected = sha256(bytes(damaged))
    damaged[position] ^= 1
    path.write_bytes(damaged)
    os.utime(path, ns=(1, 1))
    assert not fits(path, expected)


def test_a_missing_file_does_not_fit(tmp_path: Path) -> None:
    assert not fits(tmp_path / "none", sha256(b""))


def test_a_folder_does_not_fit(tmp_path: Path) -> None:
    assert not fits(tmp_path, sha256(b""))


def test_the_note_is_what_sha256sum_reads(file: Path) -> None:
    note_digest(file, md5(b"weights"))
    note = (file.parent / "m.onnx.sha256").read_text()
    assert note.splitlines()[0] == f"{hashlib.sha256(b'weights').hexdigest()}  m.onnx"


def test_the_note_decides_from_then_on(file: Path) -> None:
    note_digest(file, md5(b"weights"))
    (file.parent / "m.onnx.sha256").write_text(
        f"{hashlib.sha256(b'others').hexdigest()}  m.onnx\n# checked as {md5(b'weights')}\n"
    )
    assert not fits(file, md5(b"weights"))


@pytest.mark.parametrize(
    "note", ["", "nonsense", "one line\n", "\n\n", "abc  m.onnx\n# checked as md5:other\n", "é\né\n"]
)
def test_a_note_for_another_pin_or_of_another_kind_does_not_count(file: Path, note: str) -> None:
    (file.parent / "m.onnx.sha256").write_text(note, encoding="utf-8")
    assert fits(file, md5(b"weights"))


def test_a_strong_sum_needs_no_note(file: Path) -> None:
    note_digest(file, sha256(b"weights"))
    assert [path.name for path in file.parent.iterdir()] == ["m.onnx"]


def test_a_folder_that_cannot_be_written_goes_without(file: Path) -> None:
    (file.parent / "m.onnx.sha256").mkdir()
    note_digest(file, md5(b"weights"))
    assert fits(file, md5(b"weights"))
