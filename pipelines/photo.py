"""The photo: a decoded source and its facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""HxWx3 uint8, RGB."""
Matte8 = NDArray[np.uint8]
"""HxW uint8; 0 is all background, 255 all subject."""
Matte = NDArray[np.float32]
"""HxW float32 in [0, 1]; 0 is all background, 1 all subject."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded source: upright, 8 bits a channel, with its facts beside it.

    Attributes:
        pixels: HxWx3 uint8, C-contiguous, RGB in the colour space of ``icc`` (sRGB when that is None).
        alpha: HxW uint8, the transparency the picture already had; None when it had none.
        icc: the RGB colour profile that ``pixels`` are in; None means sRGB.
        dpi: horizontal and vertical resolution, when the file told it.
        format: the format's name as Pillow writes it (``JPEG``, ``HEIF`` ...); None for arrays.
        name: the file's stem, when it has a name.
        digest: SHA-256 of the source bytes (of the pixels, for arrays), hex.
        exif: the author's, the camera's and the place's fields of the file's Exif, beginning with ``Exif``;
            written only where a Recipe asks for them. None when there were none.
        full: (width, height) of the photo that this is a smaller copy of; None when it is none.
    """

    pixels: Pixels
    alpha: Matte8 | None = None
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    format: str | None = None
    name: str | None = None
    digest: str = ""
    exif: bytes | None = None
    full: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return int(self.pixels.shape[1]), int(self.pixels.shape[0])
