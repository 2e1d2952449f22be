"""Bodies in several parts that may be larger than memory: large parts go to the disk as they come."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from pipelines.errors import BodyTooLarge, StorageFull
from server.forms import MOST_PARTS, NotAForm

_IN_MEMORY: Final = 1 << 16
"""Bytes of a file that are kept in memory."""

TEXT_BYTES: Final = 2_000_000
"""Of a part that is no file."""

_NO_ROOM: Final = "There is no room left on the disk for what you send. Make some, and try again."

_AT_ONCE: Final = 1 << 20
"""Bytes that are gathered before a thread writes them."""


class Sent(NamedTuple):
    """A part of a body.

    Attributes:
        name: of the field.
        filename: what the sender calls the file; None of a text.
        stream: its bytes, from the first on.
    """

    name: str
    filename: str | None
    stream: IO[bytes]

    def text(self) -> str:
        """All of it as text.

        Raises:
            BodyTooLarge: it is longer than a text may be.
        """
        data = self.stream.read(TEXT_BYTES + 1)
        if len(data) > TEXT_BYTES:
            raise too_long()
        return data.decode("utf-8", "replace")


@contextlib.asynccontextmanager
async def uploads(
    request: Request, boundary: bytes | None, folder: Path, spare: int = 0
) -> AsyncIterator[list[Sent]]:
    """The parts of a body in the order they came; what went to the disk is removed at the end.

    Args:
        request: what may arrive at all is limited before (:class:`server.bodies.BodyLimit`).
        boundary: between the parts, from the request's header.
        folder: where large parts lie meanwhile.
        spare: bytes that are left free on the disk.
    Raises:
        NotAForm: the body can't be read.
        BodyTooLarge: a part that is no file is longer than a text may be.
        StorageFull: no room on the disk.
    """
    aside = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="upload-", dir=folder))
    reading = _Reading(aside, spare)
    try:
        yield await _read(request, boundary, reading)
    finally:
        for part in reading.found:
            part.stream.close()
        await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)


async def _read(request: Request, boundary: bytes | None, reading: _Reading) -> list[Sent]:
    if boundary is None:
        raise NotAForm
    try:
        parser = reading.parser(boundary)
        async for chunk in _gathered(request):
            await asyncio.to_thread(reading.feed, parser, chunk)
        await asyncio.to_thread(parser.finalize)
    except FormParserError:
        raise NotAForm from None
    if not reading.complete:
        raise NotAForm
    return reading.found


async def _gathered(request: Request) -> AsyncIterator[bytes]:
    """A body in larger pieces than it comes in."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) >= _AT_ONCE:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def too_long() -> BodyTooLarge:
    """The error for a text that is longer than one may be."""
    return BodyTooLarge(f"This is too large: at most {TEXT_BYTES / 1e6:g} MB of text can be sent.")


class _Reading:
    """What was read of a body so far.

    Args:
        aside: where large files lie.
        spare: bytes that are left free there.
    """

    def __init__(self, aside: Path, spare: int) -> None:
        self.found: list[Sent] = []
        self.complete = False
        self._aside = aside
        self._spare = spare
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._room: float = 0

    def parser(self, boundary: bytes) -> MultipartParser:
        """What tells this of each part."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._open,
                "on_part_data": self._write,
                "on_part_end": self._part_ends,
                "on_end": self._end,
            },
        )

    def feed(self, parser: MultipartParser, chunk: bytes) -> None:
        """Take a piece of the body in.

        Raises:
            StorageFull: no room on the disk.
        """
        if shutil.disk_usage(self._aside).free < self._spare + len(chunk):
            raise StorageFull(_NO_ROOM)
        try:
            parser.write(chunk)
        except OSError as error:
            raise StorageFull(_NO_ROOM) from error

    def _begin(self) -> None:
        self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _part_ends(self) -> None:
        self.found[-1].stream.seek(0)

    def _header_ends(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            self._disposition = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def _open(self) -> None:
        if len(self.found) >= MOST_PARTS:
            raise FormParserError("too many parts")
        _, options = parse_options_header(self._disposition)
        name, filename = options.get(b"name", b""), options.get(b"filename")
        # Closed with the others when the body has been dealt with.
        stream = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._aside))  # noqa: SIM115
        text = None if filename is None else filename.decode("utf-8", "replace")
        self._room = TEXT_BYTES if text is None else float("inf")
        self.found.append(Sent(name.decode("utf-8", "replace"), text, stream))

    def _write(self, data: bytes, start: int, end: int) -> None:
        self._room -= end - start
        if self._room < 0:
            raise too_long()
        self.found[-1].stream.write(data[start:end])

    def _end(self) -> None:
        self.complete = True
