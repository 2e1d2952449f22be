"""ZIP files that strangers send: read without believing what they say of themselves.

A ZIP lies easily: of sizes (a few kB that unpack to gigabytes), of places (``../../etc``), of kinds (links),
and by a directory so long that reading it alone takes all memory. Places are the business of whoever writes
the files; this bounds the rest.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, cast

from pipelines.errors import ImageTooLarge, ImageUnreadable, InputError, TooManyPhotos, UnsupportedFormat

DAMAGED: Final = (
    "This is no ZIP that can be read: it is damaged, or of another kind. Pack the photos again, as a ZIP."
)
_ENTRIES_EACH: Final = 4
"""An archive may hold so many entries for each photo that a job may have: folders, notes and the like."""
_FEWEST: Final = 1000
_ENTRY_BYTES: Final = 1024
"""Of the directory, for each entry: 46, its name and what a system notes beside it."""

_END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_END_BYTES: Final = 22
_END64_BYTES: Final = 56
_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_BYTES: Final = 20
_COMMENT_BYTES: Final = 65_535
_WAYS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others are rare, and one of them takes as much memory as the file asks for."""


def check_archive(stream: IO[bytes], photos: int) -> None:
    """See that a ZIP's directory can be read into memory, before that is done.

    Args:
        stream: the file; afterwards at its beginning.
        photos: that may be taken from it.
    Raises:
        UnsupportedFormat: it is no ZIP.
        TooManyPhotos: it holds more entries than so many photos could need.
    """
    entries, size = _directory(stream)
    stream.seek(0)
    most = max(_FEWEST, _ENTRIES_EACH * photos)
    if entries > most or size > most * _ENTRY_BYTES:
        raise TooManyPhotos(f"A job takes at most {photos} photos; this ZIP holds more. Make several.")


def _directory(stream: IO[bytes]) -> tuple[int, int]:
    """Entries and bytes of a ZIP's directory, as its end says (APPNOTE.TXT 4.3.14 to 4.3.16)."""
    length = stream.seek(0, 2)
    stream.seek(max(0, length - _END_BYTES - _COMMENT_BYTES))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise UnsupportedFormat(DAMAGED)
    entries, size = struct.unpack_from("<HI", tail, at + 10)
    stream.seek(max(0, length - len(tail) + at - _LOCATOR_BYTES))
    locator = stream.read(_LOCATOR_BYTES)
    if locator[:4] != _LOCATOR:
        return entries, size
    stream.seek(min(length, struct.unpack_from("<Q", locator, 8)[0]))
    end = stream.read(_END64_BYTES)
    if end[:4] != _END64 or len(end) < _END64_BYTES:
        raise UnsupportedFormat(DAMAGED)
    return tuple(map(max, struct.unpack_from("<QQ", end, 32), (entries, size)))


class Unpacking:
    """Opens the entries of an archive, and counts what comes out of all of them.

    Args:
        most_each: bytes of an entry.
        most: bytes of all entries together, of those as well that are refused in the end.
    """

    def __init__(self, most_each: int, most: int) -> None:
        self._most_each = most_each
        self._left = most

    @contextmanager
    def opened(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
        """An entry to read from.

        Raises:
            ImageTooLarge: it says itself that it is too large.
            InputError: it is locked, or packed in a way that is not read.
            ImageUnreadable: it is damaged.
            TooManyPhotos: the archive holds more bytes than it may.
        """
        if entry.flag_bits & 1:
            raise InputError("This file is locked with a password. Pack it without one.")
        if entry.file_size > self._most_each:
            raise ImageTooLarge(f"This file is larger than the {self._most_each / 1e6:g} MB allowed.")
        if entry.compress_type not in _WAYS:
            raise InputError("This file is packed in a way that is not read here. Pack it in the usual one.")
        with _explaining():
            stream = archive.open(entry)
        with stream:
            yield cast(IO[bytes], _Metered(stream, self))

    def count(self, size: int) -> None:
        """Note that so many bytes came out.

        Raises:
            TooManyPhotos: too many by now.
        """
        self._left -= size
        if self._left < 0:
            raise TooManyPhotos(
                "This ZIP unpacks to more than the photos of a job may have. Make several jobs."
            )


class _Metered:
    """A stream whose bytes are counted when they are read."""

    def __init__(self, stream: IO[bytes], unpacking: Unpacking) -> None:
        self._stream = stream
        self._unpacking = unpacking

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or fewer at the end."""
        with _explaining():
            data = self._stream.read(size)
        self._unpacking.count(len(data))
        return data


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except NotImplementedError as error:  # what zipfile says of ways of packing that it does not know
        raise InputError("This file is packed in a way that is not read here. Pack it again.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        raise ImageUnreadable("This file is damaged within the ZIP. Pack it again.") from error
