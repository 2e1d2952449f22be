"""Fetching a weights file: what a fetcher is, and the one that asks over HTTP."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol
from urllib.parse import urlsplit

from pipelines.errors import StorageFull
from pipelines.models.catalogue import WeightsFile

if TYPE_CHECKING:
    import httpx

LARGEST: Final = 4_000_000_000
"""In bytes. No weights file is larger; a body that goes on beyond is not one."""


class Progress(Protocol):
    """Told now and then how far a fetch has come. May raise, to give it up."""

    def __call__(self, done: int, total: int | None, what: str) -> None:
        """Take note.

        Args:
            done: bytes so far.
            total: bytes in all; None when that is not known.
            what: what is going on, in a few words.
        """
        ...


def silent(done: int, total: int | None, what: str) -> None:
    """A :class:`Progress` that tells nobody."""


class SourceError(Exception):
    """One place could not give a file.

    Args:
        place: the place in words, e.g. a host's name. Holds no path and no credentials.
        reason: what went wrong, in plain words.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")


@dataclass(frozen=True)
class Taking:
    """A file that is wanted, and where to write it.

    ``part`` may hold the file's beginning from an earlier try.
    """

    file: WeightsFile
    part: Path


def place_of(file: WeightsFile) -> str:
    """Where a file comes from, for people: a host's name, or a package. Holds no credentials."""
    with contextlib.suppress(ValueError):  # not an address at all
        return urlsplit(file.location).hostname or file.location.rpartition("://")[2]
    return file.location.rpartition("@")[2]


class Fetcher(Protocol):
    """Gets files from one kind of place."""

    def fetch(self, takings: Sequence[Taking], progress: Progress) -> None:
        """Write the first taking's file to its part; nothing is checked here.

        Args:
            takings: the file wanted, then others of the same location, which are written
                too where that costs nothing.
            progress: told how it goes.
        Raises:
            SourceError: the place does not give it.
            StorageFull: the disk is full.
        """
        ...


@contextlib.contextmanager
def disk_full_named() -> Iterator[None]:
    """Turn the operating system's «no space» into an error with a sentence.

    Raises:
        StorageFull: instead of the OSError.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                "The disk is full. Free some space, then try again: what was taken so far is kept."
            ) from error
        raise


def require_room(folder: Path, needed: int) -> None:
    """Refuse to begin what cannot end.

    Args:
        folder: an existing folder on the disk in question.
        needed: bytes.
    Raises:
        StorageFull: fewer bytes than that are free.
    """
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StorageFull(
            f"{needed / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are free on the disk of the models "
            "folder. Free some space, or set CUTAWAY_HOME to a folder on another disk."
        )


@dataclass(frozen=True)
class HttpFetcher:
    """Downloads over HTTP, taking up where an earlier try ended.

    Attributes:
        connect_seconds: how long a server may take to answer at all.
        stall_seconds: how long it may pause.
        tries: how often a cut connection is taken up again. A try that brings nothing
            new is the last.
    """

    connect_seconds: float = 5
    stall_seconds: float = 8
    tries: int = 4

    def fetch(self, takings: Sequence[Taking], progress: Progress) -> None:
        """See :meth:`Fetcher.fetch`; the location is the file's address."""
        import httpx

        wanted = takings[0]
        host = place_of(wanted.file)
        timeout = httpx.Timeout(self.stall_seconds, connect=self.connect_seconds)
        # Compressed bodies could not be taken up in the middle.
        headers = {"User-Agent": "cutaway", "Accept-Encoding": "identity"}
        try:
            with (
                disk_full_named(),
                httpx.Client(timeout=timeout, headers=headers, follow_redirects=True) as client,
            ):
                self._download(client, host, wanted, progress)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceError(host, self._plain(error)) from error

    def _download(self, client: httpx.Client, host: str, wanted: Taking, progress: Progress) -> None:
        import httpx

        for attempt in range(1, self.tries + 1):
            before = _size(wanted.part)
            try:
                _receive(client, host, wanted, progress)
            except (httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout):
                if attempt == self.tries or _size(wanted.part) <= before:
                    raise
            else:
                return

    def _plain(self, error: Exception) -> str:
        import httpx

        words: list[tuple[type[Exception] | tuple[type[Exception], ...], str]] = [
            (httpx.ConnectTimeout, f"did not answer within {self.connect_seconds:g} seconds"),
            (httpx.TimeoutException, f"sent nothing for {self.stall_seconds:g} seconds"),
            (httpx.ConnectError, "can't be reached"),
            ((httpx.ReadError, httpx.RemoteProtocolError), "cut the connection"),
            (httpx.ProxyError, "the proxy refused"),
            ((httpx.UnsupportedProtocol, httpx.InvalidURL), "is not an http:// or https:// address"),
        ]
        fallback = f"could not be asked ({type(error).__name__})"
        return next((text for kinds, text in words if isinstance(error, kinds)), fallback)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _receive(client: httpx.Client, host: str, wanted: Taking, progress: Progress) -> None:
    """One request, from where the part ends."""
    start = _size(wanted.part)
    headers = {"Range": f"bytes={start}-"} if start else {}
    with client.stream("GET", wanted.file.location, headers=headers) as answer:
        if answer.status_code == 416 and start:  # the part is no beginning of this file
            wanted.part.unlink()
            return _receive(client, host, wanted, progress)
        _refuse_others(answer, host)
        resumed = answer.status_code == 206 and answer.headers.get("content-range", "").startswith(
            f"bytes {start}-"
        )
        start = start if resumed else 0
        length = int(answer.headers.get("content-length", 0))
        total = start + length if length else wanted.file.size
        require_room(wanted.part.parent, length)
        with wanted.part.open("ab" if resumed else "wb") as sink:
            _pour(answer.iter_bytes(), sink, Flow(start, total, host), progress)


def _refuse_others(answer: httpx.Response, host: str) -> None:
    if answer.status_code not in (200, 206):
        words = {404: "does not have the file", 403: "does not let us have the file"}
        reason = words.get(answer.status_code, "answered with an error")
        raise SourceError(host, f"{reason} ({answer.status_code})")
    if answer.headers.get("content-type", "").startswith("text/html"):
        raise SourceError(host, "sent a web page instead of the file")


@dataclass(frozen=True)
class Flow:
    """Where a stream of bytes stands: bytes already there, in all, and who sends it."""

    start: int
    total: int | None
    host: str


def _pour(chunks: Iterator[bytes], sink: BinaryIO, flow: Flow, progress: Progress) -> None:
    done = flow.start
    for chunk in chunks:
        done += len(chunk)
        if done > LARGEST:
            raise SourceError(flow.host, "sends more than any weights file has")
        sink.write(chunk)
        progress(done, flow.total, f"from {flow.host}")
