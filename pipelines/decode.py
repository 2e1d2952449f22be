"""Decoding: a picture file's bytes to upright pixels.

The header is read and judged first; nothing is decoded before that. Each format is
opened by its own reader, never by asking all of them.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final, Protocol, cast

from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from pipelines import formats
from pipelines.errors import ImageTooLarge, ImageTruncated, ImageUnreadable, InputError
from pipelines.export.metadata import block_of
from pipelines.formats import Format
from pipelines.limits import Limits
from pipelines.modes import Deep, Raster, from_array, rasterise
from pipelines.orientation import exif_orientation, upright

Dpi = tuple[float, float]

_READERS: Final[dict[Format, Callable[[BytesIO], ImageFile.ImageFile]]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "GIF": GifImageFile,
    "TIFF": TiffImageFile,
    "BMP": BmpImageFile,
    "AVIF": AvifImageFile,
}
_MAX_SCANS: Final = 100
"""A JPEG of more passes than this is an attack: each costs a walk over the whole picture."""

_TIFF_BITS, _TIFF_PHOTOMETRIC, _TIFF_ORIENTATION = 258, 262, 274
_TIFF_TILE_WIDTH, _TIFF_TILE_HEIGHT = 322, 323
_TIFF_NEW_SUBFILE_TYPE, _TIFF_SUBFILES = 254, 330


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded file.

    Attributes:
        raster: its first picture, upright.
        dpi: horizontal and vertical resolution, when the file told it.
        format: what it was.
        exif: what an export may be asked for of its Exif; None where there is none.
    """

    raster: Raster
    dpi: Dpi | None
    format: Format
    exif: bytes | None


class Decoder(Protocol):
    """Decodes a file, here or elsewhere; see :func:`decode`."""

    def __call__(self, data: bytes, limits: Limits) -> Decoded:
        """The file's first picture."""
        ...


def decode(data: bytes, limits: Limits) -> Decoded:
    """Decode a picture file.

    Of animations and files of several pages, the first picture is taken.

    Args:
        data: the whole file.
        limits: judged before anything is decoded.
    Raises:
        UnsupportedFormat: not a picture format that is read here.
        ImageTooLarge: more bytes, pixels or side than the limits allow.
        ImageTruncated: the file ends too early.
        ImageUnreadable: the file is damaged.
    """
    limits.check_bytes(len(data))
    name = formats.sniff(data)
    try:
        with _quiet():
            return _heif(data, limits) if name == "HEIF" else _pillow(data, name, limits)
    except InputError:
        raise
    except Exception as error:  # decoders raise anything on damaged bytes
        raise _explained(error, data, name) from error


def from_image(image: Image.Image, limits: Limits) -> tuple[Raster, Dpi | None]:
    """Take over a picture that Pillow has opened, turned upright.

    Raises:
        ImageTooLarge: more pixels or side than the limits allow.
        ImageUnreadable: its file is damaged; ImageTruncated: its file ends too early.
    """
    limits.check_size(*image.size)
    try:
        with _quiet():
            image.load()
            # only now: TIFF pictures turn upright, and forget their orientation, while loading
            orientation = _orientation_of(image)
            raster = rasterise(image, image.info.get("icc_profile"))
    except Exception as error:  # decoders raise anything on damaged bytes
        raise _explained(error, b"", None) from error
    return _turned(raster, orientation), _dpi(image.info, orientation)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's remarks on odd metadata off the terminal.

    When two threads overlap here, the worst that stays behind is this very filter.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def _pillow(data: bytes, name: Format, limits: Limits) -> Decoded:
    _check_cost(data, name)
    image = _READERS[name](BytesIO(data))
    limits.check_size(*image.size)
    icc = image.info.get("icc_profile")
    if isinstance(image, TiffImageFile):
        # Pillow turns TIFF pictures upright by itself
        orientation = int(image.tag_v2.get(_TIFF_ORIENTATION, 1))
        exif = block_of(image)
        deep = rasterise(image, icc, _tiff_deep(image, limits))
        return Decoded(deep, _dpi(image.info, orientation), name, exif)
    raster = _fast_jpeg(data, image, icc) if name == "JPEG" else None
    if raster is None:
        image.load()
        _scale_key(image, data)
        raster = rasterise(image, icc)
    # only now: in PNG, Exif may follow the pixels
    orientation = exif_orientation(image.info.get("exif", b""))
    return Decoded(_turned(raster, orientation), _dpi(image.info, orientation), name, block_of(image))


