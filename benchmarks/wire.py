"""HTTP as bytes on a socket: requests are made beforehand, so that sending them costs next to nothing."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import itertools
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

HOST: Final = "127.0.0.1"
REFUSED: Final = (429, 503)
"""Statuses that tell a client to come again."""

_BORDER: Final = "a-line-that-no-photo-holds"
_CLOSED: Final = 0
_NUMBERS: Final = itertools.count(time.time_ns() & 0xFFFFFFF)


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    Attributes:
        status: HTTP's; 0 when it hung up without a whole answer.
        headers: by their names in small letters.
        body: as sent.
        seconds: from the first byte that was sent to the last that was read.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Door:
    """Where a server takes a photo.

    Attributes:
        path: of the address.
        part: the form's field that holds the file.
        fields: the form's other fields.
    """

    path: str
    part: str
    fields: tuple[tuple[str, str], ...] = ()

    def request(self, photo: bytes) -> bytes:
        """A whole request that sends a photo."""
        return form(self.path, self.fields, (self.part, photo))

    def fresh(self, photo: bytes) -> bytes:
        """The same for a JPEG that nobody has sent before: what was made of others is of no use for it."""
        return self.request(photo[:2] + b"\xff\xfe\0\x0a%08x" % next(_NUMBERS) + photo[2:])  # a comment


REMOVEBG: Final = Door("/v1.0/removebg", "image_file", (("size", "50MP"), ("format", "png")))
"""Our own, as remove.bg's clients use it, for a result as large as the photo."""

REMBG: Final = Door("/api/remove", "file", (("model", "u2netp"),))
"""That of ``rembg s``."""


def form(path: str, fields: tuple[tuple[str, str], ...], file: tuple[str, bytes] | None = None) -> bytes:
    """A request that posts a form (``multipart/form-data``).

    Args:
        path: of the address.
        fields: names and values.
        file: a field's name and its file, if any.
    """
    parts = [
        f'--{_BORDER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    if file:
        about = f'Content-Disposition: form-data; name="{file[0]}"; filename="photo.jpg"'
        parts += [f"--{_BORDER}\r\n{about}\r\nContent-Type: image/jpeg\r\n\r\n".encode(), file[1], b"\r\n"]
    parts.append(f"--{_BORDER}--\r\n".encode())
    return post(path, b"".join(parts), f"multipart/form-data; boundary={_BORDER}")


def post(path: str, body: bytes, kind: str = "application/octet-stream") -> bytes:
    """A request that posts a body."""
    return head("POST", path, {"Content-Type": kind, "Content-Length": str(len(body))}) + body


def head(method: str, path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """The head of a request after which the connection is to be closed."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close", "Accept: */*"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode()


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, closed at the end of a ``with`` block, whatever was sent or not."""
    reader, writer = await asyncio.open_connection(HOST, port, limit=2**24)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def ask(port: int, request: bytes, timeout: float = 300) -> Reply:
    """Send a request and read the answer.

    Args:
        port: on 127.0.0.1.
        request: all of it.
        timeout: seconds after which the answer is given up: status 0.
    """
    start = time.perf_counter()
    try:
        async with asyncio.timeout(timeout), connected(port) as (reader, writer):
            writer.write(request)  # in the background: an answer may come before all of it is sent
            return await answer(reader, start)
    except (OSError, TimeoutError):
        return Reply(_CLOSED, {}, b"", time.perf_counter() - start)


async def answer(reader: asyncio.StreamReader, start: float) -> Reply:
    """Read an answer.

    Args:
        reader: of the connection.
        start: the time (``perf_counter``) from which it is counted.
    """
    try:
        first, _, rest = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
        found = http.client.parse_headers(io.BytesIO(rest))
        headers = {name.lower(): value for name, value in found.items()}
        length = headers.get("content-length")
        body = await (reader.readexactly(int(length)) if length else reader.read())
        return Reply(int(first.split()[1]), headers, body, time.perf_counter() - start)
    except (asyncio.IncompleteReadError, OSError):
        return Reply(_CLOSED, {}, b"", time.perf_counter() - start)


async def crowd(port: int, requests: Sequence[bytes], at_once: int | None = None) -> list[Reply]:
    """Send many requests at the same time.

    Args:
        port: on 127.0.0.1.
        requests: each is sent once.
        at_once: how many wait for an answer at any time; None for all of them.
    """
    turns = asyncio.Semaphore(at_once or len(requests))

    async def one(request: bytes) -> Reply:
        async with turns:
            return await ask(port, request)

    return await asyncio.gather(*map(one, requests))


async def every(port: int, request: bytes, seconds: float, until: asyncio.Event) -> list[Reply]:
    """Ask the same again and again, and wait a while after each, until an event is set."""
    replies: list[Reply] = []
    while not until.is_set():
        replies.append(await ask(port, request))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), seconds)
    return replies
