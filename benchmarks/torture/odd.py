"""Flat, transparent and thread-thin pictures: nothing is divided by nothing."""

from __future__ import annotations

import asyncio
import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, ask

_SIZES: Final = ((1, 1), (2, 3), (4000, 1), (1, 4000), (97, 61))
_FILLS: Final = {"black": (0, 0, 0, 255), "white": (255, 255, 255, 255), "transparent": (9, 99, 199, 0)}


def odd_pictures(plan: Plan) -> list[Finding]:
    """Each is cut, or refused for having no subject; servers here take any warning of NumPy for an error."""
    server = plan.server
    replies = {
        name: asyncio.run(ask(server.port, REMOVEBG.request(data))) for name, data in _pictures().items()
    }
    return [
        Finding(
            f"of {len(replies)}, answers of 5xx",
            sum(r.status >= 500 or not r.status for r in replies.values()),
            0,
        ),
        Finding("warnings in the log", server.said().count("RuntimeWarning"), 0),
    ]


def _pictures() -> dict[str, bytes]:
    found = {}
    for width, height in _SIZES:
        for name, fill in _FILLS.items():
            found[f"{name} {width}x{height}"] = _png(np.full((height, width, 4), fill, np.uint8))
        noise = np.random.default_rng(1).integers(0, 256, (height, width, 4), dtype=np.uint8)
        found[f"noise {width}x{height}"] = _png(noise)
    return found


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
