"""The file that comes out, as a part of a Recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pipelines.recipe.parts import Part

FormatName = Literal["png", "webp", "jpg"]


class Output(Part):
    """The file that comes out.

    ``quality`` is for WebP and JPEG, 1..100. ``max_kb``: at most so many thousand bytes, for which
    quality is lowered. ``dpi`` is the resolution that is written; None keeps the photo's.
    ``profile``: ``keep`` stays in the photo's colour space, ``srgb`` converts. ``alpha_only`` gives
    the matte itself as a grey picture instead of the cutout.
    """

    format: Annotated[
        FormatName, BeforeValidator(lambda v: "jpg" if isinstance(v, str) and v.lower() == "jpeg" else v)
    ] = "png"
    quality: int = Field(92, ge=1, le=100)
    max_kb: int | None = Field(None, ge=1, le=1_000_000)
    dpi: float | None = Field(None, ge=1, le=10_000)
    profile: Literal["keep", "srgb"] = "keep"
    alpha_only: bool = False
