"""The body of a request, in any of the three kinds, as fields by name.

multipart/form-data is taken apart while it arrives; the other two are read as a whole.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException

from server.forms import MOST_PARTS, NotAForm, read_parts
from server.removebg.problems import refused

Values = Mapping[str, str | bytes]
"""By name: text, or the bytes of a part of a multipart body, which may be either text or a file."""


class Fields:
    """What a request gives; what is empty counts as not given.

    Args:
        values: by name.
    """

    def __init__(self, values: Values) -> None:
        self._values = values

    def text(self, *names: str) -> str:
        """The text of the first of some names that is given; empty where none is."""
        for name in names:
            value = self._values.get(name, "")
            text = value if isinstance(value, str) else value.decode("utf-8", "replace")
            if text.strip():
                return text.strip()
        return ""

    def file(self, name: str) -> bytes:
        """The bytes that came as a part of a multipart body; empty where none did."""
        value = self._values.get(name, b"")
        return value if isinstance(value, bytes) else b""

    def within(self, name: str) -> dict[str, str]:
        """The texts given as ``name[KEY]``, by their keys."""
        start = f"{name}["
        keys = [key[len(start) : -1] for key in self._values if key.startswith(start) and key.endswith("]")]
        return {key: text for key in keys if (text := self.text(f"{start}{key}]"))}


async def read_fields(request: Request) -> Fields:
    """Read a request's body.

    Raises:
        ApiRefusal: it is not what its media type says.
        HTTPException: a media type that is not read here (415).
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    match kind:
        case b"multipart/form-data":
            return Fields(await _multipart(request, options.get(b"boundary")))
        case b"application/json":
            return Fields(await asyncio.to_thread(_json, await request.body()))
        case b"application/x-www-form-urlencoded":
            return Fields(await asyncio.to_thread(_urlencoded, await request.body()))
    if await request.body():
        raise HTTPException(415)
    return Fields({})


async def _multipart(request: Request, boundary: bytes | None) -> Values:
    try:
        parts = await read_parts(request, boundary)
    except NotAForm:
        raise refused(
            "invalid_body", "This is not multipart/form-data as its header says, or not all of it."
        ) from None
    return {name: part.data for name, part in parts.items()}


def _urlencoded(body: bytes) -> Values:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_PARTS)
    except ValueError:
        raise refused("invalid_body", "This is not a form as its header says.") from None
    return dict(pairs)


def _json(body: bytes) -> Values:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or len(found) > MOST_PARTS:
        raise refused("invalid_body", "This is not an object of JSON as its header says.")
    return {
        name: text
        for key, value in found.items()
        for name, part in (_opened(key, value) if isinstance(value, dict) else [(key, value)])
        if (text := _written(part))
    }


def _opened(name: str, value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """An object's fields as a form names them."""
    return [(f"{name}[{key}]", part) for key, part in value.items()]


def _written(value: object) -> str:
    """A value of JSON as a form would have it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case _:
            return "?"  # no field takes lists: what reads this one refuses it
