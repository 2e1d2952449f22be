"""Bodies that are too large, in every shape and at every door: refused early, and not kept."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final

from benchmarks.proc import Watch
from benchmarks.torture.rows import Finding, Plan
from benchmarks.wire import Reply, answer, connected, head

DOORS: Final = ("/v1.0/removebg", "/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/run/predict")

_SHAPES: Final = ("a plain field of 300 MB", "1000 parts", "a data URL of 36 MB in JSON", "no length told")
_MEGABYTE: Final = b"x" * 1_000_000
_BORDER: Final = "border"
_READ_MOST: Final = 26
"""MB that may be taken before the answer."""
_RSS_MOST: Final = 60
_SECONDS: Final = 30


@dataclass
class Refused:
    """How a body was refused: the answer, and the MB that had been sent by then."""

    reply: Reply
    sent: float


def too_large(plan: Plan) -> list[Finding]:
    """Send each shape to each door, and look whether the answer comes while we still send."""
    findings = []
    for shape in _SHAPES:
        refused, grown = [], []
        for door in DOORS:
            idle = plan.server.usage().rss
            with Watch(plan.server.pid) as watch:
                refused.append(asyncio.run(_send(plan.server.port, door, shape)))
            grown.append(watch.peak - idle)
        odd = sum(not 400 <= one.reply.status < 500 for one in refused)
        findings += [
            Finding(f"{shape}: answers that are not 4xx", odd, 0),
            Finding(
                f"{shape}: sent before the answer",
                max(one.sent for one in refused),
                _READ_MOST,
                "MB",
                timed=True,
            ),
            Finding(f"{shape}: peak above idle", max(grown), _RSS_MOST, "MB"),
        ]
    return findings


async def _send(port: int, door: str, shape: str) -> Refused:
    kind, length, pieces = _body(shape)
    announced = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
    start, sent = time.perf_counter(), 0
    async with connected(port) as (reader, writer):
        reading = asyncio.create_task(answer(reader, start))
        writer.write(head("POST", door, {"Content-Type": kind, **announced}))
        with contextlib.suppress(OSError):
            for piece in pieces:
                if reading.done():
                    break
                writer.write(piece if length else b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
                await asyncio.sleep(0)  # for the answer, where the server takes all as fast as we send
                sent += len(piece)
            if length is None and not reading.done():
                writer.write(b"0\r\n\r\n")
        reply = await asyncio.wait_for(reading, _SECONDS)
    return Refused(reply, sent / 1e6)


def _body(shape: str) -> tuple[str, int | None, Iterator[bytes]]:
    """Its kind, how long it says that it is, and the body itself in pieces."""
    form = f"multipart/form-data; boundary={_BORDER}"
    part = f'--{_BORDER}\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
    end = f"\r\n--{_BORDER}--\r\n".encode()
    match shape:
        case "a plain field of 300 MB":
            first = (part % "note").encode()
            return (
                form,
                len(first) + 300 * len(_MEGABYTE) + len(end),
                chain([first], repeat(_MEGABYTE, 300), [end]),
            )
        case "1000 parts":
            parts = [(part % f"field{n}").encode() + b"x" * 110_000 + b"\r\n" for n in range(1000)]
            return form, sum(map(len, parts)) + len(end), chain(parts, [end])
        case "a data URL of 36 MB in JSON":
            first, last = b'{"data":[{"url":"data:image/bmp;base64,', b'"}],"fn_index":0,"session_hash":"a"}'
            pieces = repeat(_MEGABYTE, 36)
            return "application/json", len(first) + 36_000_000 + len(last), chain([first], pieces, [last])
    return form, None, chain([(part % "note").encode()], repeat(_MEGABYTE, 300))
