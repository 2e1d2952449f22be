"""Loading: whatever holds a picture, as an upright Photo."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.decode import Decoder, decode, from_image
from pipelines.errors import InputError, ShapeError, SourceUnavailable
from pipelines.limits import Limits
from pipelines.modes import Raster, from_array
from pipelines.photo import Photo

__all__ = ["Limits", "Source", "load"]

Source = bytes | str | os.PathLike[str] | Image.Image | NDArray[np.uint8]
"""A picture file's bytes, its path, an opened Pillow picture, or an array of pixels."""


def load(source: Source, limits: Limits | None = None, decoder: Decoder = decode) -> Photo:
    """Decode a source into a Photo.

    Files are judged by their content, and by their header before anything is decoded.
    The Photo is upright. Of the file's Exif it keeps aside what an export may be asked for.

    Args:
        source: a file's bytes; a path; a Pillow picture; or pixels, uint8: HxW grey, HxWx3
            RGB, or HxWx4 RGBA with straight alpha. The caller's pixels are copied.
        limits: bytes, pixels and side that are let in; None takes the defaults.
        decoder: decodes what is a file's bytes.
    Raises:
        SourceUnavailable: the path is missing, a folder, or may not be read.
        UnsupportedFormat, ImageTooLarge, ImageTruncated, ImageUnreadable: see
            :func:`pipelines.decode.decode`.
        ShapeError: an array of another shape.
        InputError: an array of another type than uint8, or no source at all.
    """
    limits = limits or Limits()
    match source:
        case bytes():
            return _from_bytes(source, limits, None, decoder)
        case str() | os.PathLike():
            path = Path(source)
            return _from_bytes(read(path, limits), limits, path.stem, decoder)
        case Image.Image():
            return _from_image(source, limits)
        case np.ndarray():
            return _from_array(source, limits)
    raise InputError(
        f"A {type(source).__name__} is not a picture: give bytes, a path, a PIL image or an array."
    )


def _from_bytes(data: bytes, limits: Limits, name: str | None, decoder: Decoder) -> Photo:
    decoded = decoder(data, limits)
    photo = _photo(decoded.raster, hashlib.sha256(data).hexdigest())
    return replace(photo, dpi=decoded.dpi, format=decoded.format, name=name, exif=decoded.exif)


def _from_image(image: Image.Image, limits: Limits) -> Photo:
    raster, dpi = from_image(image, limits)
    filename = getattr(image, "filename", None)
    name = Path(filename).stem if isinstance(filename, str) and filename else None
    return replace(_photo(raster, _digest(raster)), dpi=dpi, format=image.format, name=name)


def _from_array(array: NDArray[np.uint8], limits: Limits) -> Photo:
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (3,), (4,)) or 0 in array.shape:
        raise ShapeError("the picture", array.shape, "HxW, HxWx3 or HxWx4")
    if array.dtype != np.uint8:
        raise InputError(f"The picture's values are {array.dtype}; give whole numbers 0..255 (uint8).")
    limits.check_size(array.shape[1], array.shape[0])
    raster = from_array(np.array(array))
    return _photo(raster, _digest(raster))


def _photo(raster: Raster, digest: str) -> Photo:
    return Photo(raster.pixels, raster.alpha, raster.icc, digest=digest)


def read(path: Path, limits: Limits) -> bytes:
    """Read a file, never more of it than is let in.

    Raises:
        SourceUnavailable: the path is missing, a folder, or may not be read.
        ImageTooLarge: the file is larger.
    """
    try:
        if path.is_dir():
            raise SourceUnavailable(f"{path} is a folder; give a picture file.")
        if not path.is_file():
            raise SourceUnavailable(f"{path} is not there. Check the name and the folder.")
        limits.check_bytes(path.stat().st_size)
        with path.open("rb") as file:
            return file.read(limits.max_bytes + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise SourceUnavailable(f"{path} can't be read: {reason}. Check its name and permissions.") from error


def _digest(raster: Raster) -> str:
    """SHA-256 over the pixels' shape, the pixels, and the alpha."""
    digest = hashlib.sha256(repr(raster.pixels.shape).encode())
    digest.update(raster.pixels.data)
    if raster.alpha is not None:
        digest.update(raster.alpha.data)
    return digest.hexdigest()
