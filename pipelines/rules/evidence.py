"""What a check looks at: the facts of the encoded file, its pixels, and where the background is."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from pipelines import formats
from pipelines.compose.subject import PRESENT
from pipelines.limits import Limits
from pipelines.load import load
from pipelines.photo import Matte8, Photo
from pipelines.presets import FileFormat

Mask = NDArray[np.bool_]
"""HxW."""

_NAMES: Final[dict[formats.Format, FileFormat]] = {
    "JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "TIFF": "tiff", "BMP": "bmp",
    "AVIF": "avif", "HEIF": "heic",
}  # fmt: skip
_NEAR_WHITE: Final = 240
"""A flat file's background is what is at least so light in every channel and joined to the edge."""
_ALIKE: Final = 24
"""A coloured background is what differs from the colour at the top by no more, in every channel."""
_SPECK: Final = 5
"""Width of the square, in pixels, below which a spot on a flat file's background is no subject."""


@dataclass(frozen=True)
class FileFacts:
    """What a file's header tells.

    Attributes:
        format: by content.
        count: bytes.
        mode: Pillow's word for the channels: ``RGB``, ``CMYK``, ``L`` ...
        frames: how many pictures it holds.
        profile: the colour profile's own name; empty for one without a name; None where there is no profile.
    """

    format: FileFormat
    count: int
    mode: str
    frames: int
    profile: str | None


@dataclass(frozen=True, eq=False)
class Evidence:
    """A decoded file and what is known about it.

    Attributes:
        file: the header's facts.
        photo: the decoded picture; ``alpha`` is None for an opaque one.
        matte: HxW uint8, how much of each pixel is subject; None where nobody knows.
        estimated: whether the matte is a guess from the pixels.
    """

    file: FileFacts
    photo: Photo
    matte: Matte8 | None
    estimated: bool

    @property
    def background(self) -> Mask | None:
        """Pixels that hold no subject at all (less than one part in 255)."""
        return None if self.matte is None else self.matte == 0

    @property
    def transparent(self) -> bool:
        """Whether any of it can be seen through."""
        return self.photo.alpha is not None and bool((self.photo.alpha < 255).any())


def gather(data: bytes, limits: Limits, matte: Matte8 | None = None) -> Evidence:
    """Decode a file and find its background.

    Args:
        data: the encoded file.
        limits: how large it may be.
        matte: HxW uint8 of the picture's own size, from which it was made; None for a file from elsewhere,
            whose transparency then tells, or whose pixels do.
    Raises:
        InputError: not a picture that can be read.
    """
    photo = load(data, limits)
    file = facts_of(data)
    if matte is not None and matte.shape == photo.pixels.shape[:2]:
        return Evidence(file, photo, matte, estimated=False)
    if photo.alpha is not None and (photo.alpha < PRESENT).any():
        return Evidence(file, photo, photo.alpha, estimated=False)
    return Evidence(file, photo, guessed_matte(photo), estimated=True)


def facts_of(data: bytes) -> FileFacts:
    """What a file's header tells. The file must be one that can be decoded."""
    name = _NAMES[formats.sniff(data)]
    if name == "heic":
        return FileFacts(name, len(data), "RGB", 1, None)
    with Image.open(BytesIO(data)) as image:
        icc = image.info.get("icc_profile")
        frames = int(getattr(image, "n_frames", 1))
        return FileFacts(name, len(data), image.mode, frames, None if icc is None else _title(icc))


def _title(icc: bytes) -> str:
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(icc))).strip()
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return ""


def guessed_matte(photo: Photo) -> Matte8 | None:
    """The subject of a flat picture: what is left of it without its plain background.

    The background is what hangs together with the picture's edge and is nearly white, or, where
    hardly any of the edge is, of the colour at the top. Spots of a few pixels are taken for dirt.

    Returns:
        HxW uint8, 0 or 255; None where the picture has no plain background.
    """
    pixels = photo.pixels
    alike = np.asarray(pixels.min(axis=2) >= _NEAR_WHITE)
    rim = _rim(alike)
    if rim.mean() < 0.25:
        top = np.median(pixels[: max(1, len(pixels) // 50)].reshape(-1, 3), axis=0)
        alike = (np.abs(pixels.astype(np.int16) - top.astype(np.int16)) <= _ALIKE).all(axis=2)
    joined = _joined_to_the_rim(alike)
    if joined.mean() < 0.02:
        return None
    subject = np.where(joined, 0, 255).astype(np.uint8)
    speck = np.ones((_SPECK, _SPECK), np.uint8)
    solid = cv2.morphologyEx(subject, cv2.MORPH_OPEN, speck)
    # Around what is solid the outline stays as it is: opening rounds it off.
    return np.asarray(cv2.min(subject, cv2.dilate(solid, speck)), np.uint8)


def _rim(mask: Mask) -> Mask:
    return np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])


def _joined_to_the_rim(mask: Mask) -> Mask:
    """Of a mask, what hangs together with the picture's edge."""
    padded = np.pad(mask.astype(np.uint8), 1, constant_values=1)
    _, filled, _, _ = cv2.floodFill(padded, None, (0, 0), 2)
    return np.asarray(filled[1:-1, 1:-1] == 2)
