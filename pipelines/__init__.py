"""Cutaway's core: takes backgrounds out of pictures.

    from pipelines import Recipe, cut

    cutout = cut("photo.jpg", Recipe(background="white"))
    Path("photo.png").write_bytes(cutout.encode())

Names are looked up on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.cutout import Cutout
    from pipelines.errors import CutawayError
    from pipelines.recipe import Recipe
    from pipelines.service import cut

# Since 1.29 onnxruntime reports to its maker unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_HOMES = {
    "Cutout": "pipelines.cutout",
    "CutawayError": "pipelines.errors",
    "Recipe": "pipelines.recipe",
    "cut": "pipelines.service",
}

__all__ = ["CutawayError", "Cutout", "Recipe", "cut"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
