"""Photos that are sent to a job: put into its folder, each under a name of its own."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Final, Self

from pipelines import naming, save
from pipelines.batch.archive import DAMAGED, Unpacking, check_archive
from pipelines.errors import (
    CutawayError,
    ImageUnreadable,
    OutputError,
    StorageFull,
    TooManyPhotos,
    UnsupportedFormat,
)
from pipelines.folders import PICTURES
from pipelines.formats import sniff
from pipelines.limits import Limits
from pipelines.settings import Settings

_ENDINGS: Final = {
    **{"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "TIFF": ".tif", "BMP": ".bmp"},
    **{"AVIF": ".avif", "HEIF": ".heic"},
}
_HEAD: Final = 4096
_CHUNK: Final = 1 << 20
_DEEPEST: Final = 8
_UTF8: Final = 0x800
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)
_FULL: Final = "There is no room left on the disk for this photo. Make some, and try again."


@dataclass
class Taken:
    """What became of what was sent.

    Attributes:
        photos: paths of those that were put into the folder, or lay there already.
        refused: of the others, the name and why.
    """

    photos: list[str] = field(default_factory=list)
    refused: list[tuple[str, CutawayError]] = field(default_factory=list)

    def add(self, name: str, take: Callable[[], str]) -> None:
        """Have one taken; what is wrong with it is noted, and the others are not kept from it.

        Raises:
            TooManyPhotos, OutputError: no other can be taken either.
        """
        try:
            self.photos.append(take())
        except (TooManyPhotos, OutputError):
            raise
        except CutawayError as error:
            self.refused.append((name, error))


@dataclass(frozen=True)
class JobLimits:
    """How much a job may hold.

    Attributes:
        photos: so many.
        bytes: of all of them together.
        spare: bytes that are left free on the disk, for results and for everybody else.
    """

    photos: int
    bytes: int
    spare: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those that are set."""
        return cls(settings.job_photos, settings.job_bytes, settings.job_spare_bytes)


def check_room(folder: Path, spare: int) -> None:
    """See that there is room on a disk.

    Raises:
        StorageFull: less is free than what is to be left.
    """
    if shutil.disk_usage(folder).free < spare:
        raise StorageFull("There is no room left on the disk for more photos. Make some, and try again.")


