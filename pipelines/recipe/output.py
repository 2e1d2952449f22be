"""The files that come out, as a part of a Recipe."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipelines import naming
from pipelines.recipe.parts import Part

FormatName = Literal["png", "png8", "webp", "avif", "jpg", "tiff", "psd", "svg", "zip"]

Profile = Literal["keep", "srgb"]
Metadata = Literal["none", "credit", "camera", "location"]

_SYNONYMS: Final = {"jpeg": "jpg", "tif": "tiff"}
MATTES: Final[frozenset[FormatName]] = frozenset({"png", "webp", "avif", "jpg", "tiff"})
"""Formats that can hold a matte by itself."""


def _normal(value: object) -> object:
    return _SYNONYMS.get(value.lower(), value.lower()) if isinstance(value, str) else value


Format = Annotated[FormatName, BeforeValidator(_normal)]


class Output(Part):
    """The files that come out.

    ``format`` and each of ``also`` make one file. What a format has no use for is left out of account:

    - ``quality``, 1..100: WebP, AVIF, JPEG, and the photo within an SVG or a ZIP.
    - ``lossless``: WebP.
    - ``colors``, 2..256: at most so many, in a PNG of 8 bits (``png8``).
    - ``max_kb``: at most so many thousand bytes a file; quality, or colours, are lowered as far as needed.
    - ``dpi``: the resolution that is written; None keeps the photo's. Pixels stay as they are.
    - ``profile``: ``keep`` stays in the photo's colour space, ``srgb`` converts.
    - ``metadata``: of what the photo's file told: nothing, who made and owns it (``credit``), the camera
      and the time as well (``camera``), the place as well (``location``).
    - ``clipping_path``: the subject's outline as a clipping path, in JPEG, TIFF and PSD.
    - ``embed_photo``: SVG holds the photo, clipped by the outline, instead of the outline alone.
    - ``alpha_only``: the matte as a grey picture, instead of the cutout.
    - ``luma``: the matte as video editors want it: an opaque RGB picture, white on black, without a profile.
    - ``name``: the file's name without its ending, see :mod:`pipelines.naming`.
    """

    format: Format = "png"
    also: tuple[Format, ...] = Field((), max_length=16)
    quality: int = Field(92, ge=1, le=100)
    lossless: bool = False
    colors: int = Field(256, ge=2, le=256)
    max_kb: int | None = Field(None, ge=1, le=1_000_000)
    dpi: float | None = Field(None, ge=1, le=10_000)
    profile: Profile = "keep"
    metadata: Metadata = "none"
    clipping_path: bool = False
    embed_photo: bool = False
    alpha_only: bool = False
    luma: bool = False
    name: Annotated[str, AfterValidator(naming.checked)] = Field("{stem}", min_length=1, max_length=200)

    @model_validator(mode="after")
    def _mattes_fit(self) -> Self:
        odd = [name for name in self.formats() if name not in MATTES]
        if self.matte and odd:
            raise ValueError(
                f"a matte alone does not go with {odd[0]}: choose png, webp, avif, jpg or tiff for it"
            )
        return self

    @property
    def matte(self) -> bool:
        """Whether the matte is wanted instead of the picture."""
        return self.alpha_only or self.luma

    @property
    def several(self) -> bool:
        """Whether more than one file comes out."""
        return len(self.formats()) > 1

    def formats(self) -> tuple[FormatName, ...]:
        """Every format that is wanted, each once."""
        return tuple(dict.fromkeys((self.format, *self.also)))
