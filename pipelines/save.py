"""Saving: arrays to files' bytes, and bytes to the disk.

Of all that a photo carried, only its profile and resolution are written, unless a Recipe asks for more.
"""

from __future__ import annotations

import errno
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines import png
from pipelines.errors import OutputError, ShapeError, StorageFull
from pipelines.export.kinds import KINDS, check_size
from pipelines.export.raster import WRITERS, Dpi, Tags
from pipelines.recipe import FormatName, Output

_PART: Final = ".cutaway-{}.part"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


def media_type(name: FormatName) -> str:
    """The MIME type of an output format."""
    return KINDS[name].media_type


def extension(name: FormatName) -> str:
    """The file name's ending of an output format, without the dot."""
    return KINDS[name].ending


def hide_transparent(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blacken what can't be seen, so that no hidden colour is given away.

    Args:
        rgba: HxWx4 uint8, straight alpha.
    Returns:
        A copy, HxWx4 uint8, zero in every channel where alpha is zero.
    """
    return np.asarray(cv2.copyTo(rgba, cv2.extractChannel(rgba, 3)), np.uint8)


def encode(
    pixels: NDArray[np.uint8],
    output: Output,
    *,
    icc: bytes | None,
    dpi: Dpi | None,
    alpha: NDArray[np.uint8] | None = None,
) -> bytes:
    """Write a picture file.

    Transparent pixels hold no hidden colour. WebP keeps alpha, and grey pictures,
    without loss; it has no place for the resolution.

    Args:
        pixels: HxWx3 RGB, HxWx4 RGBA with straight alpha, or HxW grey (a matte), uint8.
        output: format and quality.
        icc: the RGB profile that the pixels are in; None is sRGB. Grey pictures take none.
        dpi: horizontal and vertical resolution.
        alpha: HxW uint8, straight, goes with RGB. Takes less memory than RGBA pixels.
    Raises:
        OutputTooLarge: the format can't hold a picture of this size.
        OutputError: JPEG was asked to hold transparency, the encoder failed, or the format takes more than
            a picture (see :mod:`pipelines.export.results`).
        ShapeError: an array of another shape.
    """
    return written(pixels, output, Tags(None if pixels.ndim == 2 else icc, dpi), alpha)


def written(
    pixels: NDArray[np.uint8], output: Output, tags: Tags, alpha: NDArray[np.uint8] | None = None
) -> bytes:
    """Write a picture file with whatever is to stand beside the pixels; see :func:`encode`."""
    if pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,), (4,)) or 0 in pixels.shape:
        raise ShapeError("the picture", pixels.shape, "HxW, HxWx3 or HxWx4")
    check_size(pixels.shape[1], pixels.shape[0], output.format)
    if alpha is not None:
        if output.format == "png":
            return png.written(pixels, tags, alpha=alpha)
        pixels = png.covered(pixels, alpha)
    elif pixels.shape[2:] == (4,):
        pixels = hide_transparent(pixels)
    if output.format not in WRITERS:
        raise OutputError(f"{KINDS[output.format].title} takes more than a picture; choose another format.")
    return WRITERS[output.format](pixels, output, tags)


def write_atomic(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut.

    A symbolic link is followed; what is there already is replaced at once.

    Args:
        path: where; its folder must exist.
        data: the content.
    Raises:
        StorageFull: no room on the disk.
        OutputError: the folder is missing, or may not be written to; the path is a folder.
    """
    with beside(path) as part:
        _write_durably(part, data)


@contextmanager
def beside(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A place beside a file's, to write it at; it moves to its own when the block ends without an error.

    A symbolic link is followed; what is there already is replaced at once.

    Args:
        path: where the file is to be; its folder must exist.
    Raises:
        StorageFull, OutputError: see :func:`write_atomic`; for any OSError of the block as well.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(_PART.format(secrets.token_hex(8)))
    try:
        if target.exists() and not target.is_file():
            raise OutputError(f"{path} is not a file. Give another name.")
        yield part
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        with suppress(OSError):
            part.unlink()


class MadeFolders:
    """Makes folders below another one, so that a power cut does not take them with what is in them.

    Safe to share between threads: none is told of a folder before it is on the disk.

    Args:
        root: a folder that is there.
    """

    def __init__(self, root: Path) -> None:
        self._sure = {root}
        self._guard = threading.Lock()

    def make(self, folder: Path) -> None:
        """Make a folder, and those above it, where they are not there.

        Raises:
            StorageFull: no room on the disk.
            OutputError: not allowed, or a file is in the way.
        """
        with self._guard:
            if folder in self._sure and folder.is_dir():
                return
            try:
                folder.mkdir(parents=True, exist_ok=True)
                for each in (folder, *folder.parents):
                    if each in self._sure:
                        break
                    sync_folder(each.parent)
                    self._sure.add(each)
            except OSError as error:
                raise _explained(error, folder) from error


def is_part(path: str) -> bool:
    """Whether a file, by its name, is one that was to be moved to its place when it was whole."""
    return fnmatch(PurePath(path).name, _PART.format("*"))


def sweep_parts(folder: Path) -> None:
    """Remove what a program left that was killed while it wrote below a folder, where none writes now."""
    for part in folder.rglob(_PART.format("*")):
        with suppress(OSError):
            part.unlink()


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the new name itself durable; Windows does so by itself and can't open folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explained(error: OSError, path: str | os.PathLike[str]) -> OutputError:
    if error.errno in _NO_ROOM:
        return StorageFull(f"There is no room left on the disk to write {path}. Make some, and try again.")
    if error.errno == errno.ENOENT:
        return OutputError(f"{path} can't be written: its folder is not there. Make the folder first.")
    reason = error.strerror or "unknown reason"
    return OutputError(f"{path} can't be written: {reason}. Choose another place, or change its permissions.")