class Intake:
    """Puts photos into a folder. One at a time is used on a folder.

    Nothing that is sent decides where a file lies beyond the names of folders within; a photo of the same
    name and content is the same, sent once more, and one of the same name alone gets a number.

    Args:
        folder: there already.
        limits: of one photo.
        most: of all.
    """

    def __init__(self, folder: Path, limits: Limits, most: JobLimits) -> None:
        self._folder = folder
        self._limits = limits
        self._most = most
        self._made = save.MadeFolders(folder)
        lying = [path for path in folder.rglob("*") if path.is_file()]
        self._taken = {_folded(path.relative_to(folder).as_posix()): path for path in lying}
        self._bytes = sum(path.stat().st_size for path in lying)

    def take(self, name: str, stream: IO[bytes]) -> str:
        """Put one photo into the folder.

        Args:
            name: the sender's, perhaps with folders before it.
            stream: its bytes.
        Returns:
            Its path below the folder.
        Raises:
            UnsupportedFormat, ImageUnreadable, ImageTooLarge: it is none, or too large.
            TooManyPhotos: the job holds as much as it may.
            StorageFull: no room on the disk.
        """
        head = stream.read(_HEAD)
        if not head:
            raise ImageUnreadable("The file is empty.")
        place = _place(name, _ENDINGS[sniff(head)])
        aside = self._folder.parent / f"incoming-{os.urandom(8).hex()}"
        try:
            digest, size = self._write(aside, head, stream)
            return self._settle(aside, place, digest, size)
        except (OutputError, OSError) as error:  # whose sentences may name a place of this machine
            if isinstance(error, StorageFull) or getattr(error, "errno", None) in _NO_ROOM:
                raise StorageFull(_FULL) from error
            reason = getattr(error, "strerror", None) or "its folder can't be written"
            raise OutputError(f"This photo can't be kept: {reason}. Ask whoever runs Cutaway.") from error
        finally:
            aside.unlink(missing_ok=True)

    def take_archive(self, stream: IO[bytes]) -> Taken:
        """Put the photos of a ZIP into the folder; what is none is told, and what hides is passed over.

        Raises:
            UnsupportedFormat: it is no ZIP, or a damaged one.
            TooManyPhotos: it holds more than a job may.
            StorageFull: no room on the disk.
        """
        taken = Taken()
        check_archive(stream, self._most.photos)
        try:
            with zipfile.ZipFile(stream) as archive:
                unpacking = Unpacking(self._limits.max_bytes, self._most.bytes)
                for entry in _shown(archive):
                    taken.add(_named(entry), partial(self._take_entry, archive, entry, unpacking))
        # What zipfile raises of a directory that is damaged, of another version, cut off or of no script.
        except (zipfile.BadZipFile, NotImplementedError, EOFError, UnicodeDecodeError) as error:
            raise UnsupportedFormat(DAMAGED) from error
        return taken

    def _take_entry(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, unpacking: Unpacking) -> str:
        with unpacking.opened(archive, entry) as stream:
            return self.take(_named(entry), stream)

    def _write(self, aside: Path, head: bytes, stream: IO[bytes]) -> tuple[str, int]:
        """Write a file aside, counted while it comes: what an archive says of sizes is not believed."""
        digest, size = hashlib.sha256(), 0
        with aside.open("xb") as file:
            chunk = head
            while chunk:
                size += len(chunk)
                self._check(size)
                digest.update(chunk)
                file.write(chunk)
                chunk = stream.read(_CHUNK)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest(), size

    def _check(self, size: int) -> None:
        self._limits.check_bytes(size)
        if self._bytes + size > self._most.bytes:
            raise TooManyPhotos(
                f"The photos of a job may have {self._most.bytes / 1e9:g} GB together. Make several jobs."
            )
        check_room(self._folder, self._most.spare)

    def _settle(self, aside: Path, place: PurePosixPath, digest: str, size: int) -> str:
        number, free = 1, place
        while (known := self._taken.get(_folded(free.as_posix()))) is not None:
            if known.stat().st_size == size and _digest(known) == digest:
                return known.relative_to(self._folder).as_posix()
            number += 1
            free = place.with_name(f"{place.stem}-{number}{place.suffix}")
        if len(self._taken) >= self._most.photos:
            raise TooManyPhotos(f"A job takes at most {self._most.photos} photos. Make several jobs.")
        target = self._folder / free
        self._made.make(target.parent)
        aside.replace(target)
        save.sync_folder(target.parent)
        self._taken[_folded(free.as_posix())] = target
        self._bytes += size
        return free.as_posix()


def _shown(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The files of an archive, without folders, links, and what systems put beside."""
    for entry in archive.infolist():
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        hidden = any(part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in parts)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not entry.is_dir() and not hidden and kind in (0, stat.S_IFREG):
            yield entry


def _named(entry: zipfile.ZipInfo) -> str:
    """What a file of an archive is called; some systems write UTF-8 without the flag that says so."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _place(name: str, ending: str) -> PurePosixPath:
    """Where a photo is to lie: its folders and name, freed from whatever leads elsewhere.

    Args:
        name: the sender's.
        ending: what its content asks for, where it has none of a picture.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(" .")]
    last = parts.pop() if parts else "photo"
    stem, dot, suffix = last.rpartition(".")
    if not (dot and stem and f".{suffix}".lower() in PICTURES):
        stem, suffix = last, ending[1:]
    folders = [_folder_name(part) for part in parts if not part.endswith(":")]
    return PurePosixPath(*folders[:_DEEPEST], f"{naming.safe(stem)}.{suffix}")


def _folder_name(part: str) -> str:
    """A folder's name, which is never a photo's: one of that name may lie beside it."""
    name = naming.safe(part)
    return f"{name}_" if PurePosixPath(name).suffix.lower() in PICTURES else name


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _folded(place: str) -> str:
    return unicodedata.normalize("NFC", place).casefold()
