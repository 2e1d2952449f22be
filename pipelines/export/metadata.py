"""What a photo's file told beside its pixels: kept only where a Recipe asks for it, and only what it names.

Tags: Exif 3.0 (CIPA DC-008), TIFF 6.0. The orientation is never kept, as pictures are upright here, nor are
serial numbers and what cameras' makers write for themselves.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from PIL import ExifTags, Image, IptcImagePlugin, TiffImagePlugin

if TYPE_CHECKING:
    from pipelines.recipe import Output
    from pipelines.recipe.output import Metadata

Dpi = tuple[float, float]

_EXIF_IFD, _GPS_IFD = int(ExifTags.IFD.Exif), int(ExifTags.IFD.GPSInfo)
_ARTIST, _COPYRIGHT = 315, 33432
_IPTC_CREDIT: Final = {_ARTIST: (2, 80), _COPYRIGHT: (2, 116)}
"""Where IPTC's older records (IIM 4) tell the same."""
_CAMERA: Final = (271, 272, 306)
"""Maker, model, time."""
_SHOT: Final = (
    *(33434, 33437, 34850, 34855, 36867, 36868, 36880, 36881, 36882, 37377, 37378, 37379, 37380, 37381),
    *(37383, 37385, 37386, 37520, 37521, 37522, 41986, 41987, 41989, 42034, 42035, 42036),
)
"""Exposure, aperture, sensitivity, times, focal length and lens."""
_LARGEST: Final = 2**20
"""A larger block is no camera's."""


def block_of(image: Image.Image) -> bytes | None:
    """All of a picture's Exif that an export may ask for; None where there is none.

    Args:
        image: as Pillow opened it.
    """
    with suppress(Exception):  # damaged metadata raises anything, and is no reason to refuse the photo
        raw = image.info.get("exif", b"")
        if len(raw) > _LARGEST:
            return None
        found = _credited(image, image.getexif())
        return _selected(found, "location")
    return None


def _credited(image: Image.Image, exif: Image.Exif) -> Image.Exif:
    """The same, with author and owner from IPTC where Exif has none."""
    missing = [tag for tag in _IPTC_CREDIT if not exif.get(tag)]
    known = (IptcImagePlugin.getiptcinfo(cast(Any, image)) or {}) if missing else {}
    for tag in missing:
        value: Any = known.get(_IPTC_CREDIT[tag])
        first = value[0] if isinstance(value, list) else value
        if first:
            exif[tag] = first
    return exif


def exif_for(block: bytes | None, output: Output, dpi: Dpi | None = None) -> bytes | None:
    """The Exif block that a file is given; None for none.

    Args:
        block: the photo's own, as :func:`block_of` found it.
        output: says what of it is wanted.
        dpi: the resolution, for formats that have no other place for it.
    """
    exif = Image.Exif()
    if block and output.metadata != "none":
        exif.load(block)
    return _selected(exif, output.metadata, dpi)


def _selected(exif: Image.Exif, wanted: Metadata, dpi: Dpi | None = None) -> bytes | None:
    result = Image.Exif()
    if wanted != "none":
        result.update(_of(exif, (_ARTIST, _COPYRIGHT)))
    if wanted in ("camera", "location"):
        result.update(_of(exif, _CAMERA))
        _add(result, _EXIF_IFD, _of(exif.get_ifd(_EXIF_IFD), _SHOT))
    if wanted == "location":
        places = exif.get_ifd(_GPS_IFD)
        _add(result, _GPS_IFD, _of(places, tuple(places)))
    if dpi:
        result.update({282: dpi[0], 283: dpi[1], 296: 2})
    return result.tobytes() if len(result) else None


def _of(source: Any, tags: tuple[int, ...]) -> dict[int, Any]:
    """Those of some tags that say anything."""
    found = {tag: source.get(tag) for tag in tags}
    return {tag: _as_read(value) for tag, value in found.items() if value not in (None, "", b"", ())}


def _as_read(value: Any) -> Any:
    """Pillow reads texts as Latin 1, and would write question marks for what is not ASCII."""
    return value.encode("latin-1", "replace") if isinstance(value, str) and not value.isascii() else value


def _add(exif: Image.Exif, ifd: int, fields: dict[int, Any]) -> None:
    """Add a directory, if anything is in it: even an empty one would be looked into."""
    if fields:
        exif.get_ifd(ifd).update(fields)
        exif[ifd] = 0  # where it lies is found out when it is written


def tiff_tags(block: bytes | None) -> TiffImagePlugin.ImageFileDirectory_v2:
    """Of an Exif block, what a TIFF file's own directory holds: author, owner, camera, time."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if block:
        exif = Image.Exif()
        exif.load(block)
        for tag, value in _of(exif, (_ARTIST, _COPYRIGHT, *_CAMERA)).items():
            tags[tag] = value
    return tags