def _check_cost(data: bytes, name: Format) -> None:
    """Refuse files that are small and yet take hours: what the pixel count does not tell."""
    if name == "JPEG" and data.count(b"\xff\xda") > _MAX_SCANS:
        raise ImageUnreadable("This JPEG holds far too many passes to be a photo. Save it again and retry.")


def _fast_jpeg(data: bytes, image: Image.Image, icc: bytes | None) -> Raster | None:
    """Decode with libjpeg-turbo directly: the same pixels as Pillow's in a third of the time.

    Returns:
        None for CMYK, and where anything at all is wrong: Pillow then decides.
    """
    if image.mode not in ("RGB", "L"):
        return None
    import simplejpeg

    try:
        # the size that was judged is Pillow's reading of the header: both must agree on it
        if simplejpeg.decode_jpeg_header(data, strict=True)[:2] != (image.height, image.width):
            return None
        pixels = simplejpeg.decode_jpeg(data, "RGB" if image.mode == "RGB" else "GRAY", strict=True)
    except ValueError:
        return None
    return from_array(pixels if image.mode == "RGB" else pixels[..., 0], icc)


def _heif(data: bytes, limits: Limits) -> Decoded:
    """HEIC through pillow-heif's own door: its Pillow plugin would be registered for the whole process."""
    import pillow_heif

    picture = pillow_heif.open_heif(BytesIO(data))
    limits.check_size(*picture.size)
    # libheif has applied the file's own rotation; the Exif orientation beside it only repeats it
    image = picture.to_pillow()
    return Decoded(rasterise(image, picture.info.get("icc_profile")), None, "HEIF", block_of(image))


def _tiff_deep(image: TiffImageFile, limits: Limits) -> Deep:
    tags = cast("dict[int, Any]", image.tag_v2)
    if tags.get(_TIFF_SUBFILES) and int(tags.get(_TIFF_NEW_SUBFILE_TYPE, 0)) & 1:
        raise formats.unsupported("a camera's raw file")
    limits.check_size(int(tags.get(_TIFF_TILE_WIDTH, 1)), int(tags.get(_TIFF_TILE_HEIGHT, 1)))
    inverted = tags.get(_TIFF_PHOTOMETRIC) == 0
    return Deep(bits=min(16, int(tags.get(_TIFF_BITS, (16,))[0])), inverted=inverted)


def _scale_key(image: Image.Image, data: bytes) -> None:
    """Bring a PNG's transparent colour to the 8 bits that its pixels were brought to."""
    key = image.info.get("transparency")
    if not isinstance(image, PngImageFile) or key is None:
        return
    depth = data[24]
    if isinstance(key, tuple) and depth == 16:
        image.info["transparency"] = tuple(value >> 8 for value in key)
    if isinstance(key, int) and image.mode == "L" and depth < 8:
        image.info["transparency"] = key * 255 // ((1 << depth) - 1)


def _orientation_of(image: Image.Image) -> int:
    try:
        value = image.getexif().get(274, 1)
    except Exception:  # noqa: BLE001  (damaged Exif raises anything, and is no reason to refuse the photo)
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _turned(raster: Raster, orientation: int) -> Raster:
    if orientation == 1:
        return raster
    alpha = None if raster.alpha is None else upright(raster.alpha, orientation)
    return replace(raster, pixels=upright(raster.pixels, orientation), alpha=alpha)


def _dpi(info: dict[Any, Any], orientation: int) -> Dpi | None:
    """The resolution, sides exchanged with the picture's; None where it makes no sense."""
    try:
        across, down = (float(value) for value in info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not all(math.isfinite(value) and 1 < value <= 100_000 for value in (across, down)):
        return None
    return (down, across) if orientation >= 5 else (across, down)


def _explained(error: Exception, data: bytes, name: Format | None) -> InputError:
    """Our error for whatever a decoder raised."""
    kind = "picture" if name is None else f"{name} file"
    if isinstance(error, Image.DecompressionBombError | MemoryError):
        return ImageTooLarge("The picture is too large to be decoded. Make it smaller, and try again.")
    text = str(error).lower()
    if "decompressed data too large" in text or "too much memory" in text:
        return ImageTooLarge(f"The {kind} carries too much text or metadata. Save it without, and try again.")
    if "truncated" in text or "premature" in text or (name and formats.ends_early(data, name)):
        return ImageTruncated(f"The {kind} ends before the picture is complete. Copy or download it again.")
    return ImageUnreadable(
        f"The {kind} is damaged, or of a rare kind. Open it in another program and save it anew."
    )
