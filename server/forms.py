"""Bodies in several parts (multipart/form-data), taken apart while they arrive."""

from __future__ import annotations

from typing import Final, NamedTuple

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser

MOST_PARTS: Final = 100
"""Each costs time, and no request has use for so many."""


class Part(NamedTuple):
    """A part of a body.

    Attributes:
        data: its bytes, of a text as well as of a file.
        filename: what the sender calls the file; None of a text.
    """

    data: bytes
    filename: str | None = None


class NotAForm(Exception):
    """A body that is not multipart/form-data as its header says, or not all of it."""


async def read_parts(request: Request, boundary: bytes | None) -> dict[str, Part]:
    """Read a request's body; of several parts of one name the last counts.

    Args:
        request: what may arrive at all is limited before (:class:`server.bodies.BodyLimit`).
        boundary: between the parts, from the request's header.
    Returns:
        The parts by their names.
    Raises:
        NotAForm: the body can't be read.
    """
    reading = _Reading()
    try:
        in_memory = {"MAX_MEMORY_FILE_SIZE": float("inf")}
        parser = FormParser(
            "multipart/form-data", reading.keep, reading.keep, reading.end, boundary, config=in_memory
        )
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
    except FormParserError:
        raise NotAForm from None
    if not reading.complete:
        raise NotAForm
    return reading.found


class _Reading:
    """What was read of a body so far."""

    def __init__(self) -> None:
        self.found: dict[str, Part] = {}
        self.complete = False
        self._count = 0

    def keep(self, part: Field | File) -> None:
        """Take a part in."""
        self._count += 1
        if self._count > MOST_PARTS:
            raise FormParserError("too many parts")
        self.found[_text(part.field_name)] = _read(part)

    def end(self) -> None:
        """Take in that there are no more."""
        self.complete = True


def _read(part: Field | File) -> Part:
    if isinstance(part, Field):
        return Part(part.value or b"")
    return Part(part.file_object.getvalue(), _text(part.file_name))  # type: ignore[union-attr]


def _text(name: bytes | None) -> str:
    return name.decode("utf-8", "replace") if name else ""
