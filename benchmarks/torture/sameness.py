"""The same photo gives the same file: again, beside others, and after a restart."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from benchmarks.pictures import large_photo
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import REMOVEBG, crowd
from pipelines.samples import SAMPLES

_PHOTOS: Final = 50
_SERVERS: Final = (1, 2, 1, 2, 1)
"""Photos cut at the same time by each server in turn; threads of a network become fewer with them."""
_ALPHA_MOST: Final = 2


def sameness(plan: Plan) -> list[Finding]:
    """Every photo from five servers, and from the same again where it need not be quick."""
    photos, servers = (_photos(3), _SERVERS[:2]) if plan.quick else (_photos(_PHOTOS), _SERVERS)
    files: dict[int, list[list[bytes]]] = {}
    for workers in servers:
        with plan.own_server(CUTAWAY_WORKERS=str(workers)) as server:
            for _ in range(2):
                files.setdefault(workers, []).append(asyncio.run(_cut(server.port, photos, workers)))
    alike = [len({run[n] for run in runs}) for runs in files.values() for n in range(len(photos))]
    apart = max(_apart(one, other) for one, other in zip(files[1][0], files[2][0], strict=True))
    missing = sum(not data for runs in files.values() for run in runs for data in run)
    return [
        Finding("photos without an answer", missing, 0),
        Finding(
            f"of {len(photos)} photos, with more than one result at the same threads",
            sum(n > 1 for n in alike),
            0,
        ),
        Finding("largest difference of alpha at other threads", apart, _ALPHA_MOST, "of 255"),
    ]


def _photos(count: int) -> list[bytes]:
    names = [sample.name for sample in SAMPLES]
    return [large_photo((600 + 8 * n, 400 + 4 * n), names[n % len(names)]) for n in range(count)]


async def _cut(port: int, photos: Sequence[bytes], at_once: int) -> list[bytes]:
    replies = await crowd(port, [REMOVEBG.request(photo) for photo in photos], at_once)
    return [reply.body if reply.status == 200 else b"" for reply in replies]


def _apart(one: bytes, other: bytes) -> int:
    """The largest difference of two pictures' alpha."""
    if one == other:
        return 0
    first, second = (
        np.asarray(Image.open(io.BytesIO(data)).getchannel("A"), np.int16) for data in (one, other)
    )
    return int(np.abs(first - second).max())
