"""The file that comes out, as a part of a Recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pipelines.recipe.parts import Part

FormatName = Literal["png", "webp", "jpg"]


class Output(Part):
    """The file that comes out.

    ``quality`` is for WebP and JPEG, 1..100. ``alpha_only`` gives the matte itself as
    a grey picture instead of the cutout.
    """

    format: Annotated[
        FormatName, BeforeValidator(lambda v: "jpg" if isinstance(v, str) and v.lower() == "jpeg" else v)
    ] = "png"
    quality: int = Field(92, ge=1, le=100)
    alpha_only: bool = False
