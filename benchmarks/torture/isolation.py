"""Visitors: one tries everything to get at another's photo but its id."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from benchmarks.served import Served
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import Reply, ask, head, post

_BITS: Final = 128
_BITS_A_CHARACTER: Final = 6
_SESSION: Final = "somebodysession"
_EXPECTED: Final = (403, 404, 405)


def isolation(plan: Plan) -> list[Finding]:
    """Guess ids from all that is known of a photo, and paths from all that is known of the server."""
    server = plan.server
    taken = json.loads(_ask(server, post("/studio/photos", plan.small)).body)
    own = _ask(server, head("GET", f"/studio/files/{taken['id']}"))
    addresses = [*_guesses(taken, plan.small), *_paths(server, taken)]
    never = taken["id"][::-1]  # what is said of a photo that never was
    got = {address: _said(server, address) for address in addresses}
    telling = [a for a, said in got.items() if said != _said(server, a.replace(taken["id"], never))]
    short = min(len(taken["id"]), len(taken["preview"])) * _BITS_A_CHARACTER
    return [
        Finding("its owner can't have it", int(own.status != 200), 0),
        Finding(
            f"of {len(got)} addresses tried, not refused", sum(s[0] not in _EXPECTED for s in got.values()), 0
        ),
        Finding("addresses that tell whether a photo is there", len(telling), 0),
        Finding(f"bits that an id lacks of {_BITS}", max(0, _BITS - short), 0),
        Finding("words of the photo in another's stream", _overheard(server, taken), 0),
    ]


def _ask(server: Served, request: bytes) -> Reply:
    return asyncio.run(ask(server.port, request, timeout=10))


def _said(server: Served, address: str) -> tuple[int, int]:
    """The status and the length of what is answered."""
    reply = _ask(server, head("GET", address))
    return reply.status, len(reply.body)


def _guesses(taken: dict[str, Any], photo: bytes) -> Iterator[str]:
    """Addresses in which the id is made of what a stranger may know, or nearly right."""
    name = taken["id"]
    sums = [hashlib.new(kind, photo).hexdigest() for kind in ("sha256", "sha1", "md5")]
    near = [
        name[:-1],
        name[1:],
        name.swapcase(),
        name[::-1],
        f"{name}%00",
        f"{name}.png",
        f"..%2f{name}",
        "0",
        "*",
    ]
    for guess in [*sums, *near]:
        for address in ("/studio/files/{}", "/share/{}", "/share/{}/full", "/gradio_api/file={}"):
            yield address.format(guess)
    yield from (
        f"/share/{name}",
        f"/share/{name}/full",
        f"/studio/files/{name}/",
        "/studio/files/",
        "/studio/files",
    )


def _paths(server: Served, taken: dict[str, Any]) -> Iterator[str]:
    """Gradio's ways to a file, given the very path at which it lies."""
    path = next(str(found) for found in server.scratch.rglob(taken["id"]))
    for way in (
        "/gradio_api/file=",
        "/file=",
        "/gradio_api/file/",
        "/file/",
        "/gradio_api/stream/",
        "/static/",
    ):
        yield from (way + path, way + quote(path, safe=""), way + f"../../../../../..{path}")


def _overheard(server: Served, taken: dict[str, Any]) -> int:
    """How often the stream of replies to a session of a stranger's speaks of the photo."""
    body = _ask(server, head("GET", f"/gradio_api/queue/data?session_hash={_SESSION}")).body
    return sum(word.encode() in body for word in (taken["id"], taken["preview"]))
