"""Results as HTTP answers: the file itself, or JSON that holds it."""

from __future__ import annotations

import base64
import json
from typing import Final

from starlette.responses import Response

from server.removebg.making import Result

_EXPOSED: Final = (
    "X-Type, X-Width, X-Height, X-Max-Width, X-Max-Height, X-Credits-Charged, X-Foreground-Top, "
    "X-Foreground-Left, X-Foreground-Width, X-Foreground-Height, X-Model, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
)
_SANDBOX: Final = "sandbox; default-src 'none'"


def wants_json(accept: str) -> bool:
    """Whether a client wants JSON: it says so, and does not take anything else as well.

    Args:
        accept: the request's header. Libraries that send one of their own accord end it with ``*/*``, and
            their users expect the file.
    """
    kinds = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return "application/json" in kinds and "*/*" not in kinds


def answer(result: Result, accept: str) -> Response:
    """The answer that a client wants."""
    headers = headers_of(result)
    if wants_json(accept):
        return Response(_as_json(result), headers=headers, media_type="application/json; charset=utf-8")
    return Response(result.data, headers=headers, media_type=result.media_type)


def headers_of(result: Result) -> dict[str, str]:
    """What is told beside a result."""
    box = result.foreground
    headers = {
        "X-Width": result.size[0],
        "X-Height": result.size[1],
        "X-Max-Width": result.largest[0],
        "X-Max-Height": result.largest[1],
        "X-Credits-Charged": 0,  # a whole number: there are clients that read nothing else
        "X-Foreground-Top": box.top,
        "X-Foreground-Left": box.left,
        "X-Foreground-Width": box.right - box.left,
        "X-Foreground-Height": box.bottom - box.top,
        "X-Model": result.model,
        "Access-Control-Expose-Headers": _EXPOSED,
        "Cache-Control": "no-store",
        "Content-Security-Policy": _SANDBOX,
    }
    told = {"X-Type": result.type} if result.type else {}
    return {name: str(value) for name, value in {**told, **headers}.items()}


def _as_json(result: Result) -> bytes:
    box = result.foreground
    data = {
        "result_b64": base64.b64encode(result.data).decode("ascii"),
        "foreground_top": box.top,
        "foreground_left": box.left,
        "foreground_width": box.right - box.left,
        "foreground_height": box.bottom - box.top,
    }
    return json.dumps({"data": data}).encode()
