"""What arrives is whole, in time, no larger than was agreed, and unpacked by nobody."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator

import pytest

from pipelines.errors import DownloadFailed, ImageTooLarge
from tests.unit.fetching.world import HEAD, SITE, World


@pytest.mark.parametrize(
    "head", [HEAD + b"X: ", HEAD + b"\r\n", HEAD + b"Content-Length: 9999\r\n\r\n", b"HTTP"]
)
def test_a_drip_ends_in_time(world: World, head: bytes) -> None:
    world.site.drips("/", head)
    begun = time.monotonic()
    with pytest.raises(DownloadFailed, match=r"within 0\.3 seconds"):
        world.fetch(SITE, seconds=0.3)
    assert time.monotonic() - begun < 5


def test_an_endless_body_is_cut_off(world: World) -> None:
    def endless() -> Iterator[bytes]:
        yield HEAD + b"\r\n"
        while not world.site.ended.is_set():
            yield b"x" * 65_536

    world.site.answers["/"] = endless
    with pytest.raises(ImageTooLarge, match="larger than 3 MB"):
        world.fetch(SITE)
    with pytest.raises(ImageTooLarge, match=r"larger than 0\.1 MB"):
        world.fetch(SITE, limit=100_000)


def test_what_is_announced_as_too_large_is_not_read(world: World) -> None:
    world.site.drips("/", HEAD + b"Content-Length: 3000001\r\n\r\n")
    with pytest.raises(ImageTooLarge):
        world.fetch(SITE)


@pytest.mark.parametrize("length", ["0", "5, 6", "-1", "1e3", "9" * 5_000, "12"])
def test_a_length_that_lies(world: World, length: str) -> None:
    world.site.says("/", b"picture", Content_Length=length)
    with pytest.raises((DownloadFailed, ImageTooLarge)):
        world.fetch(SITE)


def test_more_than_was_announced_is_not_read(world: World) -> None:
    world.site.says("/", b"picture" + b"x" * 100_000, Content_Length="7")
    assert world.fetch(SITE) == b"picture"


@pytest.mark.parametrize("chunked", [False, True])
def test_two_megabytes_in_twenty_pieces_arrive_whole(world: World, chunked: bool) -> None:
    pieces = [bytes([number]) * 100_000 for number in range(20)]
    if chunked:
        framed = [b"186a0\r\n" + piece + b"\r\n" for piece in pieces]
        world.site.says("/", *framed, b"0\r\n\r\n", Transfer_Encoding="chunked")
    else:
        world.site.says("/", *pieces, Content_Length="2000000")
    assert world.fetch(SITE) == b"".join(pieces)
    assert world.fetch(SITE, limit=2_000_000) == b"".join(pieces)


def test_a_chunked_body_that_ends_early(world: World) -> None:
    world.site.says("/", b"186a0\r\n", b"x" * 50_000, Transfer_Encoding="chunked")
    with pytest.raises(DownloadFailed, match="whole"):
        world.fetch(SITE)


def test_nothing_is_unpacked(world: World) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    for encoding in ("gzip", "br", "identity, gzip", "GZIP"):
        world.site.says("/", bomb, Content_Encoding=encoding, Content_Length=str(len(bomb)))
        with pytest.raises(DownloadFailed, match="compressed"):
            world.fetch(SITE)
    world.site.says("/", bomb, Transfer_Encoding="gzip")
    with pytest.raises(DownloadFailed):
        world.fetch(SITE)
    world.site.says("/", bomb, Content_Encoding="identity")
    assert world.fetch(SITE) == bomb


@pytest.mark.parametrize(
    "status", ["404 Not Found", "204 No Content", "206 Partial Content", "401 No", "500 Oh"]
)
def test_other_answers(world: World, status: str) -> None:
    world.site.says("/", b"picture", status=status)
    with pytest.raises(DownloadFailed, match=f"status {status[:3]}"):
        world.fetch(SITE)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000,
    ],
)
def test_what_is_no_answer(world: World, raw: bytes) -> None:
    world.site.answers["/"] = lambda: [raw]
    with pytest.raises(DownloadFailed):
        world.fetch(SITE)
