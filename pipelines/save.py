"""Saving: arrays to files' bytes, and bytes to the disk.

Of all that a photo carried, only its colour profile and resolution are written.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines import png
from pipelines.errors import OutputError, OutputTooLarge, ShapeError, StorageFull
from pipelines.recipe import FormatName, Output

Dpi = tuple[float, float]

_MEDIA_TYPES: Final[dict[FormatName, str]] = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg"}
_LONGEST: Final[dict[FormatName, int]] = {"png": 2**31 - 1, "webp": 16_383, "jpg": 65_500}
"""The longest side that each format, as its library writes it, can hold."""
_WEBP_METHOD: Final = 2
"""Of 0..6: within 4 % of the default's size in two thirds of its time."""
_FULL_COLOUR_FROM: Final = 90
"""The JPEG quality from which on colour is stored at full resolution (4:4:4)."""
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


def media_type(name: FormatName) -> str:
    """The MIME type of an output format."""
    return _MEDIA_TYPES[name]


def extension(name: FormatName) -> str:
    """The file name's ending of an output format, without the dot."""
    return name


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
        OutputError: JPEG was asked to hold transparency, or the encoder failed.
        ShapeError: an array of another shape.
    """
    if pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,), (4,)) or 0 in pixels.shape:
        raise ShapeError("the picture", pixels.shape, "HxW, HxWx3 or HxWx4")
    _check_size(pixels, output.format)
    if pixels.ndim == 2:
        icc = None
    if alpha is not None:
        if output.format == "png":
            return png.encode(pixels, alpha=alpha, icc=icc, dpi=dpi)
        pixels = png.covered(pixels, alpha)
    elif pixels.shape[2:] == (4,):
        pixels = hide_transparent(pixels)
    return _WRITERS[output.format](pixels, output.quality, icc, dpi)


def _check_size(pixels: NDArray[np.uint8], name: FormatName) -> None:
    longest = _LONGEST[name]
    if max(pixels.shape[:2]) > longest:
        title = {"jpg": "JPEG", "webp": "WebP"}.get(name, "PNG")
        raise OutputTooLarge(
            f"{title} holds at most {longest} pixels a side, and this picture is "
            f"{pixels.shape[1]} x {pixels.shape[0]}. Choose PNG, or a smaller photo."
        )


def _png(pixels: NDArray[np.uint8], _quality: int, icc: bytes | None, dpi: Dpi | None) -> bytes:
    return png.encode(pixels, icc=icc, dpi=dpi)


def _webp(pixels: NDArray[np.uint8], quality: int, icc: bytes | None, _dpi: Dpi | None) -> bytes:
    exact = {"lossless": True, "quality": 20} if pixels.ndim == 2 else {"quality": quality}
    return _pillow(pixels, "WEBP", icc, method=_WEBP_METHOD, alpha_quality=100, **exact)


def _jpeg(pixels: NDArray[np.uint8], quality: int, icc: bytes | None, dpi: Dpi | None) -> bytes:
    if pixels.shape[2:] == (4,):
        raise OutputError("JPEG can't hold transparency. Put a background behind, or choose PNG or WebP.")
    subsampling = "4:4:4" if quality >= _FULL_COLOUR_FROM else "4:2:0"
    resolution = {"dpi": dpi} if dpi else {}
    return _pillow(pixels, "JPEG", icc, quality=quality, subsampling=subsampling, **resolution)


_WRITERS: Final[dict[FormatName, Callable[[NDArray[np.uint8], int, bytes | None, Dpi | None], bytes]]] = {
    "png": _png,
    "webp": _webp,
    "jpg": _jpeg,
}


def _pillow(pixels: NDArray[np.uint8], name: str, icc: bytes | None, **options: object) -> bytes:
    stream = BytesIO()
    if icc:
        options["icc_profile"] = icc
    try:
        Image.fromarray(np.ascontiguousarray(pixels)).save(stream, name, **options)
    except (OSError, ValueError) as error:
        raise OutputError(f"This picture is too much for a {name} file. Choose PNG.") from error
    return stream.getvalue()


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
    target = Path(os.path.realpath(path))
    part = target.with_name(f".cutaway-{secrets.token_hex(8)}.part")
    try:
        if target.exists() and not target.is_file():
            raise OutputError(f"{path} is not a file. Give another name.")
        _write_durably(part, data)
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
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
