"""The files of a job as HTTP answers: photos, results, small pictures, everything as a ZIP."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, Final

from starlette.responses import FileResponse, Response

from pipelines import naming, save
from pipelines.batch.items import Item
from pipelines.batch.places import Folders, within
from pipelines.batch.thumbs import THUMB
from pipelines.cutout import preview_photo
from pipelines.errors import OutputError, PhotoNotFound
from pipelines.recipe import Output
from pipelines.service import CutoutService
from server.studio_routes import attachment

_CHUNK: Final = 1 << 20
_SAFE: Final = {"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'"}
_KEPT: Final = {**_SAFE, "Cache-Control": "private, max-age=86400"}
"""For addresses that change with what they lead to."""

_ASKED: Final = {**_SAFE, "Cache-Control": "private, no-cache"}
"""For addresses that may lead to something else by the next time."""

_SMALL: Final = Output(format="webp", quality=75)


def result_file(folders: Folders, item: Item, variant: str, number: int) -> Response:
    """A file of a result.

    Raises:
        PhotoNotFound: it was not made, or is not there any more.
    """
    files = _told(item, variant)["files"]
    if not 0 <= number < len(files):
        raise PhotoNotFound("This result has no such file.")
    return _file(folders, folders.target / files[number]["path"], download=True)


def thumb(folders: Folders, item: Item, variant: str) -> Response:
    """A small picture of a result.

    Raises:
        PhotoNotFound: see :func:`result_file`.
    """
    return _file(folders, folders.own / _told(item, variant)["thumb"])


def photo(folders: Folders, item: Item) -> Response:
    """The photo itself, as it was sent; browsers show it in no page of ours.

    Raises:
        PhotoNotFound: it is not there any more.
    """
    known = item.state == "done" and bool((item.facts or {}).get("sha256"))
    return _file(folders, folders.source / item.path, download=True, kept=known)


def before(service: CutoutService, folders: Folders, item: Item) -> bytes:
    """A small picture of the photo, as WebP, made once. Heavy the first time.

    Raises:
        PhotoNotFound: it is not there any more.
        InputError: it can't be read.
    """
    source = folders.source / item.path
    known = folders.own / ((item.facts or {}).get("before") or "none")
    if item.state == "done" and known.is_file() and within(known, folders.own):
        return known.read_bytes()
    try:
        facts = source.stat()
        kept = folders.own / "befores" / f"{item.number}-{facts.st_size}-{facts.st_mtime_ns}.webp"
        if kept.is_file():
            return kept.read_bytes()
        if not folders.holds(source):
            raise PhotoNotFound("This photo is not there any more.")
        data = source.read_bytes()
    except OSError:
        raise PhotoNotFound("This photo is not there any more.") from None
    small = preview_photo(service.load(data), THUMB)
    made = save.encode(small.pixels, _SMALL, icc=None, dpi=None)
    with suppress(OSError, OutputError):  # on a full disk it is made once more
        kept.parent.mkdir(exist_ok=True)
        save.write_atomic(kept, made)
    return made


def small_picture(data: bytes) -> Response:
    """A small picture as an answer."""
    return Response(data, media_type="image/webp", headers=_ASKED)


def report(data: bytes, name: str, kind: str) -> Response:
    """A report as an answer; the page holds everything, and may load nothing."""
    policy = (
        "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy}
    if kind == "csv":
        headers["Content-Disposition"] = attachment(name)
    return Response(data, media_type="text/csv" if kind == "csv" else "text/html", headers=headers)


def zipped(folders: Folders, items: Iterable[Item]) -> Iterator[bytes]:
    """A ZIP of all results, made while it is sent: it is never whole in memory or on the disk.

    Pictures are stored as they are, since they are compressed already.

    Args:
        folders: of the job.
        items: whose results are wanted.
    """
    sink, names = _Sink(), _EntryNames()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for path in _paths(items):
            source = folders.target / path
            if not source.is_file() or not folders.holds(source):  # somebody took it away
                continue
            entry = zipfile.ZipInfo.from_file(source, names.give(path), strict_timestamps=False)
            with source.open("rb") as file, archive.open(entry, "w") as out:
                while chunk := file.read(_CHUNK):
                    out.write(chunk)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


class _EntryNames:
    """Names of a ZIP's entries: of parts that every system takes, and no two the same."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, path: str) -> str:
        """A name for a file of a path."""
        *folders, name = (part.encode("utf-8", "replace").decode() for part in PurePosixPath(path).parts)
        stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
        place, number = PurePosixPath(*map(naming.safe, folders)), 1
        found = (place / f"{naming.safe(stem)}{ending}").as_posix()
        while found.casefold() in self._given:
            number += 1
            found = (place / f"{naming.safe(stem)}-{number}{ending}").as_posix()
        self._given.add(found.casefold())
        return found


def _paths(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        for told in ((item.facts or {}).get("results") or {}).values():
            yield from (file["path"] for file in told["files"])


class _Sink(io.RawIOBase):
    """A file that only grows at its end, and whose content is taken away as it grows."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        """It is only written."""
        return True

    def write(self, data: Any) -> int:
        """Take some in."""
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """What came since the last time."""
        data = bytes(self._held)
        self._held.clear()
        return data


def _told(item: Item, variant: str) -> dict[str, Any]:
    results: dict[str, dict[str, Any]] = (item.facts or {}).get("results") or {}
    if variant not in results:
        raise PhotoNotFound("This photo has no such result, or it was not made yet.")
    return results[variant]


def _file(folders: Folders, path: Path, *, download: bool = False, kept: bool = True) -> Response:
    if not path.is_file() or not folders.holds(path):
        raise PhotoNotFound("This file is not there any more. Start the job again to have it made.")
    name = path.name.encode("utf-8", "replace").decode()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = _KEPT if kept else _ASKED
    if download:
        headers = {**headers, "Content-Disposition": attachment(name)}
    return FileResponse(path, media_type=kind, headers=headers)
