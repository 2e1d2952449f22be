"""Fetching over HTTP: taking up, cuts, stalls, and servers that send something else."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import StorageFull
from pipelines.models.catalogue import WeightsFile
from pipelines.models.sources import (
    HttpFetcher,
    SourceError,
    Taking,
    disk_full_named,
    require_room,
    silent,
)
from tests.unit.fileserver import Fault, FileServer, serve

CONTENT = np.random.default_rng(7).bytes(700_001)
FETCHER = HttpFetcher(connect_seconds=2, stall_seconds=0.5)


@pytest.fixture(scope="module")
def running() -> Iterator[FileServer]:
    with serve() as server:
        yield server


@pytest.fixture
def server(running: FileServer) -> FileServer:
    running.files = {"/m.onnx": CONTENT}
    running.faults.clear()
    running.asked.clear()
    return running


def taking(address: str, folder: Path) -> Taking:
    return Taking(WeightsFile("m.onnx", None, "sha256:0", "release", address), folder / "m.onnx.part")


@pytest.fixture
def wanted(server: FileServer, tmp_path: Path) -> Taking:
    return taking(f"{server.address}/m.onnx", tmp_path)


def test_a_file_comes_whole(server: FileServer, wanted: Taking) -> None:
    FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT
    assert server.asked == [""]


def test_progress_grows_to_the_total(wanted: Taking) -> None:
    told: list[tuple[int, int | None, str]] = []
    FETCHER.fetch([wanted], lambda done, total, what: told.append((done, total, what)))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1] == (len(CONTENT), len(CONTENT), "from 127.0.0.1")


def test_an_earlier_part_is_taken_up(server: FileServer, wanted: Taking) -> None:
    wanted.part.write_bytes(CONTENT[:300_000])
    FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT
    assert server.asked == ["bytes=300000-"]


def test_a_cut_connection_is_taken_up_where_it_ended(server: FileServer, wanted: Taking) -> None:
    server.faults[:] = ["cut", "cut"]
    FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT
    assert server.asked == ["", "bytes=350000-", "bytes=525000-"]


def test_tries_end(server: FileServer, wanted: Taking) -> None:
    server.faults[:] = ["cut"] * 9
    with pytest.raises(SourceError, match="cut the connection"):
        FETCHER.fetch([wanted], silent)
    assert len(server.asked) == FETCHER.tries


def test_a_try_that_brings_nothing_is_the_last(server: FileServer, wanted: Taking) -> None:
    server.faults[:] = ["cut at once"] * 9
    with pytest.raises(SourceError, match=r"127\.0\.0\.1: cut the connection"):
        FETCHER.fetch([wanted], silent)
    assert len(server.asked) == 1


def test_a_stall_is_noticed_and_taken_up(server: FileServer, wanted: Taking) -> None:
    server.faults[:] = ["stall"]
    FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT
    assert server.asked == ["", "bytes=350000-"]


def test_what_came_before_a_stall_is_kept(server: FileServer, wanted: Taking) -> None:
    server.faults[:] = ["stall", "cut at once"]
    with pytest.raises(SourceError):
        FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT[:350_000]


def test_a_server_without_ranges_sends_all_again(server: FileServer, wanted: Taking) -> None:
    wanted.part.write_bytes(b"something else entirely")
    server.faults[:] = ["no ranges"]
    FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(server: FileServer, wanted: Taking) -> None:
    wanted.part.write_bytes(CONTENT + b"more")
    FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT
    assert server.asked == ["bytes=700005-", ""]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("missing", r"does not have the file \(404\)"),
        ("error", r"answered with an error \(500\)"),
        ("web page", "sent a web page instead"),
    ],
)
def test_a_refusal_is_told_in_words(server: FileServer, wanted: Taking, fault: Fault, words: str) -> None:
    server.faults[:] = [fault]
    with pytest.raises(SourceError, match=words):
        FETCHER.fetch([wanted], silent)
    assert not wanted.part.exists()


def test_nobody_listening_is_told_in_words(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/m.onnx"
        with pytest.raises(SourceError, match=r"127\.0\.0\.1: can't be reached"):
            FETCHER.fetch([taking(address, tmp_path)], silent)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/m.onnx", "http://[nonsense/m.onnx", "m.onnx"])
def test_an_address_of_another_kind_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        FETCHER.fetch([taking(address, tmp_path)], silent)


def test_giving_up_keeps_the_part(wanted: Taking) -> None:
    def enough(done: int, total: int | None, what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FETCHER.fetch([wanted], enough)
    assert CONTENT.startswith(wanted.part.read_bytes())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(split=st.integers(0, len(CONTENT) - 1))
def test_taking_up_anywhere_gives_the_same_file(split: int, wanted: Taking) -> None:
    wanted.part.write_bytes(CONTENT[:split])
    FETCHER.fetch([wanted], silent)
    assert wanted.part.read_bytes() == CONTENT


def test_no_room_is_known_before_the_download(tmp_path: Path) -> None:
    with pytest.raises(StorageFull, match="are needed"):
        require_room(tmp_path, 1 << 60)


def test_a_disk_that_fills_up_has_a_sentence() -> None:
    with pytest.raises(StorageFull, match="The disk is full"), disk_full_named():
        raise OSError(errno.ENOSPC, "No space left on device")


def test_other_troubles_of_the_system_stay_what_they_are() -> None:
    with pytest.raises(PermissionError), disk_full_named():
        raise PermissionError(errno.EACCES, "no")
